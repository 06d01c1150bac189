"""Breaking the glass: a record opened from outside its care team, for a reason, for a while.

Only someone of the patient's own site may, in a role that may (``Permission.BREAK_GLASS``).
The reason is written before anything is shown, every auditor of the site is told at once, and the
record closes again by itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from dolenti.access import audit
from dolenti.access.models import Membership, User
from dolenti.access.roles import Permission, Role
from dolenti.access.signals import send
from dolenti.records import gate
from dolenti.records.models import Opening, OpeningEnd, OpeningReview, Patient
from dolenti.records.once import Submission, once

LASTS: Final = timedelta(hours=1)
"""Long enough for a consultation; whoever needs more is in the care team, or asks again."""


def closed_record(user: User, public_id: str) -> Patient:
    """A patient of the user's site whose record is closed to them, and may be opened for a reason.

    Raises ``Http404`` for everybody else's patient, and for a role that may not.
    """
    found = gate.patients(user).select_related("site", "absorbed_by").filter(public_id=public_id)
    patient = found.first()
    if patient is None or not user.may(Permission.BREAK_GLASS):
        raise gate.refused(user, Patient, public_id)
    return patient


def break_glass(submission: Submission, patient: Patient, reason: str) -> Opening:
    """Open a record for ``LASTS``; sent twice, or while it is open, it is one opening."""
    user = submission.user

    def make() -> Opening:
        standing = of_patient(user, patient)
        if standing is not None:
            return standing
        made = Opening.objects.create(
            patient=patient, user=user, reason=reason, ends_at=timezone.now() + LASTS
        )
        audit.record(
            "break-glass",
            actor=user,
            kind="opening",
            object_id=made.public_id,
            patient_id=patient.public_id,
            detail={"minutes": int(LASTS.total_seconds() // 60)},
        )
        transaction.on_commit(lambda: _alert(user))
        return made

    return once(submission, Opening, make)


def _alert(user: User) -> None:
    """Write to the auditors of the site: that it happened, and nothing of whom it was about."""
    auditors = Membership.objects.filter(
        site_id=user.site_id, role=Role.AUDITOR, ended_at=None, user__is_active=True
    )
    for membership in auditors.select_related("user"):
        with override("fr"):
            context = {"who": user.name, "site": user.site.name, "path": reverse("openings")}
            send(membership.user, "account/email/opened", context)


def of_patient(user: User, patient: Patient) -> Opening | None:
    """The opening by which a record is open to the user now, if it is by one."""
    return gate.openings_now(user).filter(patient__in=gate.family(patient)).first()


def own(user: User, public_id: str) -> Opening:
    """An opening of the user's own. Raises ``Http404`` for somebody else's."""
    found = Opening.objects.select_related("patient").filter(user=user, public_id=public_id).first()
    if found is None:
        raise gate.refused(user, Opening, public_id)
    return found


def end(opening: Opening) -> None:
    """Close a record that one opened, before its time; what has ended already stays so."""
    if opening.ends_at <= timezone.now():
        return
    try:
        with transaction.atomic():
            OpeningEnd.objects.create(opening=opening)
            audit.record(
                "end-opening",
                actor=opening.user,
                kind="opening",
                object_id=opening.public_id,
                patient_id=opening.patient.public_id,
            )
    except IntegrityError:
        pass  # pressed twice: it has ended


def of_site(user: User) -> QuerySet[Opening]:
    """The openings at an auditor's site: those that nobody looked at first, then the latest."""
    if not user.may(Permission.READ_AUDIT):
        return Opening.objects.none()
    found = Opening.objects.filter(patient__site_id=user.site_id)
    return found.select_related("user", "patient", "ended", "review", "review__author").order_by(
        "review__at", "-pk"
    )


def unseen(user: User) -> int:
    """How many openings at an auditor's site nobody has looked at."""
    if not user.may(Permission.READ_AUDIT):
        return 0
    return Opening.objects.filter(patient__site_id=user.site_id, review=None).count()


def of_site_one(user: User, public_id: str) -> Opening:
    """One opening at an auditor's site. Raises ``Http404`` for one at another site."""
    found = of_site(user).filter(public_id=public_id).first()
    if found is None:
        raise gate.refused(user, Opening, public_id)
    return found


def review(user: User, opening: Opening, note: str) -> None:
    """An auditor says what they make of an opening; the first word stands."""
    try:
        with transaction.atomic():
            OpeningReview.objects.create(opening=opening, author=user, note=note)
            audit.record(
                "review-opening",
                actor=user,
                kind="opening",
                object_id=opening.public_id,
                patient_id=opening.patient.public_id,
            )
    except IntegrityError:
        pass  # it has its word: another auditor's, or this one's, sent twice
