"""The pain over time, as one SVG with its table: made on the server, read by eye, ear and printer.

::

    curve = drawn(points, sessions, language="fr", name="pain")
    curve.svg, curve.rows, curve.says

A pure function of values. It joins two answers only where nothing that was asked between them is
missing, and it smooths nothing. It is black on white by itself, for paper; on screen the classes
take the colours of the tokens (``followup.css``). Nothing is told by colour alone: a late answer
is a ring, a missing one a cross, a session a dashed line with its number, a pain before it that
another question asked a diamond which no line joins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from typing import Final, Literal, TypeAlias

from dolenti.guideline.knowledge import Text
from dolenti.guideline.words import date_in_words

Language: TypeAlias = Literal["fr", "en"]
Mark: TypeAlias = Literal["answered", "late", "missing", "other"]

WIDTH, HEIGHT = 400, 232
LEFT, RIGHT, TOP, BOTTOM = 26, 388, 26, 190
WORST: Final = 10
NOISE: Final = 1
"""Two answers one point apart are no change (``patient/response/thresholds.yaml``, noise)."""

TITLE = Text(fr="Douleur au fil de la cure", en="Pain over the course")
NOTHING = Text(fr="Aucune douleur n’est encore notée.", en="No pain has been recorded yet.")
SESSION = Text(fr="Séance {}", en="Session {}")
LATE = Text(fr="réponse tardive", en="late answer")
MISSING = Text(fr="sans réponse", en="not answered")
BAND = Text(fr="départ ± 1", en="start ± 1")
OTHER = Text(fr="départ, par une autre question", en="start, by another question")


@dataclass(frozen=True, slots=True)
class Point:
    """One answer, 0 to 10, at a moment of the site's clock. ``value`` is ``None`` where it was
    asked and not answered. ``is_baseline``: later ones are compared with it. ``is_other``: it was
    told to another question before the first session, and nothing is compared with it."""

    at: datetime
    value: float | None
    late: bool = False
    is_baseline: bool = False
    is_other: bool = False

    @property
    def mark(self) -> Mark:
        """What kind of answer it is."""
        if self.is_other:
            return "other"
        if self.value is None:
            return "missing"
        return "late" if self.late else "answered"


@dataclass(frozen=True, slots=True)
class Sat:
    """A session: its number and when it was given."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table that says the same: a day, the pain in words, and what is to be said of
    it."""

    at: datetime
    pain: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """The drawing, empty where there is nothing to draw; its table; and it in one sentence."""

    svg: str
    rows: tuple[Row, ...]
    says: str


def _order(one: Point) -> tuple[datetime, bool, float, bool, bool]:
    """By the moment; of one moment, whatever order they came in, the same."""
    return (one.at, one.value is None, one.value or 0, one.late, one.is_baseline)


def drawn(
    points: Sequence[Point], sessions: Sequence[Sat], *, language: Language, name: str
) -> Curve:
    """The curve of these answers with the sessions on it, in any order. ``name`` makes the ids of
    the drawing unique on its page."""
    points = sorted(points, key=_order)
    sessions = sorted(sessions, key=lambda one: (one.at, one.number))
    says = _says(points, sessions, language)
    rows = tuple(_rows(points, sessions, language))
    if not any(one.value is not None for one in points):
        return Curve("", rows, says)
    return Curve(_svg(points, sessions, language, name, says), rows, says)


def number(value: float, language: Language) -> str:
    """``6``, ``6,5`` or ``6.5``."""
    shown = f"{value:g}"
    return shown.replace(".", ",") if language == "fr" else shown


def _says(points: Sequence[Point], sessions: Sequence[Sat], language: Language) -> str:
    told = [one for one in points if one.value is not None]
    known = [(one.at, one.value) for one in told if one.value is not None and not one.is_other]
    beside = " ".join(_other(one, language) for one in told if one.is_other)
    if not known:
        return beside or NOTHING.in_language(language)
    (first_at, first), (last_at, last) = known[0], known[-1]
    one_answer, one_session = len(known) == 1, len(sessions) == 1
    missing = sum(one.value is None for one in points)
    from_, to = date_in_words(first_at.date(), language), date_in_words(last_at.date(), language)
    if language == "fr":
        said = f"Douleur de {number(first, 'fr')} sur 10 le {from_}"
        said += "" if one_answer else f" à {number(last, 'fr')} le {to}"
        said += f"\u00a0; {len(known)} réponse{'' if one_answer else 's'}"
        said += f", {missing} sans réponse" if missing else ""
        said = f"{said}, {len(sessions)} séance{'s' if len(sessions) > 1 else ''}."
        return f"{said} {beside}".strip()
    said = f"Pain from {number(first, 'en')} out of 10 on {from_}"
    said += "" if one_answer else f" to {number(last, 'en')} on {to}"
    said += f"; {len(known)} answer{'' if one_answer else 's'}"
    said += f", {missing} not answered" if missing else ""
    return f"{said}, {len(sessions)} session{'' if one_session else 's'}. {beside}".strip()


def _other(one: Point, language: Language) -> str:
    """A pain before the first session that another question asked, in a sentence."""
    day, pain = date_in_words(one.at.date(), language), number(one.value or 0, language)
    if language == "fr":
        return (
            f"Départ\u00a0: {pain} sur 10 le {day}, noté par l’équipe à une autre question\u00a0; "
            "non comparé."
        )
    return (
        f"Start: {pain} out of 10 on {day}, recorded at the clinic by another question; "
        "not compared."
    )


def _rows(points: Sequence[Point], sessions: Sequence[Sat], language: Language) -> Iterator[Row]:
    found = [
        Row(
            one.at,
            "–" if one.value is None else number(one.value, language),
            tuple(
                said.in_language(language)
                for said, is_so in (
                    (Text(fr="départ", en="start"), one.is_baseline),
                    (OTHER, one.is_other),
                    (LATE, one.mark == "late"),
                    (MISSING, one.mark == "missing"),
                )
                if is_so
            ),
        )
        for one in points
    ]
    found += [
        Row(one.at, "", (SESSION.in_language(language).format(one.number),)) for one in sessions
    ]
    yield from sorted(found, key=lambda row: row.at)


class _Scale:
    """Where a moment and a pain are on the drawing."""

    def __init__(self, moments: Sequence[datetime]) -> None:
        self.first, self.last = min(moments), max(moments)
        # A single day is drawn in the middle of a week, so that it has a place.
        if self.last - self.first < timedelta(days=2):
            self.first -= timedelta(days=3)
            self.last += timedelta(days=3)

    def x(self, at: datetime) -> float:
        share = (at - self.first) / (self.last - self.first)
        return round(LEFT + 8 + share * (RIGHT - LEFT - 16), 1)

    @staticmethod
    def y(value: float) -> float:
        return round(BOTTOM - value / WORST * (BOTTOM - TOP), 1)


def _svg(
    points: Sequence[Point],
    sessions: Sequence[Sat],
    language: Language,
    name: str,
    says: str,
) -> str:
    scale = _Scale([*(one.at for one in points), *(one.at for one in sessions)])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" font-size="12" '
        'font-family="Inter, sans-serif" fill="#000">',
        f'<title id="{name}-title">{escape(TITLE.in_language(language))}</title>',
        f'<desc id="{name}-desc">{escape(says)}</desc>',
        *_grid(scale, language),
        *_band(points, language),
        *_sessions(scale, sessions),
        *_lines(scale, points),
        *(_mark(scale, one) for one in points),
        "</svg>",
    ]
    return "".join(parts)


def _grid(scale: _Scale, language: Language) -> Iterator[str]:
    for value in (0, 2, 4, 6, 8, 10):
        y = scale.y(value)
        yield (
            f'<line class="curve-grid" x1="{LEFT}" x2="{RIGHT}" y1="{y}" y2="{y}" stroke="#ccc"/>'
            f'<text class="curve-axis" x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{value}</text>'
        )
    for at, anchor in _ticks(scale):
        yield (
            f'<text class="curve-axis" x="{scale.x(at)}" y="{BOTTOM + 18}" '
            f'text-anchor="{anchor}">{escape(_short(at.date(), language))}</text>'
        )
    yield (
        f'<text class="curve-axis" x="{RIGHT}" y="{BOTTOM + 36}" text-anchor="end">'
        f"{escape(_years(scale))}</text>"
    )


def _ticks(scale: _Scale) -> tuple[tuple[datetime, str], ...]:
    middle = scale.first + (scale.last - scale.first) / 2
    return (scale.first, "start"), (middle, "middle"), (scale.last, "end")


def _short(day: date, language: Language) -> str:
    """``2 mars``, ``2 March``: the year stands beside."""
    return date_in_words(day, language).rsplit(" ", 1)[0]


def _years(scale: _Scale) -> str:
    first, last = scale.first.year, scale.last.year
    return str(first) if first == last else f"{first} – {last}"


def _band(points: Sequence[Point], language: Language) -> Iterator[str]:
    for one in points:
        if one.is_baseline and one.value is not None:
            top = _Scale.y(min(WORST, one.value + NOISE))
            low = _Scale.y(max(0, one.value - NOISE))
            yield (
                f'<rect class="curve-band" x="{LEFT}" y="{top}" width="{RIGHT - LEFT}" '
                f'height="{round(low - top, 1)}" fill="#eee"/>'
                f'<text class="curve-axis" x="{RIGHT - 4}" y="{top + 12}" text-anchor="end">'
                f"{escape(BAND.in_language(language))}</text>"
            )


def _sessions(scale: _Scale, sessions: Sequence[Sat]) -> Iterator[str]:
    written_to = float("-inf")
    for one in sessions:
        x = scale.x(one.at)
        yield (
            f'<line class="curve-session" x1="{x}" x2="{x}" y1="{TOP - 6}" y2="{BOTTOM}" '
            'stroke="#555" stroke-dasharray="3 3"/>'
        )
        if x - written_to >= 10:  # two numbers never lie on each other: the table has them all
            written_to = x
            yield (
                f'<text class="curve-axis" x="{x}" y="{TOP - 10}" text-anchor="middle">'
                f"{one.number}</text>"
            )


def _lines(scale: _Scale, points: Sequence[Point]) -> Iterator[str]:
    """A line for each run of answers between which none is missing."""
    run: list[Point] = []
    for one in (*(p for p in points if not p.is_other), None):
        if one is not None and one.value is not None:
            run.append(one)
            continue
        if len(run) > 1:
            way = " ".join(f"{scale.x(p.at)},{scale.y(p.value or 0)}" for p in run)
            yield (
                f'<polyline class="curve-line" points="{way}" fill="none" stroke="#000" '
                'stroke-width="2" stroke-linejoin="round"/>'
            )
        run = []


def _mark(scale: _Scale, one: Point) -> str:
    x = scale.x(one.at)
    if one.value is None:
        y, r = BOTTOM, 4
        return (
            f'<path class="curve-missing" d="M{x - r} {y - r}L{x + r} {y + r}M{x - r} {y + r}'
            f'L{x + r} {y - r}" stroke="#000" stroke-width="1.5"/>'
        )
    if one.is_other:
        middle, r = _Scale.y(one.value), 6
        return (
            f'<path class="curve-other" d="M{x} {middle - r}L{x + r} {middle}'
            f'L{x} {middle + r}L{x - r} {middle}Z" '
            'fill="#fff" stroke="#000" stroke-width="2"/>'
        )
    fill = "#fff" if one.late else "#000"
    return (
        f'<circle class="curve-{one.mark}" cx="{x}" cy="{scale.y(one.value)}" r="4.5" '
        f'fill="{fill}" stroke="#000" stroke-width="2"/>'
    )
