"""Which plan of exercises fits a complaint, when it may begin, in which of its weeks a day lies.

A plan is proposed, never begun, by what stands here: a person changes and accepts it. Nothing knows
a patient or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from dolenti.guideline.dates import read_duration
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.facts import Value, truth
from dolenti.guideline.diary.shapes.rehabilitation import AfterAct, RehabilitationPlan
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition, Product

LONGEST = 52
"""Weeks. A plan is reviewed within a year."""
_NOTHING: Final[Mapping[str, bool]] = {}


@dataclass(frozen=True)
class Fitting:
    """The plan written for the very condition, ``None`` where there is none; and the plans of other
    conditions of the same zone, which somebody may choose and nothing proposes."""

    plan: RehabilitationPlan | None
    others: tuple[RehabilitationPlan, ...]


def fitting(edition: Edition, content: Content, condition: str, zone: str) -> Fitting:
    """The plans for a complaint, by the ids of its condition and its zone; empty is not known."""
    own = next((one for one in content.plans if one.id == condition), None)
    zones = {one.id: one.zones for one in edition.conditions}
    near = {zone} if zone else set(zones.get(condition, ()))
    return Fitting(
        own,
        tuple(one for one in content.plans if one != own and near & set(zones.get(one.id, ()))),
    )


@dataclass(frozen=True)
class Washout:
    """How many days before a competition, and the year of the oldest list that says so."""

    days: int
    list_year: int


@dataclass(frozen=True)
class Act:
    """What was given at a session, and the moment of it (aware). ``None`` is not known.

    ``washout`` is the delay before a competition of the corticosteroid given.
    """

    therapy: str
    at: datetime
    day: date
    corticosteroid: bool | None = None
    anaesthetic: bool | None = None
    beside_tendon: bool | None = None
    washout: Washout | None = None


def washout(products: Sequence[Product], zone: str) -> Washout | None:
    """The longest delay of the last list that each product has on file, of an injection in a zone
    (empty: nobody said where); nothing where one has none."""
    days, years = [], []
    for product in products:
        entry = max(product.sport, key=lambda one: one.list_year, default=None)
        written = entry.washout_in(zone) if entry is not None else None
        if entry is None or written is None:
            return None
        length = read_duration(written)
        if length.months:
            return None
        days.append(length.days)
        years.append(entry.list_year)
    return Washout(max(days), min(years)) if days else None


@dataclass(frozen=True)
class Rest:
    """How long to wait after an act, by a rule of its therapy: exercises ``until`` a moment, and
    sport ``sport_until`` another, never sooner."""

    act: Act
    rule: AfterAct
    until: datetime
    sport_until: datetime


def given_by(act: Act) -> dict[str, Value]:
    """What an act says to a rule; what is not known is absent."""
    beside = False if act.corticosteroid is False else act.beside_tendon
    if act.corticosteroid is None and beside:
        beside = None
    said = {"corticosteroid-given": act.corticosteroid, "corticosteroid-beside-tendon": beside}
    return {name: value for name, value in said.items() if value is not None}


def rests(
    content: Content, acts: Sequence[Act], settled: Mapping[str, bool] = _NOTHING
) -> tuple[Rest, ...]:
    """What is to be waited for after each act, by the strictest of the rules of its therapy that
    may be about it, the latest end first. ``settled`` is what a practitioner said of a block of
    sport, by its id. A therapy without such a rule has none."""
    found = []
    for act in acts:
        rules = [
            one
            for one in content.rehabilitation.after_act
            if one.therapy == act.therapy and _may_be_about(one, act, settled)
        ]
        if rules:
            rule = max(rules, key=lambda one: (one.sport_hours, one.wait_hours))
            wait, sport = (timedelta(hours=one) for one in (rule.wait_hours, rule.sport_hours))
            found.append(Rest(act, rule, act.at + wait, act.at + max(wait, sport)))
    return tuple(sorted(found, key=lambda one: one.sport_until, reverse=True))


def _may_be_about(rule: AfterAct, act: Act, settled: Mapping[str, bool]) -> bool:
    if rule.when is None:
        return True
    holds = truth(rule.when, given_by(act))
    if holds is None and rule.settled_by is not None:
        return settled.get(rule.settled_by, True)
    return holds is not False


def first_day(
    content: Content, acts: Sequence[Act], settled: Mapping[str, bool] = _NOTHING
) -> date | None:
    """The first day that a plan may begin by what was given, in the zone of the acts' moments;
    ``None`` where nothing that is waited for was given."""
    found = rests(content, acts, settled)
    return max(one.until.astimezone(one.act.at.tzinfo).date() for one in found) if found else None


@dataclass(frozen=True)
class Exercised:
    """One exercise by its id, and how much of it: in the words of the content by language, or in
    the practitioner’s ``own``."""

    exercise: str
    how_much: Mapping[str, str] = field(default_factory=dict)
    own: str = ""

    def said(self, language: str) -> str:
        """How much, in one language; own words stand as they were written."""
        return self.own or self.how_much.get(language, "")


@dataclass(frozen=True)
class Weeks:
    """The weeks of a plan from ``first`` to ``last``, both included, counted from 1: the exercises,
    and the walk in the words of the content or in the practitioner’s own."""

    first: int
    last: int
    does: tuple[Exercised, ...]
    walk: Mapping[str, str] = field(default_factory=dict)
    own_walk: str = ""

    def walks(self, language: str) -> str:
        """The walk in one language; empty where none is written."""
        return self.own_walk or self.walk.get(language, "")

    def days(self, begins: date) -> tuple[date, date]:
        """The first and the last day of these weeks, of a plan that begins on a day."""
        return (
            begins + timedelta(weeks=self.first - 1),
            begins + timedelta(weeks=self.last, days=-1),
        )


def proposed(plan: RehabilitationPlan) -> tuple[Weeks, ...]:
    """The stages of a plan as the content has them."""
    return tuple(
        Weeks(
            stage.weeks[0],
            stage.weeks[1],
            tuple(
                Exercised(one.exercise, {"fr": one.how_much.fr, "en": one.how_much.en})
                for one in stage.does
            ),
            {"fr": stage.walk.fr, "en": stage.walk.en} if stage.walk else {},
        )
        for stage in plan.stages
    )


def insist_sound(content: Content, stages: Sequence[Weeks]) -> None:
    """Go on only with stages that can be followed: one at least, weeks in order and none twice,
    exercises of the content, each with how much of it. Raises ``InputError`` at ``[n]``."""
    known, before = {one.id for one in content.exercises}, 0
    if not any(stage.does for stage in stages):
        raise InputError(
            "choose at least one exercise",
            "[0]",
            fr="choisissez au moins un exercice",
        )
    for place, stage in enumerate(stages):
        where = f"[{place}]"
        if not before < stage.first <= stage.last <= LONGEST:
            raise InputError(
                f"the weeks {stage.first} to {stage.last} do not follow: begin after week "
                f"{before}, and end by week {LONGEST}",
                where,
                fr=f"les semaines {stage.first} à {stage.last} ne se suivent pas\u00a0: commencez "
                f"après la semaine {before}, et finissez au plus tard à la semaine {LONGEST}",
            )
        before = stage.last
        if not stage.does and not stage.walks("fr"):
            raise InputError(
                "write an exercise or a walk for these weeks, or empty their numbers",
                where,
                fr="écrivez un exercice ou une marche pour ces semaines, ou effacez leurs numéros",
            )
        for one in stage.does:
            if one.exercise not in known:
                raise InputError(
                    f"“{one.exercise}” is no exercise on file; choose one from the list",
                    where,
                    fr=f"«\u00a0{one.exercise}\u00a0» n’est pas un exercice connu\u00a0; "
                    "choisissez-en un dans la liste",
                )
            if not one.said("fr"):
                raise InputError(
                    "write how much of each exercise: sets, repetitions, how often",
                    where,
                    fr="écrivez la dose de chaque exercice\u00a0: séries, répétitions, fréquence",
                )
        if len({one.exercise for one in stage.does}) < len(stage.does):
            raise InputError(
                "an exercise stands twice in these weeks; keep one of them",
                where,
                fr="un exercice figure deux fois dans ces semaines\u00a0; gardez-en un",
            )


def current(stages: Sequence[Weeks], begins: date, day: date) -> Weeks | None:
    """The weeks that a day lies in; ``None`` before the first, between two, and after the last."""
    for stage in stages:
        first, last = stage.days(begins)
        if first <= day <= last:
            return stage
    return None
