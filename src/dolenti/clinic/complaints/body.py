"""What a form says of where it hurts: points on the figure, and the place chosen in the list.

The zone is always found here, from the points and the map of the edition in force; what the
browser thinks of it is never asked. The control that sends this is ``<c-body-figure>``; its own
buttons (search the list, take a point back, press on the figure without script) send the whole
form too: then ``marking`` is true, and the page is shown again without anything being stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

from dolenti.guideline.body import BodyMap, Point, Region
from dolenti.guideline.body.geometry import in_grid
from dolenti.ui.body import MOST_POINTS, Marking, marking
from dolenti.ui.language import current

PRESSED_WIDTH = 280
"""How wide a figure is shown, in pixels, where it is a button of its own: see ``body.css``."""

_POINT = re.compile(r"([a-z][a-z0-9-]{0,59}),(-?\d{1,6}),(-?\d{1,6})\Z")
_REMOVE = re.compile(r"remove-(\d{1,3})\Z")


class Sent(Protocol):
    """A form's fields, as Django's ``QueryDict`` has them."""

    def get(self, key: str, default: Any = None) -> Any: ...
    def getlist(self, key: str) -> list[Any]: ...
    def __contains__(self, key: object) -> bool: ...


@dataclass(frozen=True)
class Marked:
    """Where it hurts, as it may be stored. ``region`` is the main place; ``side`` is ``right``,
    ``left``, ``both`` or, on the midline, nothing; ``edition`` is the map's."""

    points: tuple[Point, ...]
    region: str
    zone: str
    side: str | None
    edition: str

    def points_as_json(self) -> list[dict[str, Any]]:
        """The points as a complaint stores them."""
        return [{"figure": p.figure, "x": p.x, "y": p.y} for p in self.points]


@dataclass
class BodyAnswer:
    """What was sent, and what it means. ``marked`` is ``None`` where there is an error or nothing
    is marked; ``marking`` where the person is still at it and nothing may be stored."""

    body: BodyMap
    name: str
    points: tuple[Point, ...] = ()
    region: str = ""
    query: str = ""
    marking: bool = False
    errors: list[str] = field(default_factory=list)
    marked: Marked | None = None

    def control(self, legend: str = "") -> Marking:
        """The control again, with what was marked and what is wrong with it."""
        return marking(
            self.body,
            points=self.points,
            region=self.region,
            query=self.query,
            errors=self.errors,
            name=self.name,
            legend=legend,
        )


def read_body(
    sent: Sent, body: BodyMap, *, required: bool = False, name: str = "body"
) -> BodyAnswer:
    """Read the control ``name`` of a form. Every mistake is told in ``errors``; nothing raises."""
    answer = BodyAnswer(body, name)
    answer.query = str(sent.get(f"{name}-query", ""))[:60]
    points = _points(sent, answer)
    points = _done(sent, answer, points)
    answer.points = tuple(points[:MOST_POINTS])
    if len(points) > MOST_POINTS:
        answer.errors.append(
            _("At most %(most)s points are kept. Remove some.") % {"most": MOST_POINTS}
        )
    region = str(sent.get(f"{name}-region", ""))
    if region in body.regions:
        answer.region = region
    elif region:
        answer.errors.append(
            _("This place is not on the map of the body. Choose one from the list.")
        )
    if answer.marking:
        return answer
    if not answer.errors:
        _judge(answer)
    if required and not answer.errors and answer.marked is None:
        answer.errors.append(_("Mark where it hurts on the figure, or choose a place in the list."))
    return answer


def _points(sent: Sent, answer: BodyAnswer) -> list[Point]:
    """The points sent that can be read; what cannot is told once of each kind."""
    points = []
    for raw in sent.getlist(f"{answer.name}-point")[: MOST_POINTS * 2]:
        match = _POINT.match(str(raw))
        if match is None or match[1] not in answer.body.figures:
            _tell(answer, _("A point could not be read. Mark it again on the figure."))
            continue
        point = Point(match[1], int(match[2]), int(match[3]))
        if not in_grid(point.x, point.y):
            _tell(answer, _("A point lies off the figure. Mark it again."))
            continue
        points.append(point)
    return points


def _tell(answer: BodyAnswer, error: str) -> None:
    if error not in answer.errors:
        answer.errors.append(error)


def _done(sent: Sent, answer: BodyAnswer, points: list[Point]) -> list[Point]:
    """What the control's own buttons ask for."""
    asked = str(sent.get(f"{answer.name}-do", ""))
    if asked == "find":
        answer.marking = True
    elif match := _REMOVE.match(asked):
        answer.marking = True
        at = int(match[1]) - 1
        points = [point for place, point in enumerate(points) if place != at]
    for pressed in _pressed(sent, answer):
        answer.marking = True
        if answer.body.figures[pressed.figure].locate(pressed.x, pressed.y) is None:
            _tell(answer, _("No zone lies here. Press on the body."))
        else:
            points = [*points, pressed]
    return points


def _pressed(sent: Sent, answer: BodyAnswer) -> Iterator[Point]:
    """Where a figure was pressed without script, in its own points."""
    for figure in answer.body.figures.values():
        field_name = f"{answer.name}-place-{figure.id}"
        if f"{field_name}.x" not in sent:
            continue
        raw = [str(sent.get(f"{field_name}.{axis}", "")) for axis in "xy"]
        if not all(text.isascii() and text.isdigit() and len(text) < 6 for text in raw):
            continue
        across, down = (int(text) * 1000 // PRESSED_WIDTH for text in raw)
        point = Point(figure.id, across, figure.window[0] + down)
        if in_grid(point.x, point.y):
            yield point


def _judge(answer: BodyAnswer) -> None:
    """Find zone and side, or say why they cannot be told."""
    language = current()
    found: list[Region] = []
    for number, point in enumerate(answer.points, 1):
        region = answer.body.figures[point.figure].locate(point.x, point.y)
        if region is None:
            answer.errors.append(
                _("Point %(number)s lies outside every zone. Remove it, or mark it on the body.")
                % {"number": number}
            )
        else:
            found.append(region)
    if answer.errors:
        return
    chosen = answer.body.regions.get(answer.region)
    if chosen is None:
        if len({region.zone for region in found}) > 1:
            names = dict.fromkeys(region.name(language) for region in found)
            answer.errors.append(
                _("The points lie in several zones: %(places)s. Choose the main place in the list.")
                % {"places": "; ".join(names)}
            )
            return
        chosen = found[0] if found else None
    elif found and chosen.outline and not any(_agree(chosen, region) for region in found):
        names = dict.fromkeys(region.name(language) for region in found)
        answer.errors.append(
            _("The list says “%(chosen)s”, the points say: %(places)s. Change one of them.")
            % {"chosen": chosen.name(language), "places": "; ".join(names)}
        )
        return
    if chosen is not None:
        sides = {r.side for r in (chosen, *found) if r.zone == chosen.zone and r.side}
        side = "both" if len(sides) > 1 else next(iter(sides), None)
        answer.marked = Marked(answer.points, chosen.id, chosen.zone, side, answer.body.edition)


def _agree(chosen: Region, region: Region) -> bool:
    """Whether a point's region bears out the chosen one: the same zone, and no other side."""
    sides = {chosen.side, region.side} - {None}
    return chosen.zone == region.zone and len(sides) < 2
