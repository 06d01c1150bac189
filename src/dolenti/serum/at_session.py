"""The unit of a session: which may be chosen, whether the one that was chosen may be injected now,
and its end, recorded with the record of the session or not at all.

The room (``treatment.room``) asks here; it knows of no chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count
from msgspec import structs

from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.ledger.lifecycle import Taking
from dolenti.ledger.once import Submission
from dolenti.records.gate.writing import insist_open, writing_record
from dolenti.serum import clock, freezing, giving, identity
from dolenti.serum.giving import Given
from dolenti.serum.identity import Proof, WrongIdentityError
from dolenti.serum.models import Injection, InjectionCorrection, Unit
from dolenti.serum.steps import line_of
from dolenti.treatment import recording, room
from dolenti.treatment.content import GivenUnit, Injected, read
from dolenti.treatment.given import RECORDS, RecordRefusedError
from dolenti.treatment.models import Session, SessionRecord
from dolenti.treatment.recording import CORRECTION
from dolenti.treatment.room import SERUM

USABLE = ("fresh", "thawed")
"""Where a unit stands that may be injected."""


def usable(session: Session) -> list[Unit]:
    """The units of the session’s own patient that stand ready to be injected, in their order."""
    found = Unit.objects.filter(patient=session.course.patient_id, state__in=USABLE)
    return list(found.select_related("draw").order_by("expires", "draw", "position"))


def standing_of(session: Session) -> dict[str, int]:
    """How many units of the session’s own patient stand where, by state. One query."""
    rows = Unit.objects.filter(patient=session.course.patient_id).order_by()
    return dict(rows.values_list("state").annotate(n=Count("pk")))


def choose(
    submission: Submission,
    session: Session,
    based_on: int,
    proof: Proof,
    asked: recording.Asked | None = None,
    facts: Mapping[str, Any] | None = None,
) -> SessionRecord:
    """The unit whose label was scanned is that of this session, with what is ``asked`` beside it:
    an anaesthetic in a syringe of its own, needles, kits. Nothing is done to the unit yet.

    Raises ``RefusedStepError`` for a unit of another patient, and leaves a line of the trail;
    ``WrongIdentityError`` for a label that is none, ``RecordRefusedError`` for a unit that does not
    stand ready, ``StaleEditError``.
    """
    insist_open(submission.actor, Permission.PREPARE, session.course.patient)
    unit = freezing.unit_of_session(submission.actor, session, proof, "inject")
    if unit.state not in USABLE:
        raise RecordRefusedError(
            f"unit {unit.number} is not ready to be injected: thaw it from the serum board",
            "scan",
            fr=f"l’unité {unit.number} n’est pas prête à être injectée\u00a0: décongelez-la depuis "
            "le tableau du sérum",
        )
    (scan,) = proof.scans
    # The mark of the label is kept nowhere: the record says which print of it was read.
    plain = identity.read_code(scan).plain
    return recording.choose_unit(submission, session, based_on, unit.number, plain, asked, facts)


def give(
    submission: Submission,
    session: Session,
    based_on: int,
    proof: Proof,
    given: Given,
    injected: Injected,
    reasons: dict[str, str] | None = None,
) -> SessionRecord:
    """The unit that was chosen is injected: its end stands in the chain, and the record says it,
    in one transaction. Its label is read again here (``proof``). Sent twice it is one. Said again
    it is a correction: of what the record says, and of how much of the unit went where; never of
    which unit.

    Raises what ``giving.inject`` and ``recording.inject`` raise; then neither is written.
    """
    actor, patient = submission.actor, session.course.patient
    insist_open(actor, Permission.GIVE, patient)
    before = room.standing(actor, session)
    unit = before.injected.unit
    if unit is None:
        _insist_read(actor, session, before, proof)
    with writing_record(actor, Permission.GIVE, patient):
        if unit is None:
            form = submission.of_part("unit")
            end = giving.inject(form, session, proof, given)
            unit = GivenUnit(number=end.unit.number, look=given.look, thrown_ml=given.thrown)
            said = structs.replace(injected, unit=unit, volume_ml=given.volume)
            return recording.inject(submission, session, based_on, said, reasons)
        unit = structs.replace(unit, thrown_ml=given.thrown)
        said = structs.replace(injected, unit=unit, volume_ml=given.volume)
        record = recording.inject(submission, session, based_on, said, reasons)
        _correct(actor, record, before.injected, given, {} if reasons is None else reasons)
        return record


def _correct(
    actor: Actor, record: SessionRecord, before: Injected, given: Given, reasons: Mapping[str, str]
) -> None:
    """What a correction of the record changes of the injection stands beside its row, with its
    reason: the chain and the record tell the same."""
    now = read(Injected, record.injected)
    assert now.unit is not None, "its unit is never taken from a record"
    row = Injection.objects.select_related("unit").get(session=record.session_id)
    stands = row.corrections.filter(record=record).last() or row.as_it_stands
    moved = now.target != before.target
    measured = (now.volume_ml, now.unit.thrown_ml) != (stands.volume, stands.thrown)
    if not moved and not measured:
        return
    if measured:
        given.insist_of(row.unit)
    InjectionCorrection.objects.create(
        injection=row,
        record=record,
        volume=given.volume,
        thrown=given.thrown,
        target=given.target if moved else stands.target,
        reason=(reasons.get(CORRECTION, "").strip() or record.reason)[:500],
        at=clock.read().at,
        author=author_of(actor),
    )


def _insist_read(actor: Actor, session: Session, now: room.Standing, proof: Proof) -> None:
    """The label in the hand is read again at the needle, and is that of the unit that was chosen:
    a scan at the bench says nothing of what was picked up since. Raises ``RecordRefusedError``,
    ``WrongIdentityError``, ``RefusedStepError`` for a unit of another patient."""
    if not now.preparation.unit:
        raise RecordRefusedError(
            "choose the unit first: scan its label",
            "scan",
            fr="choisissez d’abord l’unité\u00a0: scannez son étiquette",
        )
    if not proof.scans:
        raise WrongIdentityError(
            "scan the label of the unit in your hand, right before the needle",
            "scan",
            fr="scannez l’étiquette de l’unité que vous tenez, juste avant l’aiguille",
        )
    unit = freezing.unit_of_session(actor, session, proof, "inject")
    if unit.number != now.preparation.unit:
        raise RecordRefusedError(
            f"this is unit {unit.number}, and {now.preparation.unit} was chosen: stop, and look at "
            "both again",
            "scan",
            fr=f"c’est l’unité {unit.number}, alors que {now.preparation.unit} est choisie\u00a0: "
            "arrêtez, et relisez les deux",
        )


def is_fit(session: Session, number: str) -> bool:
    """Whether a unit may be injected at a session now: its own patient’s, in its hours, by the
    guards of the chain but those that a person says in the chair."""
    unit = Unit.objects.select_related("patient").filter(number=number).first()
    if unit is None:
        return False
    if Injection.objects.filter(session=session, unit=unit).exists():  # its end, just now
        return True
    guards = {**freezing.guards_for(unit, session), **giving.in_time(unit, clock.read().at)}
    line = line_of(unit, "inject")
    return line is not None and all(guards.get(one, True) for one in line.guards)


def _unit_has_ended(taking: Taking[SessionRecord]) -> None:
    """Of a session of serum, the unit that the record names was injected at it."""
    record = taking.row
    if record.session.course.therapy != SERUM:
        return
    unit = taking.values.get("injected", record.injected).get("unit") or {}
    ended = Injection.objects.filter(session=record.session_id, unit__number=unit.get("number"))
    if not ended.exists():
        raise RecordRefusedError(
            "choose the unit, and inject it here",
            "scan",
            fr="choisissez l’unité, et injectez-la ici",
        )


RECORDS.also(_unit_has_ended, "deliver-session")
room.UNITS.append(is_fit)
