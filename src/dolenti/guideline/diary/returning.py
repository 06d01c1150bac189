"""The way back to work and to sport: each date with the day it runs from and the rule behind it.

A date is given only where a rule of the content says a length of time, and only while nothing is in
the way. What is not known is neither in the way nor out of it: it is to be settled, and until then
the date is not given. A date says “no earlier than”, never “cleared”: what must hold on that day
stands beside it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from dolenti.guideline.conditions import Compare, leaves
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.facts import Facts, Value, truth
from dolenti.guideline.diary.rehabilitation import Act, Rest, given_by, rests
from dolenti.guideline.diary.shapes.rehabilitation import (
    Dated,
    RehabilitationPlan,
    Return,
    ReturnPath,
    SportBlock,
)

COMPETITION: Final = "days-to-competition"
REST: Final = "hours-since-session"
HOURS: Final = (REST, "hours-since-anaesthetic")
DAYS: Final = ("days-since-session", COMPETITION)
EVE: Final = time(23, 59)
"""The hour of the eve at which the period of a competition begins."""


@dataclass(frozen=True)
class Known:
    """What is known of somebody on the way back. ``facts`` are those that no time changes; what is
    absent is not known. ``settled`` is what a practitioner said of a block since the last act, by
    its id. ``reached`` is the stage of sport that was reached, and the day it was."""

    now: datetime
    begins: date
    acts: tuple[Act, ...] = ()
    facts: Facts = field(default_factory=dict)
    settled: Mapping[str, bool] = field(default_factory=dict)
    onset: date | None = None
    flare: date | None = None
    reached: tuple[str, date] | None = None

    @property
    def zone(self) -> tzinfo | None:
        """The zone in which its days are counted."""
        return self.now.tzinfo

    @property
    def today(self) -> date:
        """The day of ``now``."""
        return self.now.date()


@dataclass(frozen=True)
class Hold:
    """A block that is in the way: until a moment (``None``: until somebody lifts it)."""

    block: SportBlock
    until: datetime | None


@dataclass(frozen=True)
class StageDate:
    """A stage of sport. ``earliest`` is the first day it may be, by ``runs_from`` and the days that
    the stage before is held; ``None`` while something without an end is in the way, or is still
    ``to_settle``, here or at a stage before. ``since`` is the day it was reached."""

    stage: Return
    earliest: date | None
    runs_from: date | None
    since: date | None
    holds: tuple[Hold, ...]
    to_settle: tuple[SportBlock, ...]


@dataclass(frozen=True)
class DatedReturn:
    """A sentence of a plan with its dates, the shortest first; ``None`` where the day that it runs
    from is not known."""

    rule: Dated
    runs_from: date | None
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Standing:
    """How the blocks of sport stand: those in the way, and those nobody can tell."""

    holds: tuple[Hold, ...]
    to_settle: tuple[SportBlock, ...]

    def stops_all(self, content: Content) -> tuple[Hold, ...]:
        """Those that stop every stage until somebody lifts them, and so a plan as well. What time
        lifts only says when a plan may begin."""
        stages = {one.id for one in path_of(content, "sport").stages}
        return tuple(
            one for one in self.holds if one.until is None and stages <= set(one.block.stages)
        )


def path_of(content: Content, name: str) -> ReturnPath:
    """The way back to ``work`` or to ``sport``."""
    return next(one for one in content.returns if one.id == name)


def standing(content: Content, known: Known) -> Standing:
    """Every block, as it stands at ``known.now``."""
    holds, open_ = [], []
    rest = max((one.sport_until for one in resting(content, known)), default=None)
    for block in content.sport_blocks:
        holds_, until = _block(block, known)
        if rest is not None and any(leaf.fact == REST for leaf in leaves(block.when)):
            # Its sentence says that some acts ask for longer: how long is the rule of the therapy.
            holds_, until = True, rest if until is None else max(rest, until)
        if holds_ is None:
            open_.append(block)
        elif holds_:
            holds.append(Hold(block, until))
    return Standing(tuple(holds), tuple(open_))


def sport(content: Content, known: Known) -> tuple[StageDate, ...]:
    """The stages back to sport, each with its date and what is in its way."""
    path, stands = path_of(content, "sport"), standing(content, known)
    order = [one.id for one in path.stages]
    at = order.index(known.reached[0]) if known.reached and known.reached[0] in order else -1
    found: list[StageDate] = []
    day: date | None = None  # when the stage before was reached, or may be
    for place, stage in enumerate(path.stages):
        holds = tuple(one for one in stands.holds if stage.id in one.block.stages)
        open_ = tuple(one for one in stands.to_settle if stage.id in one.stages)
        if place <= at:
            since = known.reached[1] if known.reached and place == at else None
            day = since
            found.append(StageDate(stage, since, None, since, holds, open_))
            continue
        runs_from = known.begins if place == 0 else day
        earliest = _earliest(path, place, runs_from, known)
        if any(one.until is None for one in holds) or open_:
            earliest = None
        if earliest is not None:
            ends = [one.until for one in holds if one.until is not None]
            earliest = max([earliest, *(_day(end, known) for end in ends)])
        found.append(StageDate(stage, earliest, runs_from, None, holds, open_))
        day = earliest
    return tuple(found)


def _earliest(path: ReturnPath, place: int, runs_from: date | None, known: Known) -> date | None:
    """No day of the past: a stage that nobody reached yet is reached today at the earliest. A flare
    sends nobody back from the first one."""
    if runs_from is None:
        return None
    stage = path.stages[place]
    days = [runs_from + timedelta(days=stage.after_days), known.today]
    if place > 0 and known.flare is not None:
        days.append(known.flare + timedelta(days=max(stage.after_days, path.step_back_days)))
    return max(days)


def dated(plan: RehabilitationPlan, known: Known) -> tuple[DatedReturn, ...]:
    """The sentences of a plan that say a length of time, with their dates."""
    found = []
    for rule in plan.dated:
        runs_from = {
            "plan": known.begins,
            "onset": known.onset,
            "flare": max(known.begins, known.flare) if known.flare else known.begins,
        }[rule.runs_from]
        first, last = (
            None if runs_from is None else runs_from + timedelta(days=days) for days in rule.days
        )
        found.append(DatedReturn(rule, runs_from, first, last))
    return tuple(found)


def _block(block: SportBlock, known: Known) -> tuple[bool | None, datetime | None]:
    """Whether a block is in the way now, and until when; unknown where nobody can tell."""
    answers: list[bool | None] = []
    until: datetime | None = None
    endless = False
    for act in known.acts or (None,):
        holds = _truth(block, known, act, known.now)
        answers.append(holds)
        if holds and act is not None:
            end = _lifted(block, known, act)
            endless |= end is None
            until = end if until is None or (end is not None and end > until) else until
        elif holds:
            endless = True
    if any(answers):
        return True, None if endless else until
    if None not in answers:
        return False, None
    said = known.settled.get(block.id)
    return (said, None) if said is not None else (None, None)


def _lifted(block: SportBlock, known: Known, act: Act) -> datetime | None:
    """The first moment at which a block no longer holds by the time that went by since an act;
    ``None`` where time alone does not lift it."""
    ends: list[datetime] = []
    for leaf in leaves(block.when):
        if not isinstance(leaf, Compare) or leaf.operator != "under":
            continue
        assert isinstance(leaf.operand, (int, float))
        if leaf.fact == COMPETITION:
            ends.append(_midnight(competition_from(act, int(leaf.operand)), known))
        elif leaf.fact in HOURS:
            ends.append(act.at + timedelta(hours=leaf.operand))
        elif leaf.fact in DAYS:
            ends.append(_midnight(act.day + timedelta(days=int(leaf.operand)), known))
    for end in sorted(ends):
        if _truth(block, known, act, end) is False:
            return end
    return None


def _truth(block: SportBlock, known: Known, act: Act | None, at: datetime) -> bool | None:
    """Whether a block holds at a moment. Where nobody knows if an anaesthetic was given, it is what
    it would be either way, and unknown where that differs."""
    facts = _facts(known, act, at)
    if act is None or act.anaesthetic is not None:
        return truth(block.when, facts)
    hours = facts["hours-since-session"]
    given, not_given = (
        truth(block.when, {**facts, "hours-since-anaesthetic": since})
        for since in (hours, math.inf)
    )
    return given if given is not_given else None


def competition_from(act: Act, widest: int) -> date:
    """The first day of competition after an act: the delay of the product that was given, counted
    back from 23:59 of the eve. Where that delay is not known, ``widest`` days after the act."""
    if act.washout is None:
        return act.day + timedelta(days=widest)
    clear = act.at + timedelta(days=act.washout.days)
    day = clear.date() + timedelta(days=1)
    eve = datetime.combine(day - timedelta(days=1), EVE, clear.tzinfo)
    return day if eve >= clear else day + timedelta(days=1)


def list_year(block: SportBlock, known: Known) -> int | None:
    """Of which year the oldest list is that the delay of a block rests on; ``None`` where it rests
    on none, or on one that nobody knows."""
    if not any(isinstance(leaf, Compare) and leaf.fact == COMPETITION
               for leaf in leaves(block.when)):  # fmt: skip
        return None
    years = [
        act.washout.list_year
        for act in known.acts
        if act.washout is not None and _truth(block, known, act, known.now)
    ]
    return min(years, default=None)


def _facts(known: Known, act: Act | None, at: datetime) -> dict[str, Value]:
    """The facts of a moment, after one act; after none, none of what follows an act."""
    found: dict[str, Value] = dict(known.facts)
    if act is None:
        return found | {
            "hours-since-session": math.inf,
            "hours-since-anaesthetic": math.inf,
            "days-since-session": math.inf,
            "corticosteroid-given": False,
            "corticosteroid-beside-tendon": False,
            "therapy": "",
        }
    hours, days = (at - act.at) / timedelta(hours=1), (at.date() - act.day).days
    found |= {
        "therapy": act.therapy,
        "hours-since-session": hours,
        "days-since-session": float(days),
    }
    if act.anaesthetic is not None:
        found["hours-since-anaesthetic"] = hours if act.anaesthetic else math.inf
    found |= given_by(act)
    cleared = act.washout is not None and at.date() >= competition_from(act, 0)
    found[COMPETITION] = math.inf if cleared else _counted(act, at)
    return found


def _counted(act: Act, at: datetime) -> float:
    """The days from an act to a competition on the day of ``at``; while the delay of the product
    runs, none: the widest case does not end it."""
    return 0.0 if act.washout is not None else float((at.date() - act.day).days)


def _midnight(day: date, known: Known) -> datetime:
    return datetime.combine(day, time(), known.zone)


def _day(moment: datetime, known: Known) -> date:
    return moment.astimezone(known.zone).date()


def resting(content: Content, known: Known) -> tuple[Rest, ...]:
    """The rests that are not over yet, of exercises or of sport."""
    found = rests(content, known.acts, known.settled)
    return tuple(one for one in found if one.sport_until > known.now)
