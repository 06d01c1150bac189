"""A red flag that stops sends the patient elsewhere; someone writes what became of it."""

from __future__ import annotations

from django.db.models import Case, QuerySet, When
from django.utils import timezone

from dolenti.access.actors import Actor, author_of
from dolenti.access.models import User
from dolenti.access.roles import Permission, Scope, scope
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.knowledge import RedFlag
from dolenti.ledger import versions
from dolenti.records import gate
from dolenti.records.gate import referrals as referral_gate
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Assessment, Referral

URGENCIES = ("emergency", "same-day", "soon")
SHOWN = 100
"""How many waiting referrals a page lists; the oldest of the less urgent follow when these end."""


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
    """The referrals of which nobody wrote what became, of patients whose record is open to the
    user: the most urgent first, then the oldest."""
    found = referral_gate.referrals(user).filter(closed_at=None)
    order = Case(*(When(urgency=one, then=n) for n, one in enumerate(URGENCIES)), default=9)
    return found.order_by(order, "created_at", "pk")


def waiting_elsewhere(user: User) -> int:
    """How many more wait at the user's site, of patients in the care of others: so that none is
    forgotten because their practitioner is away. Nothing else is said of them."""
    if not user.may(Permission.READ_RECORDS) or scope(user.role) is Scope.SITE:
        return 0
    here = Referral.objects.filter(site_id=user.site_id, closed_at=None)
    return here.exclude(gate.is_open(user, "complaint__patient")).count()


def close(actor: Actor, referral: Referral, based_on: int, outcome: str) -> Referral:
    """Write what became of a referral; sent twice it is one. Raises ``StaleEditError``."""
    patient = referral.complaint.patient
    with writing_record(actor, Permission.WRITE_RECORDS, patient):
        author = author_of(actor)
        if referral.closed_by_id == author.pk and referral.outcome == outcome:
            return referral
        return versions.change(
            actor,
            referral,
            based_on,
            {"outcome": outcome, "closed_at": timezone.now(), "closed_by": author},
            patient_id=patient.public_id,
            action="close-referral",
        )
