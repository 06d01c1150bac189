"""Random days in a laboratory of serum: every step through its service, on the database, each with
the mistakes that people make at it.

A day begins with tubes that were just drawn, units in quarantine and units that may leave the
freezer, of two patients; it is played on a clock of its own, looked at, and undone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from dolenti.access.writing import NotAllowedError
from dolenti.guideline.errors import InputError
from dolenti.guideline.serum import RefusedStepError
from dolenti.ledger.once import Submission
from dolenti.serum import accounts, bench, freezing, giving, labelling, pairs
from dolenti.serum.giving import Given
from dolenti.serum.identity import Proof, WrongIdentityError
from dolenti.serum.models import Draw, Injection, Label, Proposal, Step, Thing, Tube, Unit
from dolenti.treatment.models import Course
from tests.web.serum import DAY, HOUR, MINUTE, TWO, Bench, course_of_serum, session_now

REFUSALS: Final = (InputError, RefusedStepError, WrongIdentityError, NotAllowedError)
WRONG_PROOFS: Final = (
    "another label", "a typed number", "another identifier", "no scan", "not spoken"
)  # fmt: skip
"""Of whoever proves whose something is."""
WRONG_TIMES: Final = (
    "minutes late", "hours late", "a day late", "forgotten for weeks", "the clock set back"
)  # fmt: skip
WRONG_THINGS: Final = (
    "another patient", "another step", "sent twice", "not as it must be", "not measured",
    "one person for two", "thrown away",
)  # fmt: skip
GOES_ON: Final = 0.7
"""How often somebody goes on with what was just in the hand."""
MISTAKES: Final = (*WRONG_PROOFS, *WRONG_TIMES, *WRONG_THINGS)


@dataclass
class Laboratory:
    """What stands in the morning of each day."""

    lab: Bench
    courses: list[Course] = field(init=False)
    things: list[Thing] = field(init=False)

    def __post_init__(self) -> None:
        lab = self.lab
        self.courses = [course_of_serum(lab.alice) for _ in range(2)]
        units: list[Thing] = []
        for course in self.courses:
            units += lab.released(course, units=1)
        for course in self.courses:
            waiting, fresh = lab.portioned(course)
            units += [lab.frozen(waiting), fresh]
        lab.cold()
        tubes = [tube for one in self.courses for tube in lab.drawn(one, 1).tube_rows.all()]
        self.things = [*units, *tubes]


@dataclass
class Day:
    """One day: what is tried, with which mistake, and what became of it."""

    lab: Bench
    courses: list[Course]
    chance: Random
    numbers: list[str]
    tried: Counter[tuple[str, str, bool]] = field(default_factory=Counter)  # step, mistake, done
    mistake: str = ""
    last: str = ""

    def play(self, steps: int) -> None:
        """So many steps, of whatever stands there."""
        for _ in range(steps):
            self.one_step()

    def one_step(self) -> None:
        """The next step of something, right or with a mistake."""
        going_on = self.last and self.chance.random() < GOES_ON
        self.last = self.last if going_on else self.chance.choice(self.numbers)
        thing = self._find(self.last)
        self.mistake = self.chance.choice(MISTAKES) if self.chance.random() < 0.4 else ""
        self._let_time_pass()
        way = NEXT.get((thing.kind, thing.state))
        name, doing = way or ("", None)
        if self.mistake == "another step" or doing is None:
            name, doing = self.chance.choice([one for one in NEXT.values() if one != way])
        if self.mistake == "thrown away":
            name, doing = "discard", Day.discard
        try:
            doing(self, thing)
        except REFUSALS:
            self.tried[name, self.mistake, False] += 1
            for left in Proposal.objects.filter(ended_at=None):
                pairs.drop(left.author, left)
        else:
            self.tried[name, self.mistake, True] += 1

    def _let_time_pass(self) -> None:
        assert self.lab.clock is not None
        late = {"minutes late": 45 * MINUTE, "hours late": 5 * HOUR, "a day late": DAY,
                "forgotten for weeks": 40 * DAY}  # fmt: skip
        if self.mistake == "the clock set back":
            self.lab.clock.moved(-2 * HOUR)
        else:
            self.lab.passes(late.get(self.mistake, MINUTE))

    @staticmethod
    def _find(number: str) -> Thing:
        model = Tube if number.split("-")[3].startswith("T") else Unit
        return model.objects.select_related("draw__course", "patient__site").get(number=number)

    def proof(self, thing: Thing, *, spoken: bool = False) -> Proof:
        """As it must be, but for the mistake."""
        right = replace(self.lab.proof(thing, spoken=spoken), born=None)
        right = replace(right, number=thing.patient.reference)
        match self.mistake:
            case "another label":
                labels = Label.objects.exclude(number=thing.number)
                return replace(right, scans=(self.chance.choice(list(labels)).code,))
            case "a typed number":
                return replace(right, scans=(thing.number,))
            case "another identifier":
                return replace(right, number="D-0")
            case "no scan":
                return replace(right, scans=())
            case "not spoken":
                return replace(right, spoken=False)
        return right

    @property
    def fits(self) -> bool:
        """Whether what is done is as it must be."""
        return self.mistake != "not as it must be"

    def course_of(self, thing: Thing) -> Course:
        """Whose session it is: the patient’s own, but for the mistake."""
        others = [one for one in self.courses if one.patient_id != thing.patient_id]
        own = next(one for one in self.courses if one.patient_id == thing.patient_id)
        return others[0] if self.mistake == "another patient" else own

    def draw_of(self, thing: Thing) -> Draw:
        """Under which draw it is entered."""
        if self.mistake != "another patient":
            return thing.draw
        return Draw.objects.exclude(patient=thing.patient_id).latest("pk")

    def sent(self, write: Callable[[Submission], Any]) -> None:
        """A form, sent once or twice."""
        form = self.lab.form()
        write(form)
        if self.mistake == "sent twice":
            write(form)

    # The steps of the chain, in their order.

    def label(self, thing: Thing) -> None:
        if not Label.objects.filter(number=thing.number).exists():
            labelling.print_label(self.lab.form(), thing)
        look = "clear" if self.fits else "cloudy"
        self.sent(lambda form: bench.label(form, thing, self.proof(thing), look=look))

    def start(self, thing: Thing) -> None:
        draw, proof = self.draw_of(thing), self.proof(thing)
        self.sent(lambda form: bench.start_incubation(form, draw, proof, self.lab.incubator))

    def end(self, thing: Thing) -> None:
        began = timezone.now()
        self.lab.passes((7 if self.fits else self.chance.choice((3, 5, 10))) * HOUR)
        if self.mistake != "not measured":
            self.lab.measured(self.lab.incubator, began - HOUR, 37)
        draw, proof = self.draw_of(thing), self.proof(thing)
        early = "" if self.fits else "it is needed at once"
        self.sent(lambda form: bench.end_incubation(form, draw, proof, early=early))

    def spin(self, thing: Thing) -> None:
        draw, proof = self.draw_of(thing), self.proof(thing)
        self.sent(lambda form: bench.spin(form, draw, proof, run="5000 g", whole=self.fits))

    def portion(self, thing: Thing) -> None:
        draw, proof, clear = self.draw_of(thing), self.proof(thing), self.fits
        self.sent(lambda form: bench.portion(form, draw, proof, [TWO, TWO], bench_clear=clear))
        made = Unit.objects.filter(tube__number=thing.number)
        self.numbers += list(made.values_list("number", flat=True))

    def fresh(self, thing: Thing) -> None:
        (self.inject if self.chance.random() < 0.7 else self.freeze)(thing)

    def freeze(self, thing: Thing) -> None:
        draw, proof, place = self.draw_of(thing), self.proof(thing), self.lab.freezer
        others = Unit.objects.exclude(patient=thing.patient_id).filter(stays__until=None)
        taken = others.values_list("stays__slot", flat=True).first()
        slot = self.lab.slot(thing) if self.fits else taken or ""
        self.sent(lambda form: freezing.freeze(form, draw, proof, place, slot))

    def release(self, thing: Thing) -> None:
        if self.fits:
            self.lab.tested(thing.draw)
        if self.mistake != "not measured":
            self.lab.cold()
        self._two(thing, "release")

    def frozen(self, thing: Thing) -> None:
        chosen = self.chance.choices((self.issue, self.move, self.pack), (6, 1, 1))[0]
        chosen(thing)

    def issue(self, thing: Thing) -> None:
        if self.mistake != "not measured":
            self.lab.cold()
        session, proof = session_now(self.course_of(thing), arrived=self.fits), self.proof(thing)
        self.sent(lambda form: freezing.issue(form, session, proof))

    def move(self, thing: Thing) -> None:
        draw, proof, place = self.draw_of(thing), self.proof(thing), self.lab.freezer
        slot = self.lab.slot(thing)
        self.sent(lambda form: freezing.move(form, draw, proof, place, slot))

    def pack(self, thing: Thing) -> None:
        draw, proof, box = self.draw_of(thing), self.proof(thing), self.lab.box
        self.sent(
            lambda form: freezing.pack(form, draw, proof, box, seal="S-1", recorder=self.fits)
        )

    def receive(self, thing: Thing) -> None:
        if self.mistake != "not measured":
            self.lab.measured(self.lab.box, timezone.now() - HOUR, -20)
        draw, proof, where = self.draw_of(thing), self.proof(thing), self.lab.freezer
        slot = self.lab.slot(thing)
        self.sent(lambda form: freezing.receive(form, draw, proof, (where, slot), sealed=self.fits))

    def thaw(self, thing: Thing) -> None:
        self.lab.passes(30 * MINUTE)
        draw, proof = self.draw_of(thing), self.proof(thing)
        self.sent(lambda form: freezing.thaw(form, draw, proof))

    def inject(self, thing: Thing) -> None:
        session = session_now(self.course_of(thing))
        proof = self.proof(thing, spoken=True)
        look = "clear" if self.fits else "cloudy"
        given = Given(TWO, "Genou droit", look, confirmed=True)
        form = Submission(self.lab.alice, self.lab.form().token)
        giving.inject(form, session, proof, given)
        if self.mistake == "sent twice":
            giving.inject(form, session, proof, given)

    # What stands back, and what two people answer for.

    def lift(self, thing: Thing) -> None:
        found = pairs.possible(thing) or ["lift-to-fresh"]
        event = self.chance.choice([one for one in found if one != "discard"] or found)
        self._two(thing, event)

    def found(self, thing: Thing) -> None:
        self._two(thing, "found")

    def discard(self, thing: Thing) -> None:
        event = self.chance.choice(("discard", "declare-missing", "hold"))
        if event == "hold":
            pairs.hold(self.lab.form(), thing, "a doubt about it")
        else:
            self._two(thing, event)

    def _two(self, thing: Thing, event: str) -> None:
        reason = "identity-doubt" if event == "discard" else ""
        slot = self.lab.slot(thing)
        made = pairs.propose(
            self.lab.form(), thing, event, reason=reason, note="looked at", slot=slot
        )
        second = self.lab.bob if self.mistake == "one person for two" else self.lab.alice
        pairs.confirm(second, Proposal.objects.get(pk=made.pk))

    def faults(self) -> Iterator[str]:
        """What must never be, at the end of the day."""
        report = accounts.of_draws(list(Draw.objects.all()))
        for name in ("tubes", "units", "volumes"):
            if not getattr(report, name).closes:
                yield f"the {name} do not add up: {getattr(report, name)}"
        yield from (f"{number} is nowhere" for number in report.skipped)
        for given in Injection.objects.select_related("unit", "session__course"):
            people = {given.unit.patient_id, given.patient_id, given.session.course.patient_id}
            if len(people) != 1:
                yield f"{given.unit.number} reached another patient"
            if given.volume > (given.unit.volume or Decimal(0)):
                yield f"more than {given.unit.number} held was injected"
        ways: dict[str, list[str]] = {}
        ends: Counter[str] = Counter()
        for step in Step.objects.exclude(unit=None).select_related("unit").order_by("pk"):
            assert step.unit is not None
            ways.setdefault(step.unit.number, []).append(step.event)
            ends[step.unit.number] += step.event == "inject" and step.after == "injected"
        for number, events in ways.items():
            out = events[events.index("issue") :] if "issue" in events else []
            if {"freeze", "release", "lift-to-quarantine"} & set(out):
                yield f"{number} was put back into the cold after it left it"
            if out and "release" not in events[: events.index("issue")]:
                yield f"{number} left the freezer without its release"
            if ends[number] and "label" not in events:
                yield f"{number} was injected without its label"
            if ends[number] > 1:
                yield f"{number} was injected {ends[number]} times"
        yield from self._forgotten()

    @staticmethod
    def _forgotten() -> Iterator[str]:
        """What went on past its time: told by its steps alone, whatever the rows say."""
        every = list(Step.objects.select_related("tube", "unit__tube").order_by("pk"))
        for step in every:
            thing: Any = step.unit or step.tube
            tube = thing.tube if step.unit is not None else thing
            for since, most in WAITS.get((step.before, step.event), ()):
                before = [
                    one.at
                    for one in every
                    if one.pk < step.pk and one.event in since and one.after != "held"
                    and (one.tube_id == tube.pk or (one.unit_id or 0) == step.unit_id)
                ]  # fmt: skip
                if step.after != "held" and before and step.at - before[-1] > most:
                    yield f"{thing.number} went on by {step.event}: {step.at - before[-1]} waited"


NEXT: Final[dict[tuple[str, str], tuple[str, Callable[[Day, Any], None]]]] = {
    ("tube", "drawn"): ("label", Day.label),
    ("tube", "labelled"): ("start-incubation", Day.start),
    ("tube", "incubating"): ("end-incubation", Day.end),
    ("tube", "incubated"): ("spin", Day.spin),
    ("tube", "spun"): ("portion", Day.portion),
    ("tube", "held"): ("lift", Day.lift),
    ("tube", "missing"): ("found", Day.found),
    ("unit", "portioned"): ("label", Day.label),
    ("unit", "fresh"): ("fresh", Day.fresh),
    ("unit", "quarantined"): ("release", Day.release),
    ("unit", "frozen"): ("issue", Day.frozen),
    ("unit", "in-transit"): ("receive", Day.receive),
    ("unit", "issued"): ("thaw", Day.thaw),
    ("unit", "thawed"): ("inject", Day.inject),
    ("unit", "held"): ("lift", Day.lift),
    ("unit", "missing"): ("found", Day.found),
}
"""What comes next of a tube or a unit, by where it stands."""
_OUT: Final = (("end-incubation", "lift-to-incubated", "lift-to-spun"), 4 * HOUR)
_ISSUED: Final = (("issue",), 150 * MINUTE)
_SINCE_DRAW: Final = (("draw",), 366 * DAY)
WAITS: Final[dict[tuple[str, str], tuple[tuple[tuple[str, ...], timedelta], ...]]] = {
    ("drawn", "label"): ((("draw",), 15 * MINUTE),),
    ("labelled", "start-incubation"): ((("draw",), HOUR),),
    ("incubating", "end-incubation"): ((("start-incubation",), 9 * HOUR),),
    ("incubated", "spin"): (_OUT,),
    ("spun", "portion"): (_OUT,),
    ("portioned", "label"): (_OUT,),
    ("fresh", "freeze"): (_OUT,),
    ("fresh", "inject"): (_OUT,),
    ("quarantined", "release"): ((("freeze", "lift-to-quarantine"), 30 * DAY), _SINCE_DRAW),
    ("frozen", "pack"): (_SINCE_DRAW,),
    ("frozen", "issue"): (_SINCE_DRAW,),
    ("in-transit", "receive"): ((("pack",), 4 * HOUR),),
    ("issued", "thaw-complete"): (_ISSUED,),
    ("thawed", "inject"): (_ISSUED, (("thaw-complete",), 2 * HOUR)),
}
"""How long what came before may lie back when a step goes on, written out once more."""


def play(made: Laboratory, seed: int, steps: int) -> tuple[Day, list[str], list[str]]:
    """A day from its morning, and what must never be of it; then all is as it was. With where each
    unit of the day stands at its end."""
    clock = made.lab.clock
    assert clock is not None
    morning, skew, slots = timezone.now(), clock.skew, made.lab.slots
    numbers = [one.number for one in made.things]
    day = Day(made.lab, made.courses, Random(seed), numbers)
    with transaction.atomic():
        day.play(steps)
        faults = [f"day {seed}: {fault}" for fault in day.faults()]
        states = list(Unit.objects.values_list("state", flat=True))
        transaction.set_rollback(True)
    clock.travelling.move_to(morning)
    clock.skew, made.lab.slots = skew, slots
    return day, faults, states
