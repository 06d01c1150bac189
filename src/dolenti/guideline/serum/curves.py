"""A temperature log: read from what a recorder wrote, and its excursions found.

Each reading counts until the next one. A log is looked at as a whole: what lies between its first
and its last reading is covered, and nothing else is.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import accumulate, groupby, pairwise
from typing import Final, Literal

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import ExcursionRule

MOST_READINGS: Final = 200_000
MOST_LINES: Final = MOST_READINGS + 10_000
"""With a heading and some empty lines: more is no log, and would be read for minutes."""
MOST_COLUMNS: Final = 100
"""In which a time is looked for: a recorder writes a handful."""
LEAST, MOST = -100.0, 60.0
"""°C that a recorder of a clinic can have measured."""
_FORMATS: Final = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M",
)  # fmt: skip
EARLIEST, LATEST = 2000, 2200
"""Years that a recorder can have written: a clock that was never set begins long before."""
_NUMBER: Final = re.compile(r"[-+−–]?\d{1,3}(?:[.,]\d{1,3})?\Z", re.ASCII)
_FIGURES: Final = re.compile(r"[-+−–]?\d+(?:[.,]\d*)?\Z", re.ASCII)
_MEASURED: Final = re.compile(
    r"°\s?C|celsius|temp|mesur|measur|valeur|value|\bpv\b|\bt\b", re.IGNORECASE
)
_NOT_MEASURED: Final = re.compile(
    r"consigne|set|\bsp\b|cible|target|min|max|moy|mean|average|\bavg\b|seuil|limit|alarm|haut|"
    r"bas\b|basse|high|low|humid|%|\brh\b|\bhr\b|batt|pression|pressure|ambian|room|offset|"
    r"correction",
    re.IGNORECASE,
)
"""What the heading of a column says that was never measured in the place itself: a set point, a
limit, another quantity."""
_FAHRENHEIT: Final = re.compile(r"°\s?F\b|fahrenheit", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """One measurement: an aware time, and °C. Where several logs say something of one time,
    ``celsius`` is the warmest of them, and ``coldest`` the coldest."""

    at: datetime
    celsius: float
    coldest: float | None = None


@dataclass(frozen=True)
class Found:
    """An excursion: by which rule, from when to when, and the temperature farthest out; None where
    what is amiss is that nothing was measured."""

    rule: ExcursionRule
    began: datetime
    ended: datetime
    extreme: float | None

    @property
    def effect(self) -> Literal["note", "hold", "discard-proposed"]:
        return self.rule.effect


Clock = Callable[[datetime, datetime | None], datetime]
"""From the clock of the recorder to an aware time; it is handed the reading before, too."""


def read_log(text: str, clock: Clock) -> list[Reading]:
    """The readings of a recorder's file: a date and a time, in one column or in two, and °C.

    Separated by semicolons, commas or tabs; decimals with a comma or a point; ISO or French days.
    Lines before the first reading are its heading. Raises ``InputError`` with the line for anything
    that is not understood after it: what is not certain is not measured.
    """
    if _FAHRENHEIT.search(text[:2000]):
        raise InputError(
            "this log is in °F: have the recorder write °C",
            fr="cet enregistrement est en °F\u00a0: réglez l’enregistreur sur °C",
        )
    readings: list[Reading] = []
    heading: list[str] = []
    column: int | None = None
    for number, fields in _lines(text):
        found = _timed(fields)
        if found is None:
            if readings:
                raise _not_read(number)
            heading = fields if len(fields) > 1 else heading
            continue
        local, rest = found
        if column is None:
            column = _column(heading, fields, rest, number)
        if column is None:
            continue
        celsius = _celsius(heading, fields, rest, column, number)
        at = _aware(local, number, readings, clock)
        if not LEAST <= celsius <= MOST:
            raise InputError(
                f"{celsius} °C cannot have been measured here",
                f"{number}",
                fr=f"{celsius} °C ne peut pas avoir été mesuré ici",
            )
        readings.append(Reading(at, celsius))
        if len(readings) > MOST_READINGS:
            raise InputError(
                f"a log has {MOST_READINGS} readings at most: export it in parts",
                fr=f"un enregistrement compte {MOST_READINGS} mesures au plus\u00a0: exportez-le "
                "en plusieurs parties",
            )
    if len(readings) < 2:
        raise InputError(
            "this file holds no temperature log: a date, a time and a temperature in °C on each "
            "line",
            fr="ce fichier ne contient pas d’enregistrement de température\u00a0: chaque ligne "
            "porte une date, une heure et une température en °C",
        )
    return readings


def _aware(local: datetime, number: int, before: Sequence[Reading], clock: Clock) -> datetime:
    """The moment of a reading, later than those before it."""
    if not EARLIEST <= local.year <= LATEST:
        raise _no_such_day(number)
    try:
        at = local if local.tzinfo else clock(local, before[-1].at if before else None)
    except InputError as error:
        raise InputError(error.what, f"{number}", fr=error.fr) from None
    if before and at <= before[-1].at:
        raise InputError(
            "this reading is not later than the one before; export the log in order of time",
            f"{number}",
            fr="cette mesure n’est pas postérieure à la précédente\u00a0; exportez "
            "l’enregistrement dans l’ordre du temps",
        )
    return at


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    sample = text[:4000]
    mark = max((";", "\t", ","), key=sample.count)
    if mark == "," and sample.count(";") + sample.count("\t"):
        mark = ";" if sample.count(";") >= sample.count("\t") else "\t"
    rows = csv.reader(io.StringIO(text), delimiter=mark)
    number = 0
    while True:
        number += 1
        if number > MOST_LINES:
            raise InputError(
                f"a log has {MOST_LINES} lines at most: export it in parts",
                fr=f"un enregistrement compte {MOST_LINES} lignes au plus\u00a0: exportez-le en "
                "plusieurs parties",
            )
        try:
            fields = next(rows)
        except StopIteration:
            return
        except csv.Error:
            raise _not_read(number) from None
        kept = [one.strip().strip("\u00a0") for one in fields]
        while kept and not kept[-1]:
            kept.pop()
        if len(kept) > MOST_COLUMNS:
            raise _not_read(number)
        if kept:
            yield number, kept


def _timed(fields: Sequence[str]) -> tuple[datetime, int] | None:
    """The time of a line, in one column or in two, and the column after it."""
    for place, field in enumerate(fields):
        if (found := _time(field)) is not None:
            return found, place + 1
        if place + 1 < len(fields):
            joined = f"{field} {fields[place + 1]}"
            if (found := _time(joined)) is not None:
                return found, place + 2
    return None


def _figures(fields: Sequence[str], rest: int) -> list[int]:
    """The columns after the time that hold a number."""
    return [place for place in range(rest, len(fields)) if _FIGURES.match(_bare(fields[place]))]


def _bare(field: str) -> str:
    return field.replace("°C", "").replace("C", "").strip()


def _column(heading: Sequence[str], fields: Sequence[str], rest: int, number: int) -> int | None:
    """The column that was measured: the only one with numbers, or the only one that the heading
    names so; None before any line has a number. Raises ``InputError`` where that is not certain."""
    columns = _figures(fields, rest)
    if not columns:
        return None
    names = heading if len(heading) >= len(fields) else []
    said = [
        one for one in range(len(names))
        if _MEASURED.search(names[one]) and not _NOT_MEASURED.search(names[one])
    ]  # fmt: skip
    named = [one for one in said if one in columns]
    if len(named) == 1:
        return named[0]
    (only,) = columns if len(columns) == 1 else (None,)
    if only is None or (
        names and (_NOT_MEASURED.search(names[only]) or any(one >= rest for one in said))
    ):
        raise _more_than_one(number)
    return only


def _celsius(
    heading: Sequence[str], fields: Sequence[str], rest: int, column: int, number: int
) -> float:
    """What a line has in the column that was measured. A line with more numbers than the heading
    has names for is one whose decimal comma parted it."""
    columns = _figures(fields, rest)
    if column not in columns or not _NUMBER.match(plain := _bare(fields[column])):
        raise _not_read(number)
    if len(columns) > 1 and not rest < len(fields) <= len(heading):
        raise _more_than_one(number)
    return float(plain.replace(",", ".").replace("−", "-").replace("–", "-"))


def _time(text: str) -> datetime | None:
    if not 14 <= len(text) <= 35:
        return None
    iso = text.replace("T", " ", 1)
    for form in _FORMATS:
        try:
            return datetime.strptime(iso, form)  # noqa: DTZ007 - a recorder knows no zone
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _not_read(number: int) -> InputError:
    return InputError(
        "this line is not a reading: a date, a time and a temperature in °C",
        f"{number}",
        fr="cette ligne n’est pas une mesure\u00a0: il faut une date, une heure et une "
        "température en "
        "°C",
    )


def _more_than_one(number: int) -> InputError:
    return InputError(
        "which number was measured is not certain (a set point, a second probe, or decimal commas "
        "between commas): export one column of temperatures, or with a heading that names it",
        f"{number}",
        fr="on ne sait pas quel nombre est la mesure (consigne, seconde sonde, ou virgule décimale "
        "entre des virgules)\u00a0: exportez une seule colonne de températures, ou avec un titre "
        "qui la nomme",
    )


def _no_such_day(number: int) -> InputError:
    return InputError(
        "no recorder measured on this day: set its clock right, and export the log again",
        f"{number}",
        fr="aucun enregistreur n’a mesuré ce jour-là\u00a0: remettez-le à l’heure, et exportez de "
        "nouveau",
    )


def in_one(logs: Sequence[Sequence[Reading]], gap: timedelta) -> list[Reading]:
    """Several logs of one place as one. Where they speak of the same time and differ, none hides
    the other: the warmest and the coldest of them both count. A reading counts until the next of
    its own log, if that comes within ``gap``."""
    if len(logs) == 1:
        return list(logs[0])
    found: list[Reading] = []
    standing: dict[int, tuple[datetime, float]] = {}
    marked = (_marked(log, which, gap) for which, log in enumerate(logs))
    for at, now in groupby(merge(*marked), key=lambda one: one[0]):
        standing = {which: one for which, one in standing.items() if one[0] > at}
        there = []
        for _at, which, until, celsius in now:
            standing[which] = until, celsius
            there.append(celsius)
        there += [celsius for _until, celsius in standing.values()]
        low, high = min(there), max(there)
        found.append(Reading(at, high, low if low < high else None))
    return found


def _marked(
    log: Sequence[Reading], which: int, gap: timedelta
) -> Iterator[tuple[datetime, int, datetime, float]]:
    """The readings of a log: when, of which log, until when it counts, and °C."""
    for before, after in pairwise(log):
        until = after.at if after.at - before.at <= gap else before.at
        yield before.at, which, until, before.celsius
    if log:
        yield log[-1].at, which, log[-1].at, log[-1].celsius


def is_of_elsewhere(readings: Sequence[Reading], rules: Sequence[ExcursionRule]) -> bool:
    """Whether a log can hardly be of a place of these rules: nine readings of ten are beyond all
    that they bound, as those of an incubator are for a freezer."""
    lows = [one for rule in rules for one in (rule.low, rule.beyond_low) if one is not None]
    highs = [one for rule in rules for one in (rule.high, rule.beyond_high) if one is not None]
    low, high = min(lows, default=LEAST), max(highs, default=MOST)
    return sum(not low <= one.celsius <= high for one in readings) >= 0.9 * len(readings)


def excursions(readings: Sequence[Reading], rules: Iterable[ExcursionRule]) -> list[Found]:
    """Every excursion of a log by the rules of its place, in the order of time.

    What is only noted is left out where something worse covers it: a stretch that holds is no door
    that stood open. Whatever holds is told, each with its own times: a unit that was there for the
    mild part alone is held for that.
    """
    found = [one for rule in rules for one in _together(_broken(readings, rule))]
    worse = [one for one in found if one.effect != "note"]
    meets = _meeting(worse)
    kept = [one for one in found if one.effect != "note" or not meets(one)]
    return sorted(kept, key=lambda one: (one.began, _severity(one.rule)))


def _together(broken: Iterable[Found]) -> Iterator[Found]:
    """What one rule finds, stretches that meet being one."""
    kept: Found | None = None
    for one in sorted(broken, key=lambda found: (found.began, found.ended)):
        if kept is not None and _meet(kept, one):
            known = [x for x in (kept.extreme, one.extreme) if x is not None]
            extreme = _farthest(known, one.rule) if known else None
            kept = Found(one.rule, kept.began, max(kept.ended, one.ended), extreme)
            continue
        if kept is not None:
            yield kept
        kept = one
    if kept is not None:
        yield kept


def _severity(rule: ExcursionRule) -> int:
    return ("note", "hold", "discard-proposed").index(rule.effect)


def _meeting(worse: Sequence[Found]) -> Callable[[Found], bool]:
    """Whether something meets any of what is worse; quick, however many there are."""
    in_order = sorted(worse, key=lambda one: one.began)
    begins = [one.began for one in in_order]
    latest = list(accumulate((one.ended for one in in_order), max))

    def meets(one: Found) -> bool:
        # Of those that begin before it ends, the one that ends last.
        before = bisect_right(begins, one.ended)
        return before > 0 and latest[before - 1] >= one.began

    return meets


def _meet(one: Found, other: Found) -> bool:
    return one.began <= other.ended and other.began <= one.ended


def _broken(readings: Sequence[Reading], rule: ExcursionRule) -> Iterator[Found]:
    if rule.gap is not None:
        yield from _gaps(readings, rule)
    runs = list(_runs(readings, rule.low, rule.high))
    if rule.minutes is None and (rule.low is not None or rule.high is not None):
        yield from (Found(rule, began, ended, extreme) for began, ended, extreme in runs)
    elif rule.minutes is not None:
        most = timedelta(minutes=rule.minutes)
        if rule.counted == "total":
            lasted = sum((ended - began for began, ended, _ in runs), timedelta(0))
            if lasted > most:
                yield Found(rule, runs[0][0], runs[-1][1], _farthest([r[2] for r in runs], rule))
        else:
            yield from (Found(rule, b, e, x) for b, e, x in runs if e - b > most)
    if rule.beyond_low is not None or rule.beyond_high is not None:
        beyond = _runs(readings, rule.beyond_low, rule.beyond_high)
        yield from (Found(rule, began, ended, extreme) for began, ended, extreme in beyond)


def _gaps(readings: Sequence[Reading], rule: ExcursionRule) -> Iterator[Found]:
    assert rule.gap is not None
    for before, after in pairwise(readings):
        # In whole minutes: a recorder set to five writes after five minutes and a few seconds.
        if (after.at - before.at) // timedelta(minutes=1) > rule.gap:
            yield Found(rule, before.at, after.at, None)


def _runs(
    readings: Sequence[Reading], low: float | None, high: float | None
) -> Iterator[tuple[datetime, datetime, float]]:
    """Stretches outside a band: from the first reading outside to the first one inside again, or to
    the last of the log; with the temperature farthest out."""
    began: datetime | None = None
    extremes: list[float] = []
    for reading in readings:
        coldest = reading.celsius if reading.coldest is None else reading.coldest
        outside = (low is not None and coldest < low) or (
            high is not None and reading.celsius > high
        )
        if outside:
            began = began or reading.at
            extremes += [reading.celsius, coldest]
        elif began is not None:
            yield began, reading.at, _far(extremes, low, high)
            began, extremes = None, []
    if began is not None:
        yield began, readings[-1].at, _far(extremes, low, high)


def _farthest(extremes: Sequence[float], rule: ExcursionRule) -> float:
    low = rule.low if rule.low is not None else rule.beyond_low
    high = rule.high if rule.high is not None else rule.beyond_high
    return _far(extremes, low, high)


def _far(extremes: Sequence[float], low: float | None, high: float | None) -> float:
    def out(value: float) -> float:
        under = low - value if low is not None else float("-inf")
        over = value - high if high is not None else float("-inf")
        return max(under, over)

    return max(extremes, key=out)


def bare(
    readings: Sequence[Reading], start: datetime, end: datetime, gap: timedelta
) -> list[tuple[datetime, datetime]]:
    """The stretches from ``start`` to ``end`` of which nothing is known: those longer than ``gap``
    between two readings, or before the first and after the last of them."""
    inside = [start, *(r.at for r in readings if start < r.at < end), end]
    before = [r.at for r in readings if r.at <= start]
    after = [r.at for r in readings if r.at >= end]
    if before:
        inside[0] = max(before)
    if after:
        inside[-1] = min(after)
    return [(sooner, later) for sooner, later in pairwise(inside) if later - sooner > gap]


def between(readings: Sequence[Reading], start: datetime, end: datetime) -> list[Reading]:
    """The readings of a stretch of time."""
    return [one for one in readings if start <= one.at <= end]
