"""The bench: each tube labelled beside the patient, incubated, spun, portioned into units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final, cast

from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.guideline.serum import HELD, windows
from dolenti.guideline.serum.windows import Reading
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import writing_record
from dolenti.serum import chain, clock, deadlines, identity, opening, steps, temperature
from dolenti.serum import volumes as volumes_of
from dolenti.serum.drawing import unit_number
from dolenti.serum.identity import Proof
from dolenti.serum.models import Draw, Place, Step, Thing, Tube, Unit
from dolenti.serum.opening import SerumRefusedError
from dolenti.serum.steps import Act, Doing
from dolenti.treatment.content import plain

LOOKS: Final = ("clear", "cloudy", "haemolysed", "clotted")
CLEAR: Final = "clear"


def label(submission: Submission, thing: Thing, proof: Proof, *, look: str = "") -> Thing:
    """The label that was printed is on the tube or the unit, and was read back: what is scanned
    must be its own. A unit is looked at: only a clear one goes on.

    A code that is of something else holds both: nobody can tell any more which is which. Raises
    ``WrongIdentityError`` for what is no label, ``RefusedStepError``, ``SerumRefusedError``.
    """
    actor, patient = submission.actor, thing.patient
    if len(proof.scans) != 1:
        raise identity.WrongIdentityError(
            "scan the one label that you have just put on",
            "scan",
            fr="scannez la seule étiquette que vous venez de poser",
        )

    def make() -> Step:
        read = identity.scanned(actor, proof.scans[0])
        locking.hold(patient, read.patient)
        opening.insist_on(actor, "label")
        identity.insist_identified(actor, patient, proof, "label")
        fresh = read.number == thing.number
        if not fresh:
            _hold_other(actor, read, thing)
        act = Act(
            "label", _label_guards(thing, fresh=fresh, look=look),
            {"labelled_at": clock.read().at}, hand_over="scan",
            said={"read": read.number, "look": look},
        )  # fmt: skip
        steps.write(actor, thing, act)
        return Step.objects.filter(draw=thing.draw).latest("pk")

    with writing_record(actor, Permission.PREPARE_SERUM, patient):
        once(submission, Step, make)
    thing.refresh_from_db()
    return thing


def _label_guards(thing: Thing, *, fresh: bool, look: str) -> dict[str, bool]:
    limits = chain.in_force()
    if isinstance(thing, Tube):
        most = windows.minutes(limits, "label-after-draw")
        return {
            "label-fresh": fresh,
            "patient-match": True,
            "volume-ok": windows.volume_is_kept(limits, "blood-per-tube", thing.volume),
            "label-in-time": windows.within(thing.drawn_at, clock.read().at, most),
        }
    return {
        "label-fresh": fresh,
        "within-4h": deadlines.is_fresh(thing, clock.read().at),
        "aliquot-volume": windows.volume_is_kept(limits, "aliquot", thing.volume),
        "looks-clear": look == CLEAR,
    }


def _hold_other(actor: Actor, other: Thing, thing: Thing) -> None:
    """That whose label was read elsewhere is held, and what was made of it; what has come to its
    end keeps a note of it."""
    act = Act("hold", {"reason-coded": True}, reason="identity-doubt", note=thing.number)
    made = list(Unit.objects.filter(tube=other.pk)) if isinstance(other, Tube) else []
    for one in (other, *made):
        now = steps.held(one)
        if steps.line_of(now, "hold") is not None:
            steps.write(actor, now, act)
        else:
            steps.note(actor, now, act)


def start_incubation(submission: Submission, draw: Draw, proof: Proof, incubator: Place) -> None:
    """These tubes are in an incubator, from now on. One that comes too late after its draw is held.

    Raises ``WrongIdentityError``, ``RefusedStepError``, ``SerumRefusedError``.
    """
    actor = submission.actor
    if incubator.kind != Place.Kind.INCUBATOR or incubator.site_id != draw.site_id:
        raise SerumRefusedError(
            "choose an incubator of this site",
            "place",
            fr="choisissez une étuve de ce site",
        )

    def make(things: list[Thing]) -> None:
        most = windows.minutes(chain.in_force(), "draw-to-incubator")
        for tube in _tubes(things):
            now = clock.read().at
            guards = {"to-incubator-in-time": windows.within(tube.drawn_at, now, most)}
            values = {"incubator": incubator, "incubated_from": now, "incubated_to": None}
            steps.write(actor, tube, Act("start-incubation", guards, values, hand_over="scan"))

    steps.do(Doing(submission, draw, "start-incubation", proof), make)


def is_early(thing: Thing) -> bool:
    """Whether a tube that comes out of the incubator now was in it for too short."""
    if not isinstance(thing, Tube) or thing.incubated_from is None:
        return False
    least = timedelta(hours=chain.in_force().least("incubation"))
    return timedelta(0) <= clock.read().at - thing.incubated_from < least


def end_incubation(submission: Submission, draw: Draw, proof: Proof, *, early: str = "") -> None:
    """These tubes came out of the incubator. One that was in for too short or too long, or whose
    temperature was not kept or not measured, is held; ``early`` says why one comes out too soon.

    Raises ``WrongIdentityError``, ``RefusedStepError``, ``SerumRefusedError`` (too early, and it is
    not said why).
    """
    actor = submission.actor
    statement = opening.standing(actor).statement

    def make(things: list[Thing]) -> None:
        if not early and any(is_early(tube) for tube in _tubes(things)):
            raise SerumRefusedError(
                "it is too early, and the tube will be put on hold: say why it comes out all the "
                "same",
                "early",
                fr="il est trop tôt, le tube sera bloqué\u00a0: indiquez le motif de sa sortie",
            )
        now, strict = clock.read(), bool(statement and statement.strict)
        for tube in _tubes(things):
            kept, moved = _incubation_is_kept(tube, now, strict=strict)
            curve = temperature.is_kept(tube.incubator, tube.incubated_from, now.at)
            guards = {"incubation-in-window": kept and curve}
            act = Act(
                "end-incubation", guards, always={"incubated_to": now.at}, hand_over="scan",
                said={"time": kept, "curve": curve, "moved": moved, "strict": strict},
                held_for=_why_held(kept, curve), note=early if is_early(tube) else "",
            )  # fmt: skip
            steps.write(actor, tube, act)

    steps.do(Doing(submission, draw, "end-incubation", proof), make)


def _why_held(kept: bool, curve: bool) -> str:
    return "" if kept and curve else "curve" if kept else "time" if curve else "time,curve"


def _incubation_is_kept(tube: Tube, now: Reading, *, strict: bool) -> tuple[bool, bool]:
    """Whether it lasted as it must, and whether the clock was moved meanwhile."""
    began = Step.objects.filter(tube=tube, event="start-incubation").order_by("-pk").first()
    if began is None:
        return False, False
    start = steps.reading_of(began)
    kept = windows.incubation_is_kept(chain.in_force(), start, now, strict=strict)
    return kept, windows.is_clock_moved(start, now)


def spin(submission: Submission, draw: Draw, proof: Proof, *, run: str, whole: bool) -> None:
    """These tubes were spun in one run; one that was cut short or out of balance holds them all. A
    tube that left the incubator too long ago is held.

    Raises ``WrongIdentityError``, ``RefusedStepError``, ``SerumRefusedError``.
    """
    actor = submission.actor

    def make(things: list[Thing]) -> None:
        now = clock.read().at
        for tube in _tubes(things):
            guards = {"run-ok": whole, "within-4h": deadlines.is_fresh(tube, now)}
            act = Act("spin", guards, {"spun_at": now}, hand_over="scan", said={"run": run})
            steps.write(actor, tube, act)

    steps.do(Doing(submission, draw, "spin", proof), make)


def portion(
    submission: Submission,
    draw: Draw,
    proof: Proof,
    volumes: Sequence[Decimal],
    *,
    bench_clear: bool,
) -> list[Unit]:
    """One tube is portioned into units of so many mL, each with a number of its own, to be labelled
    now. A bench on which another patient is open holds the tube, and so does the time: it left the
    incubator too long ago.

    Raises ``WrongIdentityError``, ``RefusedStepError``, ``SerumRefusedError`` (more serum than the
    tube held blood).
    """
    actor = submission.actor
    if not volumes or any(not Decimal(0) < one <= volumes_of.MOST for one in volumes):
        raise SerumRefusedError(
            "give the volume of each unit, in mL",
            "volumes",
            fr="donnez le volume de chaque unité, en mL",
        )

    def make(things: list[Thing]) -> None:
        (tube,) = _tubes(things)
        _insist_of(tube, volumes)
        now = clock.read().at
        open_elsewhere = Unit.objects.filter(patient__site=draw.site, state="portioned")
        clear = bench_clear and not open_elsewhere.exclude(patient=draw.patient).exists()
        guards = {"bench-clear": clear, "within-4h": deadlines.is_fresh(tube, now)}
        act = Act(
            "portion", guards, {"portioned_at": now}, hand_over="scan",
            said={"volumes": [str(one) for one in volumes]},
        )  # fmt: skip
        after = steps.write(actor, tube, act)
        if after.state == HELD:
            return
        whole = Draw.objects.select_for_update(no_key=True).get(pk=draw.pk)
        expires = windows.expires_on(chain.in_force(), draw.day)
        for volume in volumes:
            whole.units += 1
            Unit.objects.create(
                draw=whole,
                tube=tube,
                patient=draw.patient,
                number=unit_number(whole, whole.units),
                position=whole.units,
                state=chain.in_force().unit.start.state,
                volume=volume,
                portioned_at=now,
                expires=expires,
            )
        Draw.objects.filter(pk=whole.pk).update(units=whole.units)

    steps.do(Doing(submission, draw, "portion", proof), make, most=1)
    return list(Unit.objects.filter(draw=draw, state="portioned"))


def _insist_of(tube: Tube, volumes: Sequence[Decimal]) -> None:
    """No more comes out of a tube than there was blood in it."""
    blood = tube.volume or Decimal(0)
    serum = sum(volumes, Decimal(0))
    if serum > blood:
        raise SerumRefusedError(
            f"{plain(serum)} mL of serum cannot come out of {plain(blood)} mL of blood: "
            "read them again",
            "volumes",
            fr=f"{plain(serum, 'fr')}\u00a0mL de sérum ne peuvent sortir de "
            f"{plain(blood, 'fr')}\u00a0mL de sang\u00a0: relisez les volumes",
        )


def _tubes(things: Sequence[Thing]) -> list[Tube]:
    if not all(isinstance(one, Tube) for one in things):
        raise SerumRefusedError(
            "scan tubes here, no units",
            "scan",
            fr="scannez ici des tubes, pas des unités",
        )
    return cast("list[Tube]", list(things))
