"""Breaking the glass: a record opened from outside its care team, for a reason, for a while.

Only someone of the patient's own site may, in a role that may (``Permission.BREAK_GLASS``).
The reason is written before anything is shown, every auditor of the site is told at once, and the
record closes again by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.messages import OPENED, tell
from dolenti.access.models import Membership
from dolenti.access.roles import Permission, Role
from dolenti.access.rows import sole
from dolenti.access.trail import During
from dolenti.access.writing import refuse, writing
from dolenti.guideline import reasons
from dolenti.guideline.errors import InputError
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.models import Opening, OpeningEnd, OpeningReview, Patient

LASTS: Final = timedelta(hours=1)
"""Long enough for a consultation; whoever needs more is in the care team, or asks again."""


MOST_SPANS: Final = 100
"""So many openings, the latest, are looked through for what was read in them."""


def closed_record(user: Actor, public_id: str) -> Patient:
    """A patient of the user's site whose record is closed to them, and may be opened for a reason.

    Raises ``Http404`` for everybody else's patient, and for a role that may not;
    ``MergedAwayError``.
    """
    found = gate.patients(user).select_related("site", "absorbed_by").filter(public_id=public_id)
    patient = found.first()
    if patient is None or not user.may(Permission.BREAK_GLASS):
        raise gate.refused(user, Patient, public_id)
    return gate.insist_standing(patient)


def break_glass(submission: Submission, patient: Patient, reason: str) -> Opening:
    """Open a record for ``LASTS``; sent twice, or while it is open, it is one opening. Raises
    ``InputError`` for a reason that says nothing."""
    reasons.insist(reason)
    actor = submission.actor

    def make() -> Opening:
        standing = of_patient(actor, patient)
        if standing is not None:
            return standing
        made = Opening.objects.create(
            patient=patient, user=submission.user, reason=reason, ends_at=timezone.now() + LASTS
        )
        audit.record(
            "break-glass",
            actor=actor,
            kind="opening",
            object_id=made.public_id,
            patient_id=patient.public_id,
            detail={"minutes": int(LASTS.total_seconds() // 60)},
        )
        _alert(actor)
        return made

    with writing(actor, Permission.BREAK_GLASS, patient.site_id, patient_id=patient.public_id):
        return once(submission, Opening, make)


def _alert(user: Actor) -> None:
    """Write to the auditors of the site: that it happened, and nothing of whom it was about."""
    auditors = Membership.objects.filter(
        site_id=user.site_id, role=Role.AUDITOR, ended_at=None, user__is_active=True
    )
    for membership in auditors.select_related("user"):
        tell(membership.user, OPENED, {"who": user.name, "site": user.site.name})


def of_patient(user: Actor, patient: Patient) -> Opening | None:
    """The opening by which a record is open to the user now, if it is by one."""
    return gate.openings_now(user).filter(patient__in=gate.family(patient)).first()


def own(user: Actor, public_id: str) -> Opening:
    """An opening of the user's own. Raises ``Http404`` for somebody else's."""
    found = sole(
        Opening.objects.select_related("patient").filter(user=user.account, public_id=public_id)
    )
    if found is None:
        raise gate.refused(user, Opening, public_id)
    return found


def end(actor: Actor, opening: Opening) -> None:
    """Close a record that one opened oneself, before its time; what has ended already stays so."""
    patient = opening.patient
    try:
        with writing(actor, Permission.BREAK_GLASS, patient.site_id, patient_id=patient.public_id):
            if opening.user != actor.account:
                refuse(actor, Permission.BREAK_GLASS, patient.site_id, patient_id=patient.public_id)
            if opening.ends_at <= timezone.now():
                return
            OpeningEnd.objects.create(opening=opening)
            audit.record(
                "end-opening",
                actor=actor,
                kind="opening",
                object_id=opening.public_id,
                patient_id=opening.patient.public_id,
            )
    except IntegrityError:
        pass  # pressed twice: it has ended


def of_site(user: Actor) -> QuerySet[Opening]:
    """The openings at an auditor's site: those that nobody looked at first, then the latest."""
    if not user.may(Permission.READ_AUDIT):
        return Opening.objects.none()
    found = Opening.objects.filter(patient__site_id=user.site_id)
    return found.select_related("user", "patient", "ended", "review", "review__author").order_by(
        "review__at", "-pk"
    )


def spans(user: Actor, since: datetime) -> tuple[During, ...]:
    """When records of an auditor's site were open from outside their care team, the latest
    first: what was read of them then is told by the trail."""
    found = of_site(user).filter(ends_at__gte=since).order_by("-pk")[:MOST_SPANS]
    return tuple(
        During(
            one.user.public_id,
            one.patient.public_id,
            one.opened_at,
            one.ended.at if hasattr(one, "ended") else one.ends_at,
        )
        for one in found
    )


def unseen(user: Actor) -> int:
    """How many openings at an auditor's site nobody has looked at."""
    if not user.may(Permission.READ_AUDIT):
        return 0
    return Opening.objects.filter(patient__site_id=user.site_id, review=None).count()


def of_site_one(user: Actor, public_id: str) -> Opening:
    """One opening at an auditor's site. Raises ``Http404`` for one at another site."""
    found = sole(of_site(user).filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, Opening, public_id)
    return found


def review(actor: Actor, opening: Opening, note: str) -> None:
    """An auditor says what they make of an opening; the first word stands. Nobody says it of one
    of their own: raises ``InputError``."""
    try:
        patient = opening.patient
        with writing(actor, Permission.READ_AUDIT, patient.site_id, patient_id=patient.public_id):
            if opening.user == actor.account:
                raise InputError(
                    "you opened this record yourself; another auditor looks at it",
                    fr="vous avez vous-même ouvert ce dossier\u00a0; un autre auditeur l’examine",
                )
            OpeningReview.objects.create(opening=opening, author=author_of(actor), note=note)
            audit.record(
                "review-opening",
                actor=actor,
                kind="opening",
                object_id=opening.public_id,
                patient_id=opening.patient.public_id,
            )
    except IntegrityError:
        pass  # it has its word: another auditor's, or this one's, sent twice
