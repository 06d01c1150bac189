"""How any event of a tube or a unit is written: one way, for all of them.

The patient is waited for, the row looked at as it stands then, the machine asked, the row changed,
the step kept, in one transaction: a step is done or not done. A guard of which nothing is known
does not hold. The clock of the server counts; a step before the last one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import QuerySet

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.guideline.knowledge import ChainTransition
from dolenti.guideline.serum import HELD, RefusedStepError, Standing
from dolenti.guideline.serum.windows import Reading
from dolenti.ledger import locking, versions
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.records.models import Patient
from dolenti.serum import chain, clock, identity, opening
from dolenti.serum.identity import Proof
from dolenti.serum.models import Draw, Excursion, Step, Thing, Tube, Unit
from dolenti.serum.opening import SerumRefusedError

T = TypeVar("T", bound=Thing)
ENDED = ("injected", "discarded", "used-for-test", "handed-over", "missing")


@dataclass(frozen=True)
class Act:
    """One event about to be written: which guards hold, how it is proved, why; of two people,
    ``first`` who proposed it and ``second`` who confirmed. ``values`` change with it unless it
    leads to a hold, ``always`` even then."""

    event: str
    guards: Mapping[str, bool] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    always: Mapping[str, Any] = field(default_factory=dict)
    hand_over: str = ""
    reason: str = ""
    note: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    first: User | None = None
    second: User | None = None
    excursion: Excursion | None = None
    held_for: str = ""


def standing_of(thing: Thing) -> Standing:
    """Where a tube or a unit stands."""
    return Standing(thing.state, thing.origin)


def line_of(thing: Thing, event: str) -> ChainTransition | None:
    """The line of the machine's table for an event where a thing stands."""
    return chain.in_force().machine(thing.kind).transition(standing_of(thing), event)


def write(actor: Actor, thing: T, act: Act) -> T:
    """The thing after an event. Inside a transaction that holds its patient.

    Raises ``RefusedStepError`` where there is no path or a guard refuses, ``SerumRefusedError``
    where the clock was moved back.
    """
    now = held(thing)
    machine = chain.in_force().machine(now.kind)
    reading = clock.read()
    _insist_on_time(now, reading)
    line = machine.transition(standing_of(now), act.event)
    asked = line.guards if line is not None else ()
    failed = [guard for guard in asked if not act.guards.get(guard, False)]
    after = machine.take(standing_of(now), act.event, failed)
    values = {
        **({} if after.state == HELD else act.values),
        **act.always,
        "state": after.state,
        "origin": after.origin,
        "held_for": _held_for(act, failed) if after.state == HELD else "",
    }
    if now.kind == "unit":
        ends = machine.is_end(after.state)
        values["ended_at"] = reading.at if ends else None
    changed = _changed(actor, now, values, act.event)
    _keep(actor, now, act, after.state, failed, reading)
    return changed


def note(actor: Actor, thing: Thing, act: Act) -> Step:
    """Something to be known of a thing, which stays where it stands."""
    now = held(thing)
    return _keep(actor, now, act, now.state, [], clock.read())


def held(thing: T) -> T:
    """The row as it stands now, kept until the transaction ends."""
    rows = type(thing)._default_manager.select_for_update(of=("self",), no_key=True)
    return rows.select_related("patient__site", "draw").get(pk=thing.pk)


def last_step(thing: Thing) -> Step | None:
    """The last step of a thing."""
    steps: QuerySet[Step] = thing.steps.order_by("-id")  # type: ignore[attr-defined]
    return steps.first()


def reading_of(step: Step) -> Reading:
    """When a step was taken, by the clock and by the count."""
    return Reading(step.at, step.boot, step.ticks)


def _insist_on_time(thing: Thing, now: Reading) -> None:
    last = last_step(thing)
    if last is not None and now.at < last.at:
        raise SerumRefusedError(
            "the server’s clock went back before the last step: set it right, then go on",
            fr="l’horloge du serveur est revenue avant la dernière étape\u00a0: remettez-la à "
            "l’heure, puis continuez",
        )


def _held_for(act: Act, failed: Sequence[str]) -> str:
    return act.held_for or act.note or ",".join(failed)


def _changed(actor: Actor, now: T, values: Mapping[str, Any], event: str) -> T:
    action, patient_id = f"serum-{event}", now.patient.public_id
    changed = versions.change(actor, now, now.version, values, patient_id=patient_id, action=action)
    if changed.version == now.version:  # it stands where it stood, in another slot
        audit.record(
            action, actor=actor, kind=now.kind, object_id=now.public_id, patient_id=patient_id
        )
    return changed


def _keep(
    actor: Actor, now: Thing, act: Act, after: str, failed: Sequence[str], at: Reading
) -> Step:
    return Step.objects.create(
        draw=now.draw,
        tube=now if isinstance(now, Tube) else None,
        unit=now if isinstance(now, Unit) else None,
        event=act.event,
        before=now.state,
        after=after,
        at=at.at,
        boot=at.boot,
        ticks=at.ticks,
        hand_over=act.hand_over,
        reason=act.reason,
        note=act.note,
        failed=list(failed),
        said={name: versions.as_json(value) for name, value in act.said.items()},
        excursion=act.excursion,
        author=act.first or author_of(actor),
        second=act.second,
    )


@dataclass(frozen=True)
class Doing:
    """An event that one person takes of one patient's things: who, which, with what proof."""

    submission: Submission
    draw: Draw
    event: str
    proof: Proof

    @property
    def actor(self) -> Actor:
        return self.submission.actor

    @property
    def patient(self) -> Patient:
        return self.draw.patient


def do(
    doing: Doing,
    make: Callable[[list[Thing]], None],
    *,
    permission: Permission = Permission.PREPARE_SERUM,
    most: int | None = None,
) -> None:
    """Take an event of what was scanned, all of it or nothing; a form sent twice takes it once.

    ``make`` is handed what the scans are of, each of the draw. Raises ``WrongIdentityError``, and
    whatever ``make`` raises; of a refusal a line of the trail is left.
    """

    def write_all() -> Step:
        locking.hold(doing.patient)
        opening.insist_on(doing.actor, doing.event)
        things = _things(doing, most)
        identity.insist_identified(doing.actor, doing.patient, doing.proof, doing.event)
        make(things)
        made = Step.objects.filter(draw=doing.draw).order_by("-id").first()
        assert made is not None, "every event leaves a step"
        return made

    with writing_record(doing.actor, permission, doing.patient):
        try:
            once(doing.submission, Step, write_all)
        except RefusedStepError as refusal:
            tell_refused(doing.actor, doing.draw, doing.event, refusal.guards)
            raise


def _things(doing: Doing, most: int | None) -> list[Thing]:
    found: dict[str, Thing] = {}
    for scan in doing.proof.scans:
        thing = identity.scanned(doing.actor, scan)
        if thing.draw.pk != doing.draw.pk:
            tell_refused(doing.actor, doing.draw, doing.event, ("patient-match",))
            raise identity.WrongIdentityError(
                "this label is of another draw: put it aside, and look at both again",
                "scan",
                fr="cette étiquette est d’un autre prélèvement\u00a0: mettez-la de côté, et "
                "relisez les deux",
            )
        found[thing.number] = thing
    if not found:
        raise identity.WrongIdentityError(
            "scan the label of each tube or unit",
            "scan",
            fr="scannez l’étiquette de chaque tube ou unité",
        )
    if most is not None and len(found) > most:
        raise identity.WrongIdentityError(
            f"scan {most} at a time here", "scan", fr=f"scannez-en {most} à la fois ici"
        )
    return list(found.values())


def tell_refused(actor: Actor, draw: Draw, event: str, guards: Sequence[str]) -> None:
    """A line of the trail: this was tried with something of this patient, and refused."""
    audit.refuse(
        actor,
        sites=[],
        action=f"serum-{event}",
        kind="draw",
        object_id=draw.public_id,
        patient_id=draw.patient.public_id,
        detail={"guards": list(guards)},
    )
