"""What the page asks while the map is drawn: a grid for what was painted, and what the rules find.

Pure but for the edition in force: JSON in, plain values out. Nothing is written, and nobody's
record is looked at: what is recorded in the end is judged again by whoever records it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec
from django.utils.translation import gettext as _

from dolenti.guideline import session
from dolenti.guideline.body.geometry import HEIGHT, WIDTH
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import DrawnMap, Finding, Places

MOST_CORNERS: Final = 8_000
BESIDE: Final = 200
"""So many cells a stroke may reach beyond the figure."""
SPACING_MM: Final = (Decimal(1), Decimal(100))
MOST_ML: Final = Decimal(1000)

A = TypeVar("A", bound="Asked")


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a page may ask."""


class AskedJudgement(Asked, frozen=True, kw_only=True):
    """The map as the hidden field holds it, against what was prepared (mL); ``zones`` and ``side``
    are those of the pain that is treated, empty where nobody said."""

    points: str
    prepared_ml: Decimal
    bmi: float | None = None
    zones: tuple[str, ...] = ()
    side: str = ""


class AskedGrid(Asked, frozen=True, kw_only=True):
    """What was painted on one figure: outlines of whole corners."""

    figure: str
    painted: tuple[tuple[tuple[int, int], ...], ...]
    spacing_mm: Decimal
    depth_mm: Decimal


def read(kind: type[A], body: bytes) -> A:
    """What was asked. Raises ``InputError`` for what no page of ours asks."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"this cannot be read ({error}): load the page again",
            fr=f"cette demande est illisible ({error})\u00a0: rechargez la page",
        ) from None


@dataclass(frozen=True)
class Said:
    """A rule that speaks, once, with the numbers of the points it speaks of."""

    finding: Finding
    numbers: tuple[int, ...]


def judged(places: Places, asked: AskedJudgement) -> tuple[Said, ...]:
    """What is found of a map, what stops it first; a rule that speaks of several points in the same
    words speaks once. Raises ``InputError`` for a map that cannot be meant."""
    prepared = _between(asked.prepared_ml, (Decimal(0), MOST_ML), "prepared_ml", "mL")
    drawn = session.read_drawn(places, asked.points)
    if not drawn.points:
        return ()
    found = together(session.judge_injection(places, drawn.injection(prepared, asked.bmi)))
    said = (*found, *_astray(places, drawn, session.Meant(asked.zones, asked.side)))
    return tuple(sorted(said, key=lambda one: session.SEVERITIES.index(one.finding.severity)))


def _astray(places: Places, drawn: DrawnMap, meant: session.Meant) -> Iterator[Said]:
    """The points that lie elsewhere than the pain: it is said before anything is sent."""
    numbers = session.astray(places, drawn, meant)
    where = session.places_of(places, drawn)
    for one in session.judge_places(places.edition, meant, where):
        yield Said(one, numbers[one.rule.rpartition("/")[2]])


def together(findings: Sequence[Finding]) -> tuple[Said, ...]:
    """The findings of several points, each rule and figure of it once."""
    found: dict[tuple[Any, ...], tuple[Finding, list[int]]] = {}
    for one in findings:
        key = one.rule, one.severity, one.detail
        _, numbers = found.setdefault(key, (one, []))
        if one.about is not None:
            numbers.append(int(one.about))
    return tuple(Said(finding, tuple(numbers)) for finding, numbers in found.values())


def laid(places: Places, asked: AskedGrid) -> dict[str, Any]:
    """The grid of what was painted, and in words what was left out, for its reasons.

    Raises ``InputError`` for what cannot be painted.
    """
    if asked.figure not in places.body.figures:
        raise InputError(
            "there is no such figure: load the page again",
            "figure",
            fr="cette figure n’existe pas\u00a0: rechargez la page",
        )
    spacing = _between(asked.spacing_mm, SPACING_MM, "spacing_mm", "mm")
    depth = _between(asked.depth_mm, (Decimal(0), Decimal(100)), "depth_mm", "mm")
    _insist_on_the_figure(asked.painted)
    if not places.in_date:
        rule = next(r for r in places.content.places.rules if r.id == "figure-out-of-date")
        raise InputError(rule.says.en, "map", fr=rule.says.fr)
    outlines = [outline for outline in asked.painted if len(outline) > 2]
    grid = session.grid(places, asked.figure, outlines, spacing, depth)
    return {
        "points": [[point.x, point.y] for point in grid.points],
        "said": left_out_in_words(dict(grid.left_out)),
    }


def left_out_in_words(left_out: dict[Any, int]) -> str:
    """“Left out: 12 off the body, 3 in a forbidden area.”; nothing where nothing was."""
    words = {
        "outside-the-body": _("%(n)s off the body"),
        "outside-every-region": _("%(n)s outside every zone"),
        "forbidden": _("%(n)s in a forbidden area"),
        "too-deep": _("%(n)s where this depth is not allowed"),
    }
    parts = [words[why] % {"n": n} for why, n in left_out.items()]
    return _("Left out: %(parts)s.") % {"parts": ", ".join(parts)} if parts else ""


def _insist_on_the_figure(painted: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    corners = [corner for outline in painted for corner in outline]
    if len(corners) > MOST_CORNERS:
        raise InputError(
            "too much was painted at once: paint in several strokes",
            "painted",
            fr="trop de surface peinte d’un seul trait\u00a0: peignez en plusieurs fois",
        )
    if any(
        not (-BESIDE <= x < WIDTH + BESIDE and -BESIDE <= y < HEIGHT + BESIDE) for x, y in corners
    ):
        raise InputError(
            "what was painted lies off the figure: paint on the figure",
            "painted",
            fr="le trait sort de la figure\u00a0: peignez sur la figure",
        )


def _between(value: Decimal, span: tuple[Decimal, Decimal], where: str, unit: str) -> Decimal:
    low, high = span
    # The exponent is looked at first: a number of a thousand digits is never reckoned with.
    plain = value.is_finite() and abs(value.adjusted()) <= 6
    if not plain or not low <= value <= high:
        raise InputError(
            f"write a number from {low} to {high} {unit}",
            where,
            fr=f"indiquez un nombre de {low} à {high} {unit}",
        )
    return value
