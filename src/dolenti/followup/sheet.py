"""A plan of exercises in words, in one language: for the clinic’s page, for paper, for the phone.

One door for the three, so that a patient reads at home what was accepted at the clinic. No dose of
a medicine stands here, and nothing is called allowed: a date says no earlier than when.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from dolenti.calendar.moments import clock
from dolenti.followup import planned
from dolenti.followup.models import RehabilitationPlan
from dolenti.guideline import diary
from dolenti.guideline.ageing import anti_doping
from dolenti.guideline.diary import Content, DatedReturn, Hold, Known, StageDate
from dolenti.guideline.diary.shapes.rehabilitation import RehabilitationPlan as Guided
from dolenti.guideline.knowledge import Text
from dolenti.guideline.words import date_in_words

_WORDS: Final[dict[str, dict[str, str]]] = {
    "fr": {
        "title": "Mes exercices",
        "week": "Semaine {first}",
        "weeks": "Semaines {first} à {last}",
        "days": "du {first} au {last}",
        "walk": "Marche\u00a0: {walk}",
        "until": "{what}, jusqu’au {day}",
        "resting": "Soin du {act}\u00a0: {rule} Attendre jusqu’au {day}, {hour}.",
        "from": "pas avant le {day}",
        "now": "possible dès maintenant",
        "since": "atteint le {day}",
        "passed": "déjà passé",
        "none": "pas de date tant que cela dure",
        "settle": "date à fixer avec votre médecin",
        "before": "après le palier précédent",
        "counted": "au moins {n}\u00a0jours après le {day}",
        "counted-flare": "au moins {n}\u00a0jours après le {day}, sans poussée",
        "agreed": "convenu pour le {day}",
        "limited": "à limiter jusqu’au {first}",
        "limited-range": "à limiter jusqu’à une date entre le {first} et le {last}",
        "possible": "à partir du {first}",
        "possible-range": "entre le {first} et le {last}",
        "at-once": "tout de suite",
        "no-start": "pas de date\u00a0: le jour du début n’est pas connu au jour près",
        "held-until": "{tell} Jusqu’au {day}, {hour}.",
        "runs-plan": "compté du premier jour du plan, le {day}",
        "runs-onset": "compté du jour où la douleur a commencé, le {day}",
        "runs-flare": "compté de la dernière poussée ou du début du plan, le {day}",
    },
    "en": {
        "title": "My exercises",
        "week": "Week {first}",
        "weeks": "Weeks {first} to {last}",
        "days": "{first} to {last}",
        "walk": "Walk: {walk}",
        "until": "{what}, until {day}",
        "resting": "Care of {act}: {rule} Wait until {day}, {hour}.",
        "from": "not before {day}",
        "now": "possible from now on",
        "since": "reached on {day}",
        "passed": "passed already",
        "none": "no date while this lasts",
        "settle": "date to be set with your doctor",
        "before": "after the stage before",
        "counted": "at least {n} days after {day}",
        "counted-flare": "at least {n} days after {day}, without a flare",
        "agreed": "agreed for {day}",
        "limited": "to be limited until {first}",
        "limited-range": "to be limited until a day between {first} and {last}",
        "possible": "from {first} on",
        "possible-range": "between {first} and {last}",
        "at-once": "at once",
        "no-start": "no date: the day it began is not known to the day",
        "held-until": "{tell} Until {day}, {hour}.",
        "runs-plan": "counted from the first day of the plan, {day}",
        "runs-onset": "counted from the day the pain began, {day}",
        "runs-flare": "counted from the last flare or the first day of the plan, {day}",
    },
}


_SETS: Final = re.compile(r"\b(\d+) [×x] (\d+)(\s?s\b)?")


def in_sets(how_much: str, language: str) -> str:
    """How much of an exercise as a patient reads it: « 2 × 10 » is two sets of ten."""
    sets, times = {"fr": ("séries de", "fois"), "en": ("sets of", "times")}[language]

    def said(found: re.Match[str]) -> str:
        many, of, seconds = found.groups()
        if seconds is not None:
            return f"{many} {times} {of}{seconds}"
        return f"{many} {sets} {of}"

    return _SETS.sub(said, how_much)


@dataclass(frozen=True)
class ExerciseLine:
    """An exercise: its name, how it is done, how much of it."""

    name: str
    how: str
    how_much: str


@dataclass(frozen=True)
class StageSheet:
    """Some weeks of a plan, with their days; ``is_now`` where today is one of them."""

    weeks: str
    days: str
    exercises: tuple[ExerciseLine, ...]
    walk: str
    is_now: bool


@dataclass(frozen=True)
class ReturnLine:
    """One way back: what, when, and why then. ``waits`` where there is no date; ``needs`` is what
    must hold on that day besides, ``holds`` what is in the way."""

    label: str
    when: str
    why: str
    needs: str
    holds: tuple[str, ...] = ()
    waits: bool = False


@dataclass(frozen=True)
class ExerciseSheet:
    """A plan in words. ``pain_guide`` is what to do by the pain, ``stop_signs`` when to stop and
    call; ``work`` and ``sport`` are the ways back with their dates, ``said_of_work`` and
    ``said_of_sport`` what holds of them all."""

    language: str
    title: str
    begins: str
    goals: str
    stages: tuple[StageSheet, ...]
    goes_on: str
    advice: str
    first_weeks: str
    pain_guide: str
    stop_signs: str
    left_out: tuple[str, ...]
    work: tuple[ReturnLine, ...]
    said_of_work: tuple[str, ...]
    sport: tuple[ReturnLine, ...]
    said_of_sport: tuple[str, ...]
    driving: str
    counted: str


def exercise_sheet(
    content: Content, plan: RehabilitationPlan, known: Known, language: str
) -> ExerciseSheet:
    """A plan in ``fr`` or ``en``, with the dates of ``known.now``. An exercise that the content no
    longer has keeps its id; its plan stands as it was accepted."""
    guided = next((one for one in content.plans if one.id == plan.source), None)
    told: set[str] = set()
    stages = planned.stages_of(plan.stages)
    rules = content.rehabilitation

    def said(text: Text | None) -> str:
        return text.in_language(language) if text else ""

    return ExerciseSheet(
        language=language,
        title=_say(language, "title"),
        begins=date_in_words(plan.begins, language),
        goals=plan.goals,
        stages=tuple(_stages(content, stages, plan.begins, known.today, language)),
        goes_on=said(guided.goes_on if guided else None),
        advice=said(guided.first_line if guided else None),
        first_weeks=said(rules.first_weeks.says),
        pain_guide=said(rules.pain_guide.says),
        stop_signs=said(rules.stop_signs.says),
        left_out=tuple(_left_out(content, plan, known, language)),
        work=(*_agreed(content, plan, language), *_dated(guided, known, "work", language)),
        said_of_work=(
            *([said(guided.work)] if guided else []),
            *(said(one) for one in diary.path_of(content, "work").says),
        ),
        sport=(
            *_dated(guided, known, "sport", language),
            *(_stage(content, one, known, language, told) for one in diary.sport(content, known)),
        ),
        said_of_sport=(
            *([said(guided.sport)] if guided else []),
            *(said(one) for one in diary.path_of(content, "sport").says),
        ),
        driving=said(rules.driving.says),
        counted=said(rules.counted.says),
    )


def exercise_lines(sheet: ExerciseSheet) -> tuple[str, ...]:
    """A plan in a few lines, for whoever knows the exercises: its weeks with their doses, what is
    left out, and the dates of work and sport."""
    stages = [
        f"{stage.weeks}, {stage.days}\u00a0: "
        + ", ".join(
            [f"{one.name} ({one.how_much})" for one in stage.exercises]
            + ([stage.walk] if stage.walk else [])
        )
        for stage in sheet.stages
    ]
    ways = [f"{one.label}\u00a0: {one.when}" for one in (*sheet.work, *sheet.sport)]
    return (*stages, *sheet.left_out, *ways)


def _say(language: str, name: str, **fields: object) -> str:
    return _WORDS["en" if language == "en" else "fr"][name].format(**fields)


def _stages(
    content: Content, stages: Sequence[diary.Weeks], begins: date, today: date, language: str
) -> list[StageSheet]:
    texts = {one.id: one for one in content.exercises}
    found = []
    for stage in stages:
        first, last = stage.days(begins)
        lines = [
            ExerciseLine(
                texts[one.exercise].name.in_language(language)
                if one.exercise in texts
                else one.exercise,
                texts[one.exercise].how.in_language(language) if one.exercise in texts else "",
                in_sets(one.said(language), language),
            )
            for one in stage.does
        ]
        walk = stage.walks(language)
        found.append(
            StageSheet(
                _say(
                    language,
                    "week" if stage.first == stage.last else "weeks",
                    first=stage.first,
                    last=stage.last,
                ),
                _say(
                    language,
                    "days",
                    first=date_in_words(first, language),
                    last=date_in_words(last, language),
                ),
                tuple(lines),
                _say(language, "walk", walk=walk) if walk else "",
                first <= today <= last,
            )
        )
    return found


def _left_out(content: Content, plan: RehabilitationPlan, known: Known, language: str) -> list[str]:
    """What is left out for now: after the last acts, and by the practitioner’s own words. What is
    over is not said any more."""
    found = [
        _say(
            language,
            "resting",
            act=date_in_words(one.act.day, language),
            rule=one.rule.text.in_language(language),
            **_moment(one.sport_until, known, language),
        )
        for one in diary.resting(content, known)
    ]
    for row in planned.restrictions_of(plan.restrictions):
        if row.until is None:
            found.append(row.what)
        elif row.until >= known.today:
            day = date_in_words(row.until, language)
            found.append(_say(language, "until", what=row.what, day=day))
    return found


def _moment(at: datetime, known: Known, language: str) -> dict[str, str]:
    local = at.astimezone(known.zone)
    return {
        "day": date_in_words(local.date(), language),
        "hour": clock(local.time(), language),
    }


def hold_in_words(hold: Hold, known: Known, language: str) -> str:
    """What is in the way, until when where time lifts it, and of which year the list is that says
    so."""
    tell = hold.block.tell.in_language(language)
    year = diary.list_year(hold.block, known)
    if year is not None:
        tell = f"{tell.rstrip('.')}{anti_doping(year).beside(known.today).in_language(language)}."
    if hold.until is None:
        return tell
    return _say(language, "held-until", tell=tell, **_moment(hold.until, known, language))


def _stage(
    content: Content, one: StageDate, known: Known, language: str, told: set[str]
) -> ReturnLine:
    """A stage of sport; what is in its way is said once, at the first stage that it stops."""
    label = one.stage.label.in_language(language)
    needs = one.stage.needs.in_language(language) if one.stage.needs else ""
    said = (hold_in_words(hold, known, language) for hold in one.holds)
    holds = tuple(line for line in said if line not in told)
    told.update(holds)
    if known.reached and (one.since or _is_behind(content, one, known)):
        day = date_in_words(one.since, language) if one.since else ""
        when = _say(language, "since", day=day) if day else _say(language, "passed")
        return ReturnLine(label, when, "", "", holds)
    if one.earliest is None:
        if any(hold.until is None for hold in one.holds):
            when = _say(language, "none")
        else:
            when = _say(language, "settle" if one.to_settle else "before")
        return ReturnLine(label, when, "", needs, holds, waits=True)
    if one.earliest <= known.today:
        when = _say(language, "now")
    else:
        when = _say(language, "from", day=date_in_words(one.earliest, language))
    why = ""
    if one.stage.after_days and one.runs_from:
        day = date_in_words(one.runs_from, language)
        why = _say(language, "counted-flare", n=one.stage.after_days, day=day)
    return ReturnLine(label, when, why, needs, holds)


def _is_behind(content: Content, one: StageDate, known: Known) -> bool:
    order = [stage.id for stage in diary.path_of(content, "sport").stages]
    reached = known.reached[0] if known.reached else ""
    return reached in order and order.index(one.stage.id) <= order.index(reached)


def _agreed(content: Content, plan: RehabilitationPlan, language: str) -> list[ReturnLine]:
    days = planned.work_of(plan.work)
    return [
        ReturnLine(
            one.label.in_language(language),
            _say(language, "agreed", day=date_in_words(days[one.id], language)),
            "",
            "",
        )
        for one in diary.path_of(content, "work").stages
        if one.id in days
    ]


def _dated(guided: Guided | None, known: Known, to: str, language: str) -> list[ReturnLine]:
    if guided is None:
        return []
    return [
        _dated_line(one, language) for one in diary.dated(guided, known) if one.rule.back_to == to
    ]


def _dated_line(one: DatedReturn, language: str) -> ReturnLine:
    label = one.rule.what.in_language(language)
    needs = one.rule.only_if.in_language(language) if one.rule.only_if else ""
    if one.first is None or one.last is None or one.runs_from is None:
        return ReturnLine(label, _say(language, "no-start"), "", needs, waits=True)
    if one.rule.kind == "from" and one.rule.days == (0, 0):
        return ReturnLine(label, _say(language, "at-once"), "", needs)
    name = {"limited": "limited", "from": "possible"}[one.rule.kind]
    name += "-range" if one.first != one.last else ""
    when = _say(
        language,
        name,
        first=date_in_words(one.first, language),
        last=date_in_words(one.last, language),
    )
    why = _say(language, f"runs-{one.rule.runs_from}", day=date_in_words(one.runs_from, language))
    return ReturnLine(label, when, why, needs)
