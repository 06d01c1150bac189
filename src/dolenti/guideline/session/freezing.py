"""What is found of a cryoneurolysis of the knee: nerve, cold, skin, tests, when again.

Everything measured is decimal, in °C, seconds, mm. What is not known and could stop the act stops
it: a margin that nobody measured is not a margin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from dolenti.guideline.dates import Duration
from dolenti.guideline.knowledge import Edition, Severity, Text
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.session.content import Content, content, found
from dolenti.guideline.session.decimals import exact
from dolenti.guideline.session.findings import Finding, gravest_first
from dolenti.guideline.session.needles import GAUGE
from dolenti.guideline.session.shapes.cryo import ColdBound, Guide, Nerve

Outcome = Literal["fine", "lift-the-skin", "refused", "unknown"]
STILL_TO_SAY: Final = frozenset({"distance-not-known", "motor-test-missing", "not-tested-before"})
"""What stops a freeze only because nobody has said it yet: the nerve may be chosen meanwhile."""
OF_THE_COLD: Final = frozenset({"nadir", "cycles", "freezing", "thawing", "lesion", "whole-act"})
"""What the cold alone shows, once it is over: outside its bounds nothing is planned, but what was
measured is recorded, with its reason."""
COLDEST: Final = "nadir"
"""Of that, what tells of a device that is at fault."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """One freeze and its thaw, in seconds. A freeze in two stages is their sum; ``thaw_s`` is
    ``None`` where nobody timed it."""

    freeze_s: Decimal
    thaw_s: Decimal | None


@dataclass(frozen=True, slots=True)
class Margin:
    """What lies between the ball of ice and the skin, in mm; ``None`` where it is not known."""

    mm: Decimal | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier act on the same nerve and side, and what has become of it.

    ``pain_back_percent``: of the pain at the start, now. ``recovered``: feeling is back, or stable.
    ``worst_grade`` is that of the worst effect. ``None``: not known.
    """

    on: date
    pain_back_percent: Decimal | None = None
    recovered: bool | None = None
    worst_grade: int | None = None


@dataclass(frozen=True, slots=True)
class ToFreeze:
    """What is known of a freeze before the cold: where, with what, what was tested. Each field as
    in ``Freezing``; ``None``: not known yet."""

    nerve: str
    guidance: Guide | None
    probe: str
    probe_to_skin_mm: Decimal | None
    on: date
    twitch: bool | None = None
    confirmed_sensory: bool = False
    tested_before: bool = False
    block_fall_percent: Decimal | None = None
    before: tuple[Before, ...] = ()


@dataclass(frozen=True, slots=True)
class Freezing:
    """What was done on one nerve.

    ``twitch``: a muscle moved on motor stimulation. ``confirmed_sensory``: a nerve outside the list
    that was shown to be sensory. ``tested_before``: strength and feeling were written before.
    ``block_fall_percent``: how much the pain fell under the diagnostic block; ``minutes`` the whole
    act. ``None``: not known.
    """

    nerve: str
    guidance: Guide | None
    nadir_c: Decimal
    cycles: tuple[Cycle, ...]
    probe: str
    probe_to_skin_mm: Decimal | None
    on: date
    twitch: bool | None = None
    confirmed_sensory: bool = False
    tested_before: bool = False
    lesion_mm: Decimal | None = None
    minutes: Decimal | None = None
    block_fall_percent: Decimal | None = None
    before: tuple[Before, ...] = ()


def probe_named(content: Content, names: Iterable[str]) -> str:
    """The probe of the knowledge whose gauge stands in the names of what was taken; empty where
    none of them says one, or they say several."""
    said = {found[1] for name in names if (found := GAUGE.search(name))}
    probes = content.cryoneurolysis.skin.probes
    same = [one.id for one in probes if (of := GAUGE.search(one.label.en)) and of[1] in said]
    return same[0] if len(same) == 1 else ""


def margin(content: Content, probe: str, probe_to_skin_mm: Decimal | None) -> Margin:
    """Probe to skin less the radius of the ball of ice. A probe that is not listed has none that
    we know."""
    skin = content.cryoneurolysis.skin
    ball = next((one.ice_ball_mm for one in skin.probes if one.id == probe), None)
    if ball is None or probe_to_skin_mm is None:
        return Margin(None, "unknown")
    mm = probe_to_skin_mm - exact(ball) / 2
    if mm <= 0:
        return Margin(mm, "refused")
    return Margin(mm, "lift-the-skin" if mm < exact(skin.margin_mm) else "fine")


def fall_percent(before: Decimal, after: Decimal) -> Decimal | None:
    """By how much a pain fell, in percent of what it was; ``None`` where there was none to fall."""
    return None if before <= 0 else (before - after) * 100 / before


def judge_to_freeze(edition: Edition, act: ToFreeze) -> tuple[Finding, ...]:
    """What is found before anything is frozen: all that the rules can say by then, what stops it
    first. What the cold alone can show is left to ``judge_freezing``."""
    look = _Look(edition, act)
    return gravest_first(
        [
            *look.of_the_nerve(),
            *look.of_the_tests(),
            *look.of_the_skin(),
            *look.of_the_repeat(),
        ]
    )


def never_frozen(edition: Edition, nerve: str) -> Finding | None:
    """Why a nerve is refused by its name alone, whatever is said of it."""
    look = _Look(edition, ToFreeze(nerve, None, "", None, date.min))
    found = (one for one in look.of_the_nerve() if one.severity == "block" and one.rule == nerve)
    return next(found, None)


def judge_freezing(edition: Edition, act: Freezing) -> tuple[Finding, ...]:
    """What is found, what stops it first."""
    look = _Look(edition, act)
    return gravest_first(
        [
            *look.of_the_nerve(),
            *look.of_the_tests(),
            *look.of_the_cold(act),
            *look.of_the_skin(),
            *look.of_the_repeat(),
        ]
    )


def judge_block(edition: Edition, nerve: str, volume_ml: Decimal | None) -> tuple[Finding, ...]:
    """What is found of a diagnostic block: on one nerve, with so much of an anaesthetic (mL)."""
    block = content(edition).cryoneurolysis.test_block
    if volume_ml is None or volume_ml <= exact(block.volume_per_nerve_ml):
        return ()
    return (
        Finding.of(edition, block, "warn", detail=_shown(volume_ml, "mL"), about=nerve or None),
    )


class _Look:
    """One act before the rules of cryoneurolysis."""

    def __init__(self, edition: Edition, act: Freezing | ToFreeze) -> None:
        self._edition = edition
        self._content = content(edition)
        self._rules = self._content.cryoneurolysis
        self._act = act

    def _check(self, name: str, detail: Text | None = None) -> Finding:
        check = found(self._rules.checks, name, "checks")
        return Finding.of(self._edition, check, check.severity, detail=detail)

    def of_the_nerve(self) -> Iterator[Finding]:
        act = self._act
        for never in self._content.never_frozen:
            if never.id == act.nerve:
                yield Finding.of(self._edition, never, never.severity, detail=never.label)
                return
        nerve: Nerve | None = next((n for n in self._content.nerves if n.id == act.nerve), None)
        if nerve is None:
            name = "nerve-not-listed-but-sensory" if act.confirmed_sensory else "nerve-not-listed"
            yield self._check(name)
        elif act.guidance not in nerve.guidance:
            yield self._check("guidance-of-nerve", nerve.label)
        if nerve is not None and nerve.poorly_known:
            yield self._check("nerve-poorly-known", nerve.label)
        if act.twitch:
            yield self._check("motor-twitch")
        elif act.twitch is None and (nerve is None or nerve.motor_test):
            yield self._check("motor-test-missing")

    def of_the_tests(self) -> Iterator[Finding]:
        act = self._act
        if not act.tested_before:
            yield self._check("not-tested-before")
        fall = act.block_fall_percent
        if fall is None or fall < exact(self._rules.test_block.positive_percent):
            yield self._check("block-not-positive")

    def of_the_cold(self, act: Freezing) -> Iterator[Finding]:
        yield from self._bound("nadir", act.nadir_c)
        if not act.cycles:
            yield self._check("no-cycle")
        else:
            yield from self._bound("cycles", Decimal(len(act.cycles)))
        for number, cycle in enumerate(act.cycles, 1):
            yield from self._bound("freezing", cycle.freeze_s, str(number))
            if cycle.thaw_s is not None:
                yield from self._bound("thawing", cycle.thaw_s, str(number))
        if act.lesion_mm is not None:
            yield from self._bound("lesion", act.lesion_mm)
        if act.minutes is not None:
            yield from self._bound("whole-act", act.minutes)

    def _bound(self, name: str, value: Decimal, about: str | None = None) -> Iterator[Finding]:
        bound = found(self._rules.bounds, name, "bounds")
        severity = severity_of(bound, value)
        if severity is not None:
            yield Finding.of(
                self._edition, bound, severity, detail=_shown(value, bound.unit), about=about
            )

    def of_the_skin(self) -> Iterator[Finding]:
        act = self._act
        found_margin = margin(self._content, act.probe, act.probe_to_skin_mm)
        if act.probe_to_skin_mm is None:
            yield self._check("distance-not-known")
        elif found_margin.mm is None:
            yield self._check("probe-not-known")
        elif found_margin.outcome == "refused":
            yield self._check("margin-none", _shown(found_margin.mm, "mm"))
        elif found_margin.outcome == "lift-the-skin":
            yield self._check("margin-small", _shown(found_margin.mm, "mm"))

    def of_the_repeat(self) -> Iterator[Finding]:
        repeat, act = self._rules.repeat, self._act
        earlier = sorted((one for one in act.before if one.on <= act.on), key=lambda one: one.on)
        if not earlier:
            return
        last = earlier[-1]
        if repeat.again_from(last.on) > act.on:
            yield self._check("too-soon")
        year = Duration(months=12).before(act.on)
        if sum(one.on > year for one in earlier) >= repeat.most_in_12_months:
            yield self._check("too-many")
        back = last.pain_back_percent
        if back is None or back < exact(repeat.pain_back_percent):
            yield self._check("pain-not-back")
        grade = last.worst_grade
        if not last.recovered or grade is None or grade >= repeat.event_grade:
            yield self._check("not-recovered")


def severity_of(bound: ColdBound, value: Decimal) -> Severity | None:
    """How grave a value is that lies outside its bound; ``None`` inside."""
    if bound.refused_above is not None and value > exact(bound.refused_above):
        return "block"
    low, high = bound.low, bound.high
    below = low is not None and (value <= exact(low) if bound.low_excluded else value < exact(low))
    above = high is not None and value > exact(high)
    return bound.severity if below or above else None


def _shown(value: Decimal, unit: str) -> Text:
    return Text(
        fr=number_in_words(float(value), unit, "fr").replace("-", "−"),
        en=number_in_words(float(value), unit, "en").replace("-", "−"),
    )
