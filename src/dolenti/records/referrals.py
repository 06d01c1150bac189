"""A red flag that stops sends the patient elsewhere; someone writes what became of it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.knowledge import RedFlag
from dolenti.records import versions
from dolenti.records.models import Assessment, Referral

URGENCIES = ("emergency", "same-day", "soon")


def open_where_stopped(stored: Assessment, judgement: Judgement) -> None:
    """Put a patient whom a red flag stops on the list of those to be heard of again."""
    found = (judged.rule for judged in judgement.red_flags if judged.proof.holds is True)
    stopping = [rule for rule in found if isinstance(rule, RedFlag) and rule.effect == "stops"]
    if not stopping:
        return
    worst = min(stopping, key=lambda flag: URGENCIES.index(flag.urgency))
    Referral.objects.create(
        site_id=stored.complaint.patient.site_id,
        complaint=stored.complaint,
        assessment=stored,
        flags=[flag.id for flag in stopping],
        urgency=worst.urgency,
        to={"fr": worst.to.fr, "en": worst.to.en},
    )


def waiting(user: User) -> QuerySet[Referral]:
    """The site's referrals of which nobody wrote what became, oldest first."""
    if not user.may(Permission.READ_RECORDS):
        return Referral.objects.none()
    found = Referral.objects.filter(site_id=user.site_id, closed_at=None)
    return found.select_related("complaint", "complaint__patient")


def close(user: User, referral: Referral, based_on: int, outcome: str) -> Referral:
    """Write what became of a referral. Raises ``StaleEditError``."""
    values = {"outcome": outcome, "closed_at": timezone.now(), "closed_by": user}
    patient = referral.complaint.patient.public_id
    return versions.change(
        user, referral, based_on, values, patient_id=patient, action="close-referral"
    )
