"""The cold: frozen, moved, carried in a box, issued for one session, thawed once.

A freezer keeps the units of a patient in a compartment of their own: the part of a slot’s name
before its last dash.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from dolenti.access import clock as site_clock
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.guideline.dates import read_date
from dolenti.guideline.errors import InputError
from dolenti.guideline.serum import windows
from dolenti.ledger.once import Submission
from dolenti.records.gate.writing import insist_open
from dolenti.serum import chain, clock, deadlines, identity, labelling, proved, steps, temperature
from dolenti.serum.deadlines import OUT
from dolenti.serum.drawing import are_known, has_circuit, has_consent, is_positive
from dolenti.serum.identity import Proof
from dolenti.serum.models import Draw, Injection, Place, Stay, Step, Thing, Unit
from dolenti.serum.opening import SerumRefusedError
from dolenti.serum.steps import Act, Doing
from dolenti.treatment import beside
from dolenti.treatment.models import Course, Session

WRONG_UNIT: Final = "wrong-unit"
"""The event of the knowledge that tells of a unit of somebody else."""


def is_free(unit: Unit, place: Place | None, slot: str) -> bool:
    """Whether a slot is free, in a compartment that holds no unit of another patient."""
    if place is None or not slot or place.closed:
        return False
    there = Stay.objects.filter(place=place, until=None).exclude(unit=unit)
    if there.filter(slot=slot).exists():
        return False
    compartment = slot.rpartition("-")[0] or slot
    others = there.exclude(unit__patient=unit.patient)
    return not any(
        (one.slot.rpartition("-")[0] or one.slot) == compartment for one in others.only("slot")
    )


def settle(unit: Unit, place: Place, slot: str, at: datetime) -> None:
    """A unit is there now, and no longer where it was."""
    leave(unit, at)
    Stay.objects.create(unit=unit, place=place, slot=slot, since=at)


def leave(unit: Unit, at: datetime) -> None:
    """A unit is nowhere in the cold now."""
    Stay.objects.filter(unit=unit, until=None).update(until=at)


def _insist_place(draw: Draw, place: Place, kind: str) -> None:
    if place.kind != kind or place.site_id != draw.site_id:
        raise SerumRefusedError(
            "choose a place of this site",
            "place",
            fr="choisissez un emplacement de ce site",
        )


def freeze(submission: Submission, draw: Draw, proof: Proof, place: Place, slot: str) -> None:
    """A unit of the day is in its slot of a freezer: in quarantine until it is released. One that
    comes too late after the incubator is held; a slot that is taken is refused.

    Raises ``WrongIdentityError``, ``RefusedStepError``, ``SerumRefusedError``.
    """
    actor = submission.actor
    _insist_place(draw, place, Place.Kind.FREEZER)

    def make(things: list[Thing]) -> None:
        unit = unit_in(things)
        now = clock.read().at
        guards = {
            "within-4h": deadlines.is_fresh(unit, now),
            "never-thawed": never_thawed(unit),
            "slot-free": is_free(unit, place, slot),
            "label-says-danger": labelling.says_danger(unit),
        }
        act = Act(
            "freeze", guards, {"frozen_at": now}, hand_over="scan",
            said={"place": place.name, "slot": slot},
        )  # fmt: skip
        after = steps.write(actor, unit, act)
        settle(after, place, slot, now)

    steps.do(Doing(submission, draw, "freeze", proof), make, most=1)


def move(submission: Submission, draw: Draw, proof: Proof, place: Place, slot: str) -> None:
    """A unit is in another slot. Raises ``WrongIdentityError``, ``RefusedStepError``."""
    actor = submission.actor
    _insist_place(draw, place, Place.Kind.FREEZER)

    def make(things: list[Thing]) -> None:
        unit = unit_in(things)
        guards = {"slot-free": is_free(unit, place, slot)}
        said = {"place": place.name, "slot": slot}
        steps.write(actor, unit, Act("move-slot", guards, hand_over="scan", said=said))
        settle(unit, place, slot, clock.read().at)

    steps.do(Doing(submission, draw, "move-slot", proof), make, most=1)


def pack(
    submission: Submission, draw: Draw, proof: Proof, box: Place, *, seal: str, recorder: bool
) -> None:
    """Units leave their freezer in a sealed box with a recorder that runs.

    Raises ``WrongIdentityError``, ``RefusedStepError``, ``SerumRefusedError``.
    """
    actor = submission.actor

    def make(things: list[Thing]) -> None:
        now = clock.read().at
        for unit in _units(things):
            guards = {
                "same-establishment": box.kind == Place.Kind.BOX and box.site_id == draw.site_id,
                "sealed-with-recorder": bool(seal) and recorder,
                "never-thawed": never_thawed(unit),
                "not-expired": unit.expires >= site_clock.today(),
                "label-says-danger": labelling.says_danger(unit),
            }
            said = {"box": box.name, "seal": seal}
            steps.write(actor, unit, Act("pack", guards, hand_over="scan", said=said))
            settle(unit, box, "", now)

    steps.do(Doing(submission, draw, "pack", proof), make)


def receive(
    submission: Submission, draw: Draw, proof: Proof, where: tuple[Place, str], *, sealed: bool
) -> None:
    """A unit came out of its box into a slot: the seal whole, the curve kept, within its hours.
    Otherwise it is held.

    Raises ``WrongIdentityError``, ``RefusedStepError``, ``SerumRefusedError``.
    """
    actor = submission.actor
    place, slot = where
    _insist_place(draw, place, Place.Kind.FREEZER)

    def make(things: list[Thing]) -> None:
        unit = unit_in(things)
        now = clock.read().at
        stay = Stay.objects.filter(unit=unit, until=None).select_related("place").first()
        since = stay.since if stay is not None else None
        in_time = windows.within(since, now, windows.hours(chain.in_force(), "transport"))
        cold = temperature.is_kept(stay.place if stay is not None else None, since, now)
        guards = {
            "seal-and-curve-ok": sealed and in_time and cold,
            "slot-free": is_free(unit, place, slot),
        }
        said = {"sealed": sealed, "in_time": in_time, "curve": cold, "slot": slot}
        after = steps.write(actor, unit, Act("receive", guards, hand_over="scan", said=said))
        settle(after, place, slot, now)
        if stay is not None:
            stay.refresh_from_db()
            temperature.look_at_box(actor, stay)

    steps.do(Doing(submission, draw, "receive", proof), make, most=1)


def guards_for(unit: Unit, session: Session) -> Mapping[str, bool]:
    """What a session must be for a unit to be issued to it or injected at it: its own patient’s,
    with a consent that stands, in a course that is open today."""
    course = Course.objects.get(pk=session.course_id)
    today = site_clock.today()
    there = Injection.objects.filter(session__course__complaint=course.complaint_id)
    told = [
        (whose == course.pk, local_day(at))
        for whose, at in there.values_list("session__course", "at")
    ]
    given, before = ([day for own, day in told if own is mine] for mine in (True, False))
    # As the protocol chose them: a session that is moved closer is no other protocol.
    planned = [read_date(one["earliest"]) for one in course.protocol.get("sessions", ())]
    appointment = Appointment.objects.get(session=session.pk)
    arrived = appointment.state == Appointment.State.ARRIVED
    return {
        "patient-match": course.patient_id == unit.patient_id,
        "consent-valid": has_consent(course),
        "course-open": windows.course_is_open(chain.in_force(), given, planned, today, before),
        "appointment-today": arrived and local_day(appointment.start) == today,
        "not-expired": unit.expires >= today,
        "never-thawed": never_thawed(unit),
        # Not yet known is no hindrance to a unit of the day: it is to one that was frozen.
        "tests-negative-or-circuit": (unit.frozen_at is None or are_known(unit.draw))
        and (not is_positive(unit.draw) or has_circuit(unit.draw.site)),
        "label-says-danger": labelling.says_danger(unit),
        "device-not-recalled": proved.is_device_good(unit),
        "cold-proved": proved.is_cold_kept(unit),
        "record-complete": proved.is_complete(unit),
        "session-of-issue": session_of(unit) == session.public_id,
    }


def since_issue(unit: Unit, now: datetime) -> dict[str, bool]:
    """Whether a unit is within its hours since it left the cold."""
    most = windows.hours(chain.in_force(), "after-issue")
    return {"within-time-of-issue": windows.within(unit.issued_at, now, most)}


def session_of(unit: Unit) -> str:
    """The session for which a unit left the cold; empty where it never did."""
    step = steps_in(unit, "issue")
    return str(step.said.get("session", "")) if step is not None else ""


def never_thawed(unit: Unit) -> bool:
    """Whether a unit was never out of the cold for good, nor counts as if it had been."""
    return not unit.warmed and unit.issued_at is None and unit.thawed_at is None


def issue(submission: Submission, session: Session, proof: Proof) -> None:
    """A unit leaves the freezer for one session: its patient has arrived. From here no way leads
    back to the cold.

    Raises ``RefusedStepError`` (a unit of another patient, a patient who is not there, a course
    that is over), ``WrongIdentityError``, ``SerumRefusedError`` where another unit is out for this
    session, or was injected at it.
    """
    actor = submission.actor
    insist_open(actor, Permission.PREPARE_SERUM, session.course.patient)
    unit = unit_of_session(actor, session, proof, "issue")

    def make(things: list[Thing]) -> None:
        _insist_alone(session)
        now = clock.read().at
        act = Act(
            "issue", guards_for(unit, session), {"issued_at": now, "warmed": True},
            hand_over="scan", said={"session": session.public_id},
        )  # fmt: skip
        steps.write(actor, unit, act)
        leave(unit, now)

    steps.do(Doing(submission, unit.draw, "issue", proof), make, most=1)


def _insist_alone(session: Session) -> None:
    """One unit a session: a second one would be thawed for nothing, and thawed it is lost. Raises
    ``SerumRefusedError`` where one is out for it, or was injected at it."""
    out = Unit.objects.filter(
        state__in=OUT, steps__event="issue", steps__said__session=session.public_id
    ).first()
    if out is not None:
        raise SerumRefusedError(
            f"unit {out.number} is out for this session already: inject it, or discard it first",
            "scan",
            fr=f"l’unité {out.number} est déjà sortie pour cette séance\u00a0: injectez-la, ou "
            "détruisez-la d’abord",
        )
    done = Injection.objects.filter(session=session).select_related("unit").first()
    if done is not None:
        raise SerumRefusedError(
            f"unit {done.unit.number} was injected at this session: no other one is issued to it",
            "scan",
            fr=f"l’unité {done.unit.number} a été injectée à cette séance\u00a0: aucune autre n’y "
            "est délivrée",
        )


def unit_of_session(actor: Actor, session: Session, proof: Proof, event: str) -> Unit:
    """The one unit that was scanned for a session. One of another patient is refused at once, and
    nothing is said of whose it is; a line of the trail is left, and a mistake that was caught."""
    things = [identity.scanned(actor, scan) for scan in proof.scans]
    unit = unit_in(things)
    if unit.patient_id != session.course.patient_id:
        steps.tell_refused(actor, unit.draw, event, ("patient-match",))
        beside.caught(actor, session, WRONG_UNIT)
        raise chain.in_force().unit.refusal(event, ("patient-match",))
    return unit


def is_thawed_soon(unit: Unit, now: datetime) -> bool:
    """Whether a unit left the cold too short a time ago to have thawed: what the whole time of an
    issue leaves beside the hours after the thaw."""
    known = chain.in_force()
    takes = timedelta(hours=known.most("after-issue") - known.most("after-thaw"))
    return unit.issued_at is not None and now - unit.issued_at < takes


def thaw(submission: Submission, draw: Draw, proof: Proof, *, soon: str = "") -> None:
    """Units that were issued have thawed: their two hours begin. One that is out of the cold for
    longer than that takes is held: how long it was warm is not known. Of one that has thawed too
    ``soon`` it is said why: ice is not seen, and warmth would have spoilt it.

    Raises ``WrongIdentityError``, ``RefusedStepError``, ``SerumRefusedError``.
    """
    actor = submission.actor

    def make(things: list[Thing]) -> None:
        for unit in _units(things):
            now = clock.read().at
            early = is_thawed_soon(unit, now)
            if early and not soon:
                raise SerumRefusedError(
                    "thawing takes about 30 minutes at room temperature: let it thaw, or say why "
                    "it took less",
                    "soon",
                    fr="décongeler prend 30\u00a0minutes environ à température ambiante\u00a0: "
                    "laissez faire, ou dites pourquoi c’est allé plus vite",
                )
            act = Act(
                "thaw-complete", since_issue(unit, now), {"thawed_at": now}, hand_over="scan",
                note=soon if early else "",
            )  # fmt: skip
            steps.write(actor, unit, act)

    steps.do(Doing(submission, draw, "thaw-complete", proof), make)


def unit_in(things: list[Thing]) -> Unit:
    """The one unit that was scanned."""
    found = _units(things)
    if len(found) != 1:
        raise identity.WrongIdentityError("scan one unit", "scan", fr="scannez une seule unité")
    return found[0]


def _units(things: list[Thing]) -> list[Unit]:
    found = [one for one in things if isinstance(one, Unit)]
    if len(found) != len(things):
        raise InputError(
            "scan units here, no tubes", "scan", fr="scannez ici des unités, pas des tubes"
        )
    return found


def where_frozen(unit: Unit) -> Stay | None:
    """Where a unit is kept now."""
    return Stay.objects.filter(unit=unit, until=None).select_related("place").first()


def steps_in(unit: Unit, event: str) -> Step | None:
    """The last step of a unit by an event."""
    return Step.objects.filter(unit=unit, event=event).order_by("-pk").first()
