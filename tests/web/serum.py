"""A laboratory of serum for tests: a site whose chain is on, a course under way, a clock that goes
as the test says, and the whole way from the vein to the needle."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import time_machine
from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.agenda.models import Appointment
from dolenti.guideline.serum.machine import THERAPY
from dolenti.ledger.once import Submission
from dolenti.records.judging import attestations
from dolenti.records.models import Patient
from dolenti.scanning.keyed import with_key
from dolenti.serum import (
    accounts,
    bench,
    chain,
    clock,
    drawing,
    eligibility,
    freezing,
    giving,
    identity,
    labelling,
    opening,
    pairs,
    temperature,
)
from dolenti.serum.giving import Given
from dolenti.serum.identity import Proof
from dolenti.serum.models import (
    Draw,
    Excursion,
    Injection,
    Label,
    Place,
    Proposal,
    Step,
    Thing,
    Tube,
    Unit,
)
from dolenti.stock.items import Presentation
from dolenti.stock.models import Lot
from dolenti.treatment import consents
from dolenti.treatment.models import Course, Session
from tests.web.stock import in_stock, stocked
from tests.web.world import (
    allow,
    assessed,
    begun,
    colleague,
    complaint_of,
    named,
    open_every_weekday,
    ready,
    sent,
    signed,
    workday,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DEVICE = Presentation("device", "Tube à billes 10 mL")
TWO = Decimal("2.5")
NEGATIVE = dict.fromkeys(chain.MARKERS, "negative")


class Clock:
    """The server's clock, and the machine's own count beside it."""

    def __init__(self, travelling: Any) -> None:
        self.travelling = travelling
        self.skew = timedelta(0)

    def ahead(self, by: timedelta) -> None:
        """Time passes."""
        self.travelling.move_to(timezone.now() + by)

    def moved(self, by: timedelta) -> None:
        """Somebody sets the clock: no time passes."""
        self.skew -= by
        self.travelling.move_to(timezone.now() + by)

    def ticks(self) -> int:
        """What the machine has counted."""
        return int((timezone.now() + self.skew).timestamp() * 1000)


@contextmanager
def a_clock(monkeypatch: Any, at: datetime | None = None) -> Iterator[Clock]:
    """A clock that stands still until a test moves it."""
    with time_machine.travel(at or datetime(2026, 11, 3, 8, tzinfo=UTC), tick=False) as travelling:
        made = Clock(travelling)
        monkeypatch.setattr(clock, "_ticks", made.ticks)
        monkeypatch.setattr(clock, "_boot", lambda: "one-start")
        yield made


def turned_on(practitioner: User, responsible: User, code: str = "LILA") -> None:
    """The chain of a site is on."""
    attestations.attest(practitioner, chain.NOTICE)
    opening.open_chain(
        sent(practitioner),
        opening.Said(
            code, "Cabinet Droit & Santé, avis 2026-14", date(2026, 9, 1),
            "Accord de l’autorité du 1er octobre 2026", responsible, "Lettre du 2 octobre 2026",
        ),
    )  # fmt: skip


def course_of_serum(practitioner: User, day: date | None = None) -> Course:
    """A course of serum under way, of somebody else each time."""
    open_every_weekday(practitioner.site)
    if not practitioner.privileges.filter(therapy=THERAPY).exists():
        allow(practitioner, THERAPY)
    stored = assessed(practitioner, named(complaint_of(practitioner)))
    patient = stored.complaint.patient
    Patient.objects.filter(pk=patient.pk).update(
        birth_name=f"Patient{patient.pk}", reference=f"D-{patient.pk}"
    )
    stored.complaint.patient.refresh_from_db()
    day = day or workday(7 + Course.objects.count())
    course = begun(practitioner, stored, THERAPY, [day])
    signed(practitioner, course)
    course.refresh_from_db()
    consents.activate(practitioner, course, course.version)
    return Course.objects.select_related("patient__site").get(pk=course.pk)


def session_now(course: Course, *, arrived: bool = True, beside: Session | None = None) -> Session:
    """The session of a course is now, and its patient has come; another one each time, and
    another one than that ``beside`` it."""
    now = timezone.now()
    free = Session.objects.filter(course=course, serum=None)
    found = free.exclude(pk=getattr(beside, "pk", None)).order_by("number").first()
    if found is None:
        last = Session.objects.filter(course=course).latest("number")
        copy = Appointment.objects.get(session=last)
        copy.pk, copy.public_id = None, uuid.uuid4().hex[:16]
        copy._state.adding = True
        copy.save()
        found = Session.objects.create(course=course, number=last.number + 1, appointment=copy)
    state = Appointment.State.ARRIVED if arrived else Appointment.State.PLANNED
    Appointment.objects.filter(session=found).update(
        start=now, end=now + 30 * MINUTE, state=state, arrived_at=now if arrived else None
    )
    return Session.objects.select_related("course__patient__site", "appointment").get(pk=found.pk)


def log_of(
    start: datetime, end: datetime, celsius: float, every: timedelta, **at: float
) -> temperature.File:
    """A recorder's file: one temperature all the time, but for what is said at minutes after the
    start (``m90=-5``)."""
    said = {int(name[1:]): value for name, value in at.items()}
    lines, now = [], start
    while now <= end:
        minute = (now - start) // MINUTE
        lines.append(f"{now:%Y-%m-%d %H:%M:%S};{said.get(minute, celsius)}")
        now += every
    return temperature.File(f"{uuid.uuid4().hex}.csv", "\n".join(lines).encode(), "utc")


@dataclass
class Bench:
    """People, places and a lot of devices of one site."""

    clock: Clock | None
    alice: User
    bob: User
    incubator: Place = field(init=False)
    freezer: Place = field(init=False)
    box: Place = field(init=False)
    device: Lot = field(init=False)
    slots: int = 0

    def __post_init__(self) -> None:
        turned_on(self.alice, self.alice)
        add = temperature.add_place
        self.incubator = add(sent(self.bob), "incubator", "Étuve 1")
        self.freezer = add(sent(self.bob), "freezer", "Congélateur 1")
        self.box = add(sent(self.bob), "box", "Colis 1")
        expiry = timezone.localdate() + 700 * DAY
        self.device = in_stock(self.bob, stocked(self.bob, DEVICE), 500, expiry=expiry)

    def passes(self, by: timedelta) -> None:
        """Time passes, where the test has the clock."""
        assert self.clock is not None
        self.clock.ahead(by)

    def form(self) -> Submission:
        return sent(self.bob)

    @staticmethod
    def proof(*things: Thing, spoken: bool = False) -> Proof:
        """Everything right: each label scanned, the birth date typed."""
        codes = []
        for thing in things:
            label = Label.objects.filter(number=thing.number).order_by("-serial").first()
            codes.append(label.code if label else thing.number)
        return Proof(tuple(codes), born=things[0].patient.birth_date, spoken=spoken)

    def planned(self, course: Course, count: int = 2) -> Draw:
        """Planned, and checked by the practitioner."""
        made = drawing.plan(self.form(), course, count, self.device)
        return eligibility.check(self.alice, made, made.version, identified=True, today=True)

    def drawn(self, course: Course, count: int = 2, mL: str = "10") -> Draw:  # noqa: N803
        draw = self.planned(course, count)
        patient = course.patient
        proof = Proof(born=patient.birth_date, spoken=True)
        volumes = {tube: Decimal(mL) for tube in draw.tube_rows.all()}
        drawing.draw_blood(self.form(), draw, proof, volumes, sure=True)
        return draw

    def labelled(self, thing: Thing, look: str = "clear") -> Thing:
        """Printed and read back."""
        if not Label.objects.filter(number=thing.number).exists():
            labelling.print_label(self.form(), thing)
        return bench.label(self.form(), thing, self.proof(thing), look=look)

    def incubating(self, course: Course, count: int = 2) -> tuple[Draw, list[Tube]]:
        draw = self.drawn(course, count)
        tubes = list(draw.tube_rows.all())
        for tube in tubes:
            self.labelled(tube)
        bench.start_incubation(self.form(), draw, self.proof(*tubes), self.incubator)
        return draw, tubes

    def measured(self, place: Place, since: datetime, celsius: float, **at: float) -> None:
        """The recorder's file of a place, up to now, taken in."""
        every = 5 * MINUTE if place.kind == "incubator" else 15 * MINUTE
        file = log_of(since, timezone.now(), celsius, every, **at)
        temperature.take_in(self.form(), place, file)

    def incubated(self, course: Course, count: int = 2) -> tuple[Draw, list[Tube]]:
        draw, tubes = self.incubating(course, count)
        since = timezone.now()
        self.passes(7 * HOUR)
        self.measured(self.incubator, since, 37)
        bench.end_incubation(self.form(), draw, self.proof(*tubes))
        return draw, tubes

    def portioned(self, course: Course, count: int = 1, units: int = 2) -> list[Unit]:
        draw, tubes = self.incubated(course, count)
        bench.spin(self.form(), draw, self.proof(*tubes), run="5000 g, 10 min", whole=True)
        for tube in tubes:
            bench.portion(self.form(), draw, self.proof(tube), [TWO] * units, bench_clear=True)
            for unit in Unit.objects.filter(tube=tube):
                self.labelled(unit)
        return list(Unit.objects.filter(draw=draw))

    def portioned_unmeasured(self, course: Course) -> list[Unit]:
        """Of a tube whose log was missing, and whose hold was lifted all the same."""
        draw, (tube,) = self.incubating(course, 1)
        self.passes(7 * HOUR)
        bench.end_incubation(self.form(), draw, self.proof(tube))
        self.both(self.anew(tube), "lift-to-incubated", note="the recorder is read tomorrow")
        bench.spin(self.form(), draw, self.proof(tube), run="5000 g, 10 min", whole=True)
        bench.portion(self.form(), draw, self.proof(tube), [TWO], bench_clear=True)
        return [self.labelled(unit) for unit in Unit.objects.filter(draw=draw)]  # type: ignore[misc]

    def slot(self, course_or_unit: Any) -> str:
        self.slots += 1
        return f"{course_or_unit.patient.pk}-{self.slots:02}"

    def frozen(self, unit: Unit) -> Unit:
        """In quarantine."""
        freezing.freeze(self.form(), unit.draw, self.proof(unit), self.freezer, self.slot(unit))
        self.cold()
        return self.anew(unit)

    def cold(self, celsius: float = -20) -> None:
        """What the freezer’s recorder says since it was read last, up to now."""
        last = temperature.covered_until(self.freezer)
        now = timezone.now()
        since = min(last or now - 15 * MINUTE, now - 15 * MINUTE)
        self.measured(self.freezer, since, celsius)

    def tested(self, draw: Draw, **results: str) -> Draw:
        draw.refresh_from_db()
        found = NEGATIVE | results
        return drawing.record_tests(self.bob, draw, draw.version, found, timezone.localdate())

    def both(self, thing: Thing, event: str, **said: str) -> Thing:
        """Two people: the nurse proposes, the responsible person confirms."""
        made = pairs.propose(self.form(), thing, event, **said)
        pairs.confirm(self.alice, Proposal.objects.get(pk=made.pk))
        thing.refresh_from_db()
        return thing

    def released(self, course: Course, units: int = 2) -> list[Unit]:
        """Frozen, tested, released."""
        made = [self.frozen(unit) for unit in self.portioned(course, units=units)]
        self.tested(made[0].draw)
        for unit in made:
            self.both(self.anew(unit), "release")
        return [self.anew(unit) for unit in made]

    def issued(self, unit: Unit, session: Session) -> None:
        """Out of the freezer, whose recorder is read first."""
        self.cold()
        freezing.issue(self.form(), session, self.proof(unit))

    def thawed(self, unit: Unit, session: Session) -> Unit:
        self.issued(unit, session)
        self.passes(30 * MINUTE)
        freezing.thaw(self.form(), unit.draw, self.proof(unit))
        return self.anew(unit)

    def injected(self, unit: Unit, session: Session, **said: Any) -> Injection:
        given = Given(**{
            "volume": TWO, "target": "Genou droit", "look": "clear", "confirmed": True, **said
        })  # fmt: skip
        return giving.inject(sent(self.alice), session, self.proof(unit, spoken=True), given)

    @staticmethod
    def anew(thing: Any) -> Any:
        return type(thing).objects.select_related("draw", "patient__site").get(pk=thing.pk)


def standing(bench: Bench, course: Course) -> Any:
    """Something of a course for every service to be about, put where it stands past every step."""
    now, author, patient = timezone.now(), bench.bob, course.patient
    draw = bench.planned(course, 1)
    common = {"draw": draw, "patient": patient}
    made: dict[str, Any] = {"draw": draw, "planned": draw.tube_rows.get(), "bench": bench}

    def numbered(row: Any) -> Any:
        Label.objects.create(draw=draw, number=row.number, mark=identity.new_mark(), author=author)
        return row

    for place, state in enumerate(("drawn", "labelled", "incubating", "incubated", "spun"), 2):
        number = with_key(f"{draw.code}-{draw.day:%Y%m%d}-{draw.number:04}-T{place}")
        row = Tube.objects.create(
            **common, number=number, position=place, state=state, device=bench.device,
            drawn_at=now, volume=Decimal(7), incubator=bench.incubator, incubated_from=now,
            labelled_at=now, incubated_to=now if state in ("incubated", "spun") else None,
            spun_at=now if state == "spun" else None, portioned_at=now,
        )  # fmt: skip
        made[state] = numbered(row)
    wanted = ("portioned", "fresh", "quarantined", "frozen", "packed", "issued", "thawed", "held",
              "doubted", "waiting", "worn")  # fmt: skip
    for place, name in enumerate(wanted, 1):
        state = {"packed": "in-transit", "doubted": "fresh", "waiting": "fresh", "worn": "fresh"}
        row = Unit.objects.create(
            **common, tube=made["spun"], number=drawing.unit_number(draw, place), position=place,
            state=state.get(name, name), origin="fresh" if name == "held" else "", volume=TWO,
            portioned_at=now, expires=timezone.localdate() + 300 * DAY, labelled_at=now,
            thawed_at=now if name == "thawed" else None,
            frozen_at=None if name in ("portioned", "fresh") else now,
            issued_at=now - 31 * MINUTE if name in ("issued", "thawed") else None,
            warmed=name in ("issued", "thawed"),
        )  # fmt: skip
        made[name] = row if name == "portioned" else numbered(row)
        if name in ("quarantined", "frozen"):
            freezing.settle(row, bench.freezer, bench.slot(row), now)
        if name == "packed":
            freezing.settle(row, bench.box, "", now)
    Draw.objects.filter(pk=draw.pk).update(units=len(wanted))
    Step.objects.create(
        draw=draw, tube=made["spun"], event="end-incubation", before="incubating",
        after="incubated", at=now, author=author,
    )  # fmt: skip
    made["to_drop"] = pairs.propose(sent(author), made["waiting"], "discard", reason="expired")
    made["to_confirm"] = pairs.propose(sent(author), made["doubted"], "discard", reason="expired")
    made["reprint"] = pairs.propose(sent(author), made["worn"], "reprint", note="it is wet")
    made["count"] = accounts.count(sent(author), bench.freezer, [code_of(made["frozen"].number)])
    return SimpleNamespace(**made)


def out_for(session: Session, unit: Unit, author: User) -> None:
    """A unit left the cold for a session."""
    Step.objects.create(
        draw=unit.draw, unit=unit, event="issue", before="frozen", after="issued",
        at=timezone.now(), said={"session": session.public_id}, author=author,
    )  # fmt: skip


def at_hand(stored: Any) -> Any:
    """A laboratory at the site of an assessment, with something of its patient at each step, for
    pages to be about; made once for each, and kept by it: a copy of the one has the other."""
    found = getattr(stored, "laboratory", None)
    if found is None:
        found = stored.laboratory = _laboratory(stored)
    return found


def _laboratory(stored: Any) -> Any:
    author = ready(stored)
    allow(author, THERAPY)
    nurse = colleague(author, f"Nurse{stored.pk}", Role.NURSE)
    course = begun(author, stored, THERAPY, [workday(40)])
    signed(author, course)
    course.refresh_from_db()
    consents.activate(author, course, course.version)
    bench = Bench(None, author, nurse)
    found = standing(bench, Course.objects.get(pk=course.pk))
    found.session = session_now(course)
    now = timezone.now()
    file = log_of(now - HOUR, now, -20, 15 * MINUTE, m30=-15)
    temperature.take_in(sent(nurse), bench.freezer, file)
    found.excursion = Excursion.objects.filter(place=bench.freezer).latest("pk")
    return found


def code_of(number: str) -> str:
    """What the QR code of the last label of a number says; of one that has none, the number."""
    label = Label.objects.filter(number=number).order_by("-serial").first()
    return label.code if label else number


def states(things: Any) -> list[str]:
    """Where things stand now."""
    return [type(one).objects.get(pk=one.pk).state for one in things]
