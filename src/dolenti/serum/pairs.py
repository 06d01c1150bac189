"""What two people answer for: to lift a hold, to release, to discard, to declare missing, to hand
over, to print a label again, to correct a volume.
One proposes, another confirms from an account of their own.

A hold is one person’s, at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

from django.db import IntegrityError
from django.utils import timezone

from dolenti.access import audit
from dolenti.access import clock as site_clock
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.access.writing import refuse, writing
from dolenti.guideline.knowledge import Text
from dolenti.guideline.serum import RefusedStepError, windows
from dolenti.ledger import locking
from dolenti.ledger import proposals as settling
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.serum import (
    causes,
    chain,
    clock,
    deadlines,
    freezing,
    gate,
    labelling,
    opening,
    proved,
    steps,
    volumes,
)
from dolenti.serum.drawing import are_known, has_circuit, is_positive
from dolenti.serum.identity import CORRECT, REPRINT, VOIDS
from dolenti.serum.models import Place, Proposal, Stay, Step, Thing, Tube, Unit
from dolenti.serum.opening import SerumRefusedError
from dolenti.serum.steps import Act

RESPONSIBLE: Final = "responsible-signs"
CODED: Final = ("discard",)
"""Events whose reason is one of the knowledge; the others say theirs in words."""
LIFTS: Final = frozenset({
    "resume-incubation", "lift-to-incubated", "lift-to-spun", "lift-to-portioned", "lift-to-fresh",
    "lift-to-quarantine",
})  # fmt: skip
"""Events by which a hold is lifted: none past what the chain destroys."""
_NO_WAY_ON: Final = Text(
    fr="une incubation ne reprend que si elle était trop courte et interrompue depuis peu",
    en="an incubation goes on only where it was too short, and is out for a short while",
)
_RECALLED: Final = Text(
    fr="le lot du dispositif est rappelé\u00a0: le blocage ne se lève pas tant qu’il l’est",
    en="the lot of the device is recalled: the hold is not lifted while it is",
)
_TOO_SHORT: Final = Text(
    fr="l’incubation prouvée est trop courte\u00a0: elle reprend à temps, ou le tube est détruit",
    en="the incubation that is proved is too short: resume it in time, or the tube is destroyed",
)


def hold(submission: Submission, thing: Thing, note: str) -> Thing:
    """Keep something back for a doubt, by one person, at any time. Raises ``RefusedStepError``."""
    actor = submission.actor

    def make() -> Step:
        locking.hold(thing.patient)
        act = Act("hold", {"reason-coded": bool(note)}, note=note, held_for=note)
        steps.write(actor, thing, act)
        return Step.objects.filter(draw=thing.draw).latest("pk")

    with writing_record(actor, Permission.PREPARE_SERUM, thing.patient):
        once(submission, Step, make)
        thing.refresh_from_db()
        return thing


@contextmanager
def _deciding(actor: Actor, thing: Thing) -> Iterator[None]:
    """The transaction of a write about a thing whose record is open to the actor; or that waits for
    them as the responsible person of the chain. Raises ``NotAllowedError``."""
    patient = thing.patient
    with writing(actor, Permission.PREPARE_SERUM, patient.site_id, patient_id=patient.public_id):
        if not gate.may_decide(actor, thing):
            refuse(actor, Permission.PREPARE_SERUM, patient.site_id, patient_id=patient.public_id)
        yield


def possible(thing: Thing) -> list[str]:
    """The events that two people may take of a thing, where it stands."""
    machine = chain.in_force().machine(thing.kind)
    lines = machine.possible(steps.standing_of(thing))
    found = [line.event for line in lines if len(line.sign) == 2]
    if not any(event in LIFTS for event in found):
        return found
    lost = causes.destroying(thing, clock.read().at)
    return [event for event in found if event not in LIFTS or _why_not(thing, event, lost) is None]


def why_not(thing: Thing, event: str) -> Text | None:
    """Why a hold is not lifted so, whoever answers for it; nothing where it may be, or where the
    event lifts none."""
    if event not in LIFTS:
        return None
    return _why_not(thing, event, causes.destroying(thing, clock.read().at))


def _why_not(thing: Thing, event: str, lost: Text | None) -> Text | None:
    if lost is not None:
        return Text(
            fr=f"la chaîne le détruit, et le blocage ne se lève pas\u00a0: {lost.fr}",
            en=f"the chain destroys it, and its hold is not lifted: {lost.en}",
        )
    if proved.is_device_recalled(thing):
        return _RECALLED
    if event == "resume-incubation" and not (isinstance(thing, Tube) and _may_resume(thing)):
        return _NO_WAY_ON
    if event == "lift-to-incubated" and isinstance(thing, Tube) and thing.origin == "incubating":
        return _TOO_SHORT if causes.is_short(thing) else None
    return None


def propose(
    submission: Submission, thing: Thing, event: str, *, reason: str = "", note: str = "",
    slot: str = "", volume: Decimal | None = None,
) -> Proposal:  # fmt: skip
    """Propose an event that two people answer for; a form sent twice is one. ``volume`` is the
    right one, in mL, of a unit whose volume was written wrong (``CORRECT``).

    Raises ``RefusedStepError`` where it is not possible from there, ``SerumRefusedError`` without
    its reason, and where one waits already.
    """
    actor, patient = submission.actor, thing.patient

    def make() -> Proposal:
        locking.hold(patient)
        now = steps.held(thing)
        opening.insist_on(actor, event)
        _insist_possible(now, event, volume)
        _insist_liftable(now, event)
        _insist_reason(event, reason, note)
        made = Proposal.objects.create(
            draw=now.draw,
            tube=now if isinstance(now, Tube) else None,
            unit=now if isinstance(now, Unit) else None,
            event=event,
            reason=reason,
            note=note,
            slot=slot,
            volume=volume if event == CORRECT else None,
            author=submission.user,
        )
        _tell(actor, made, "propose-serum")
        return made

    try:
        with _deciding(actor, thing):
            return once(submission, Proposal, make)
    except IntegrityError:
        raise SerumRefusedError(
            "something is proposed for it already: confirm that, or drop it",
            fr="une étape est déjà proposée\u00a0: confirmez-la, ou retirez-la",
        ) from None


def _insist_possible(thing: Thing, event: str, volume: Decimal | None) -> None:
    if event == CORRECT:
        volumes.insist_correctable(thing, volume)
        return
    if event == REPRINT:
        labelling.insist_reprintable(thing)
        return
    machine = chain.in_force().machine(thing.kind)
    machine.take(steps.standing_of(thing), event)


def _insist_liftable(thing: Thing, event: str) -> None:
    if (why := why_not(thing, event)) is not None:
        raise SerumRefusedError(why.en, fr=why.fr)


def _insist_reason(event: str, reason: str, note: str) -> None:
    known = {one.id for one in chain.in_force().said.discard_reasons}
    if event in CODED and reason not in known:
        raise SerumRefusedError(
            "choose why it is destroyed", "reason", fr="choisissez pourquoi elle est détruite"
        )
    if event not in (*CODED, "declare-missing", "release") and not note:
        raise SerumRefusedError("say why", "note", fr="dites pourquoi")


def drop(actor: Actor, proposal: Proposal) -> None:
    """It is not to be done after all. Said twice it is one."""
    with _deciding(actor, _thing_of(proposal)):
        changed = Proposal.objects.filter(pk=proposal.pk, ended_at=None).update(
            dropped_by=author_of(actor), ended_at=timezone.now()
        )
        if changed:
            _tell(actor, proposal, "drop-serum")


def stamp(proposal: Proposal) -> str:
    """The stamp of what whoever confirms reads (``ledger.proposals``): the proposal, and all that
    was done to what was drawn with it. One query."""
    return settling.stamp(*_stamped(proposal))


def _stamped(proposal: Proposal) -> tuple[str, int]:
    last = Step.objects.filter(draw_id=proposal.draw_id).order_by("-pk").first()
    return proposal.public_id, last.pk if last else 0


def confirm(actor: Actor, proposal: Proposal, read: str | None = None) -> None:
    """Do it, in the name of both. Pressed twice it is done once. ``read`` is the ``stamp`` of what
    was read; ``ChangedSinceReadError`` where something was done since.

    Raises ``SerumRefusedError`` for whoever proposed it, and where neither is the responsible
    person that the event asks for; ``RefusedStepError`` where its guards do not hold now.
    """
    draw = proposal.draw
    with _deciding(actor, _thing_of(proposal)):
        locking.hold(draw.patient)
        now = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
        if now.ended_at is not None:
            return
        opening.insist_another(actor, now.author_id)
        settling.insist_read(read, *_stamped(now))
        statement = opening.insist_on(actor, now.event)
        thing = _thing_of(now)
        void = False
        try:
            if now.event == CORRECT and isinstance(thing, Unit):
                void = volumes.correct(actor, now, steps.held(thing))
            else:
                _do(actor, now, thing, statement.responsible_id if statement else None)
        except RefusedStepError as refusal:
            steps.tell_refused(actor, draw, now.event, refusal.guards)
            raise
        Proposal.objects.filter(pk=now.pk).update(
            confirmed_by=author_of(actor), ended_at=timezone.now(),
            reason=VOIDS if void else now.reason,
        )  # fmt: skip


def _thing_of(proposal: Proposal) -> Thing:
    found = proposal.unit if proposal.unit is not None else proposal.tube
    assert found is not None, "it is of the one or the other"
    return found


def _do(actor: Actor, proposal: Proposal, thing: Thing, responsible: int | None) -> None:
    second = author_of(actor)
    if proposal.event == REPRINT:
        # What was printed before is void from here; the duplicate is printed from its page, once.
        labelling.insist_reprintable(thing)
        return
    signs = responsible is not None and responsible in (proposal.author_id, second.pk)
    line = steps.line_of(thing, proposal.event)
    if line is not None and RESPONSIBLE in line.guards and not signs:
        raise SerumRefusedError(
            "the responsible person of the chain must be one of the two",
            fr="la personne responsable de la chaîne doit être l’une des deux",
        )
    _insist_liftable(thing, proposal.event)
    now = clock.read().at
    guards = {
        "two-people": True, RESPONSIBLE: signs,
        "reason-coded": bool(proposal.reason or proposal.note),
        **(_of_unit(thing, proposal, now) if isinstance(thing, Unit) else {}),
    }  # fmt: skip
    act = Act(
        proposal.event, guards, _values(thing, proposal, now), hand_over="two",
        reason=proposal.reason, note=proposal.note, first=proposal.author, second=second,
    )  # fmt: skip
    after = steps.write(actor, thing, act)
    if isinstance(after, Unit):
        _place(after, proposal, now)


def _of_unit(unit: Unit, proposal: Proposal, now: Any) -> Mapping[str, bool]:
    place = _freezer(unit)
    known = are_known(unit.draw)
    return {
        "within-4h": deadlines.is_fresh(unit, now),
        "never-thawed": freezing.never_thawed(unit),
        "looks-clear": _looked_clear(unit),
        "not-expired": unit.expires >= site_clock.today(),
        "slot-free": freezing.is_free(unit, place, proposal.slot),
        "tests-known": known,
        "tests-negative-or-circuit": known
        and (not is_positive(unit.draw) or has_circuit(unit.draw.site)),
        "record-complete": proved.is_complete(unit),
        "within-quarantine": (ends := deadlines.quarantine_ends(unit)) is not None and now <= ends,
        "label-says-danger": labelling.says_danger(unit),
        "device-not-recalled": proved.is_device_good(unit),
        "cold-proved": proved.is_cold_kept(unit),
    }


def _looked_clear(unit: Unit) -> bool:
    read = Step.objects.filter(unit=unit, event="label").order_by("-pk").first()
    return read is not None and read.said.get("look") == "clear"


def _freezer(unit: Unit) -> Place | None:
    last = Stay.objects.filter(unit=unit).order_by("-pk").select_related("place").first()
    return last.place if last is not None else None


def _values(thing: Thing, proposal: Proposal, now: Any) -> dict[str, Any]:
    if proposal.event == "release":
        return {"released_at": now}
    if proposal.event == "resume-incubation":
        return {"incubated_to": None}
    if proposal.event == "lift-to-incubated" and isinstance(thing, Tube):
        return {"incubated_to": thing.incubated_to or now, "lifted_at": now}
    if proposal.event == "lift-to-spun":
        return {"lifted_at": now}
    return {}


def _place(unit: Unit, proposal: Proposal, now: Any) -> None:
    if unit.ended_at is not None:
        freezing.leave(unit, now)
    elif proposal.event == "lift-to-quarantine":
        place = _freezer(unit)
        if place is not None:
            freezing.settle(unit, place, proposal.slot, now)
    elif proposal.event == "found":
        # Nobody knows how warm it was: it counts as thawed.
        Unit.objects.filter(pk=unit.pk).update(warmed=True)


def _may_resume(tube: Tube) -> bool:
    out = causes.out_of_incubator(tube)
    if tube.incubated_from is None or out is None or tube.origin != "incubating":
        return False
    return windows.may_resume(chain.in_force(), tube.incubated_from, out, clock.read().at)


def _tell(actor: Actor, made: Proposal, action: str) -> None:
    audit.record(
        action,
        actor=actor,
        kind="proposal",
        object_id=made.public_id,
        patient_id=made.draw.patient.public_id,
        detail={"event": made.event},
    )
