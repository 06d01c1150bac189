"""How their own course goes, for the patient who asks for it by a link and a code.

The pain over time with its sessions, and the one sentence of what comes next that a practitioner
accepted. The birth date alone opens none of it, and nothing else of the record is opened by it. A
code goes by another way than the link: one read mailbox is not enough, nor a number that went to
somebody else. A telephone that reads both is: whoever unlocks it and knows the birth date sees the
curve. Where the record knows but one way, where the patient is a child or a protected adult, and
where somebody answered for them by this link, it is seen at the visit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dolenti.access import clock
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import insist, writing
from dolenti.diary import codes, consenting, following, link_life, links
from dolenti.diary.answers import ClosedError
from dolenti.diary.codes import CodeRefusedError, Use
from dolenti.diary.models import Answer, Link
from dolenti.followup import deciding, readings
from dolenti.followup.going import Going, judged
from dolenti.followup.models import StepDecision
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger import locking
from dolenti.records import engine, gate
from dolenti.records.facts import knowing
from dolenti.records.models import Patient, Statement
from dolenti.treatment.models import SessionRecord


class AtTheVisitError(InputError):
    """The curve is not opened from here: it is looked at together at the visit. It says why."""


@dataclass(frozen=True)
class Own:
    """A course as its own patient sees it. ``told`` is of the accepted step, if one stands;
    ``until`` when it closes."""

    going: Going
    told: Text | None
    until: datetime


def is_offered(link: Link) -> bool:
    """Whether there is something to see: an answer was given in the course."""
    return (
        link.purpose == links.Purpose.ANSWER and Answer.objects.filter(course=link.course).exists()
    )


def insist_here(link: Link, by: str = "") -> None:
    """Go on only where the curve may be opened from a phone, by the patient. Raises
    ``AtTheVisitError``, which says no word of the record; ``by`` answers for the patient, or did
    so earlier."""
    if by:
        raise AtTheVisitError(
            "you answer for somebody: the curve opens to that person alone. We look at it together "
            "at the visit",
            fr="vous répondez pour quelqu’un\u00a0: la courbe ne s’ouvre qu’à cette personne. "
            "Nous la regarderons ensemble au rendez-vous",
        )
    if _held_by_law(link) or Answer.objects.filter(link=link).exclude(answered_by="").exists():
        raise AtTheVisitError(
            "your curve is not opened from a telephone: we look at it together at the visit",
            fr="votre courbe ne s’ouvre pas depuis un téléphone\u00a0: nous la regarderons "
            "ensemble au rendez-vous",
        )
    if not codes.way(link, Use.CURVE):
        raise AtTheVisitError(
            "to open your curve, a code has to reach you by another way than this link, and we "
            "know only one. Ask to see it at your next visit; you can give us a second one there: "
            "your mobile number or your e-mail address",
            fr="pour ouvrir votre courbe, un code doit vous parvenir par un autre moyen que ce "
            "lien, et nous n’en connaissons qu’un. Demandez à la voir à votre prochain "
            "rendez-vous\u00a0; vous pourrez nous y donner un second moyen\u00a0: votre numéro de "
            "portable ou votre adresse électronique",
        )


def _held_by_law(link: Link) -> bool:
    stated = Statement.objects.filter(
        patient__in=gate.family(link.patient), fact=consenting.PROTECTED
    )
    return is_held_by_law(link.patient, stated.order_by("pk"))


def is_held_by_law(patient: Patient, stated: Iterable[Statement]) -> bool:
    """Whether somebody else has a say in what the patient is shown, by what was ``stated`` of them.
    Where nobody said so, none has: to look at one's own answers commits to nothing, as a signature
    does."""
    dictionary = engine.judge(engine.edition_in_force(), {}).dictionary
    mine = [one for one in stated if one.fact == consenting.PROTECTED]
    known = knowing.told_by(mine, dictionary, clock.today()).facts.get(consenting.PROTECTED)
    return consenting.held_by_law(patient, known) not in (None, consenting.Hold.NOT_SAID)


def open_(actor: Actor, link: Link, typed: str, now: datetime, by: str = "") -> str:
    """Take the code that was typed; the proof that it was, for the browser to hold. Raises
    ``ClosedError``, ``AtTheVisitError``, ``CodeRefusedError`` (which is counted),
    ``NotAllowedError``."""
    patient = link.patient
    with writing(
        actor, Permission.READ_OWN_CURVE, patient.site_id, patient_id=patient.public_id
    ):  # fmt: skip
        links.insist_own(actor, link)
        locking.hold(patient)
        link.refresh_from_db(fields=["revoked_at", "tries", "opened_at"])
        _insist_live(link, now)
        insist_here(link, by)
        taken = codes.take(actor, link, Use.CURVE, typed)
        if taken is not None:
            return taken.public_id
    raise CodeRefusedError


def close(actor: Actor, link: Link, proof: str) -> None:
    """Close the curve that a code opened: its proof opens it no more, wherever it was kept. Raises
    ``NotAllowedError``."""
    patient = link.patient
    with writing(
        actor, Permission.READ_OWN_CURVE, patient.site_id, patient_id=patient.public_id
    ):  # fmt: skip
        links.insist_own(actor, link)
        locking.hold(patient)
        codes.close(link, Use.CURVE, proof)


def read(actor: Actor, link: Link, proof: str, now: datetime) -> Own:
    """The curve, for whoever typed its code less than ten minutes ago; the trail says that it was
    read. Raises ``ClosedError``, ``CodeRefusedError``, ``NotAllowedError``."""
    course, patient = link.of_course, link.patient
    insist(actor, Permission.READ_OWN_CURVE, patient.site_id, patient_id=patient.public_id)
    links.insist_own(actor, link)
    _insist_live(link, now)
    until = codes.proved_until(link, Use.CURVE, proof)
    if until is None:
        raise CodeRefusedError
    course.patient = course.complaint.patient = patient  # the same row, with its site
    stated = list(Statement.objects.filter(patient__in=gate.family(patient)).order_by("pk"))
    given = SessionRecord.objects.filter(
        session__course=course, delivered_at__isnull=False
    ).select_related("session__appointment").order_by("session__number", "pk")  # fmt: skip
    found = readings.of_rows(course, list(given), following.between(course), stated, now)
    going = judged(actor, course, found, stated, now)
    decisions = list(StepDecision.objects.filter(course=course).order_by("-pk"))
    gate.seen(actor, "curve", course.public_id, patient.public_id)
    return Own(going, deciding.told_to_patient(going.content, decisions, going), until)


def _insist_live(link: Link, now: datetime) -> None:
    if (
        link.purpose != links.Purpose.ANSWER
        or link.opened_at is None
        or not link_life.is_live(link, now)
    ):
        raise ClosedError
