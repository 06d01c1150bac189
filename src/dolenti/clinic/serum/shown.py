"""Tubes and units as they are read: where each stands, since when, until when, what is next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.calendar.moments import day_bounds
from dolenti.clinic.common.listing import called
from dolenti.guideline.knowledge import Text
from dolenti.records.models import Patient
from dolenti.serum import chain, pairs, steps
from dolenti.serum.models import Draw, Step, Thing, Tube, Unit
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current

SOON: Final = timedelta(minutes=30)
NEXT: Final[dict[str, str]] = {
    "planned": "draw", "drawn": "label", "labelled": "start-incubation",
    "incubating": "end-incubation", "incubated": "spin", "spun": "portion", "portioned": "label",
    "fresh": "freeze", "in-transit": "receive", "issued": "thaw-complete",
}  # fmt: skip
"""What one person does next of a thing where it stands; the rest is two people’s or a session’s."""
STAGES: Final = (
    ("amiss", ("missing", "held")),
    ("chair", ("planned", "drawn", "labelled")),
    ("incubator", ("incubating",)),
    ("bench", ("incubated", "spun", "portioned")),
    ("today", ("fresh", "issued", "thawed", "in-transit")),
    ("quarantine", ("quarantined",)),
    ("cold", ("frozen",)),
)
"""The board, from what is amiss to what waits in the cold."""


@dataclass(frozen=True)
class Window:
    """Between when and when something is to be done: either may be open."""

    opens: datetime | None = None
    closes: datetime | None = None

    @property
    def tone(self) -> str:
        """How pressing it is: ``stop`` past it, ``warn`` soon, ``go`` within, ``info`` before."""
        now = timezone.now()
        if self.closes is not None and now > self.closes:
            return "stop"
        if self.opens is not None and now < self.opens:
            return "info"
        if self.closes is not None and self.closes - now <= SOON:
            return "warn"
        return "go"

    @property
    def left(self) -> timedelta | None:
        """How long until it closes; less than nothing once it has."""
        return None if self.closes is None else self.closes - timezone.now()


@dataclass
class Line:
    """Things of one draw that stand at the same place: one line of the board."""

    draw: Draw
    who: str
    state: str
    name: Text
    kind: str
    things: list[Any] = field(default_factory=list)
    window: Window | None = None
    since: datetime | None = None
    why: str = ""
    next: str = ""
    place: str = ""
    expires: Any = None

    @property
    def numbers(self) -> str:
        """The positions within the draw."""
        return ", ".join(str(one.position) for one in self.things)


def window_of(thing: Thing) -> Window | None:
    """Until when what is next of a thing is to be done."""
    limits = chain.in_force()
    if isinstance(thing, Tube):
        return _window_of_tube(thing)
    assert isinstance(thing, Unit)
    if thing.state in ("portioned", "fresh"):
        return Window(None, thing.portioned_at + timedelta(hours=limits.most("fresh-use")))
    if thing.state == "thawed" and thing.thawed_at is not None:
        return Window(None, thing.thawed_at + timedelta(hours=limits.most("after-thaw")))
    if thing.state == "quarantined":
        return Window(None, pairs.quarantine_ends(thing))
    if thing.state == "frozen":
        return Window(None, day_bounds(thing.expires)[1])
    return None


def _window_of_tube(tube: Tube) -> Window | None:
    limits = chain.in_force()
    if tube.drawn_at is not None and tube.state == "drawn":
        return Window(None, tube.drawn_at + timedelta(minutes=limits.most("label-after-draw")))
    if tube.drawn_at is not None and tube.state == "labelled":
        return Window(None, tube.drawn_at + timedelta(minutes=limits.most("draw-to-incubator")))
    if tube.incubated_from is not None and tube.state == "incubating":
        low, high = limits.least("incubation"), limits.most("incubation")
        began = tube.incubated_from
        return Window(began + timedelta(hours=low), began + timedelta(hours=high))
    return None


def since_of(thing: Thing) -> datetime | None:
    """Since when a thing stands where it does, of what its row says."""
    if isinstance(thing, Tube):
        known = {"drawn": thing.drawn_at, "labelled": thing.labelled_at,
                 "incubating": thing.incubated_from, "incubated": thing.incubated_to,
                 "spun": thing.spun_at}  # fmt: skip
        return known.get(thing.state)
    assert isinstance(thing, Unit)
    return {"portioned": thing.portioned_at, "fresh": thing.labelled_at,
            "quarantined": thing.frozen_at, "frozen": thing.frozen_at,
            "issued": thing.issued_at, "thawed": thing.thawed_at}.get(thing.state)  # fmt: skip


def held_for(thing: Thing) -> str:
    """Why a thing is held, in words."""
    labels = LABELS["serum-held-for"]
    if thing.held_for in labels:
        return str(labels[thing.held_for])
    for rule in chain.in_force().said.excursions:
        if rule.id == thing.held_for:
            return rule.says.in_language(current())
    guards = {one.id: one for one in chain.in_force().said.guards}
    named = thing.held_for.split(",")
    if thing.held_for and all(one in guards for one in named):
        said = "; ".join(guards[one].in_language(current()) for one in named)
        return _("not kept: %(what)s") % {"what": said}
    return thing.held_for


def lines(things: Iterable[Thing]) -> list[Line]:
    """Things of a draw at the same place together, each line with what is next."""
    found: dict[tuple[int, str, str, str], Line] = {}
    for thing in things:
        place = place_of(thing)
        key = (thing.draw.pk, thing.kind, thing.state, place if thing.state == "held" else "")
        line = found.get(key)
        if line is None:
            machine = chain.in_force().machine(thing.kind)
            line = found[key] = Line(
                thing.draw, called(thing.patient), thing.state, machine.states[thing.state],
                thing.kind, window=window_of(thing), since=since_of(thing),
                why=held_for(thing) if thing.state == "held" else "",
                next=NEXT.get(thing.state, ""),
            )  # fmt: skip
        line.things.append(thing)
        line.place = ", ".join(dict.fromkeys(filter(None, [line.place, place])))
        line.expires = min(
            filter(None, [line.expires, getattr(thing, "expires", None)]), default=None
        )
    return list(found.values())


def place_of(thing: Thing) -> str:
    """Where a thing is, of what was read with it."""
    if isinstance(thing, Tube):
        return thing.incubator.name if thing.state == "incubating" and thing.incubator else ""
    stays = getattr(thing, "kept_in", [])
    return " ".join(filter(None, [stays[0].place.name, stays[0].slot])) if stays else ""


@dataclass(frozen=True)
class Stage:
    """A part of the board."""

    id: str
    lines: list[Line]


def board(things: Sequence[Thing]) -> list[Stage]:
    """The board, in the order of its stages, each with what presses most first."""
    far = timezone.now() + timedelta(days=4000)
    every = lines(things)
    return [
        Stage(
            name,
            sorted(
                (line for line in every if line.state in states),
                key=lambda line: line.window.closes if line.window and line.window.closes else far,
            ),
        )
        for name, states in STAGES
    ]


@dataclass(frozen=True)
class Told:
    """A step of a thing in its history."""

    step: Step
    event: Text
    before: Text
    after: Text
    failed: str
    reason: str


def told(thing: Thing, every: Iterable[Step]) -> list[Told]:
    """The history of a thing, the last step first."""
    known = chain.in_force()
    machine = known.machine(thing.kind)
    guards = {one.id: one for one in known.said.guards}
    reasons = {one.id: one for one in known.said.discard_reasons}
    language = current()
    return [
        Told(
            step,
            known.event(step.event),
            machine.states[step.before],
            machine.states[step.after],
            "; ".join(guards[one].in_language(language) for one in step.failed if one in guards),
            reasons[step.reason].in_language(language) if step.reason in reasons else "",
        )
        for step in reversed(list(every))
    ]


@dataclass(frozen=True)
class Choice:
    """Something that may be asked for of a thing: the event, its name, whether two people do it."""

    event: str
    name: Text
    two: bool


def choices(thing: Thing, *, labelled: bool) -> list[Choice]:
    """What may be asked for of a thing: by two people, or to hold it."""
    known = chain.in_force()
    found = [Choice(event, known.event(event), two=True) for event in pairs.possible(thing)]
    if steps.line_of(thing, "hold") is not None:
        found.insert(0, Choice("hold", known.event("hold"), two=False))
    if steps.line_of(thing, "cancel") is not None:
        found.append(Choice("cancel", known.event("cancel"), two=False))
    if labelled and thing.state not in steps.ENDED:
        name = Text(fr="Imprimer un duplicata de l’étiquette", en="Print a duplicate of the label")
        found.append(Choice(pairs.REPRINT, name, two=True))
    return found


def event_name(event: str) -> Text:
    """How an event, or a reprint, is called."""
    if event == pairs.REPRINT:
        return Text(fr="Imprimer un duplicata de l’étiquette", en="Print a duplicate of the label")
    return chain.in_force().event(event)


def who(patient: Patient) -> str:
    """A patient by name alone: a birth date is typed at a hand-over, and not copied from here."""
    return called(patient)
