"""What holds of every entry: sound by itself, its names and conditions leading on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dolenti.guideline.conditions import Condition, leaves
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.facts import kinds, misfit
from dolenti.guideline.diary.leaflets import OTHERWISE, names_of
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.parts_checking import Found, entry_problems


def problems(edition: Edition, content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    yield from entry_problems(edition, content, "patient")
    yield from _names(edition, content)
    sides = {one.id: one.higher_is for one in edition.measures}
    for threshold in content.thresholds:
        if sides.get(threshold.measure, threshold.higher_is) != threshold.higher_is:
            yield threshold.id, f"higher is {sides[threshold.measure]}, by its measure"
    yield from _one_change(edition, content)
    yield from _conditions(edition, content)
    yield from _asked_at_home(edition, content)


def _one_change(edition: Edition, content: Content) -> Found:
    """The change that matters is the same where a score is described and where it is judged."""
    told = {one.id: one.change_that_matters for one in edition.measures}
    for threshold in content.thresholds:
        numbers = (*(threshold.points or ()), threshold.percent, threshold.at_most)
        there = told.get(threshold.measure)
        for number in (one for one in numbers if one is not None and there is not None):
            assert there is not None
            for language, mark in (("fr", ","), ("en", ".")):
                figure = f"{number:g}".replace(".", mark)
                if not re.search(
                    rf"(?<![\d,.]){figure}(?![\d]|[,.]\d)", there.in_language(language)
                ):
                    yield threshold.id, f"{figure} is not in the change of its measure ({language})"


def _asked_at_home(edition: Edition, content: Content) -> Found:
    """Nobody is asked at home what somebody has to examine, judge, plan or work out, but for what
    can be seen of it; every option is one of its fact, or says that it is none."""
    facts = {one.id: one for one in edition.facts}
    how = {asked.fact: asked.how for row in edition.asking for asked in row.facts}
    for one in content.home_questions:
        if how.get(one.id) != ("examined" if one.seen else "asked") or one.id not in facts:
            yield one.id, "is no fact that somebody is asked: it has no question at home"
            continue
        known = {option.id for option in facts[one.id].options}
        yield from (
            (one.id, f"“{option.id}” is no option of the fact")
            for option in one.options
            if (option.id in known) == option.told
        )
        if facts[one.id].type == "choice" and not one.options:
            yield one.id, "is a choice, and has no options in the words of the patient"
        if one.by_name != (one.none is not None):
            yield one.id, "is asked by name, and has no words for none"
        if (facts[one.id].type == "set") != one.by_name:
            yield one.id, "a set is asked by name, and nothing else is"


def _names(edition: Edition, content: Content) -> Found:
    known: dict[str, set[str]] = {
        "therapy": {one.id for one in edition.therapies},
        "zone": {one.id for one in edition.zones},
        "pain": {OTHERWISE}.union(
            (one.id for one in edition.zones), *((c.id, c.kind) for c in edition.conditions)
        ),
        "measure": {one.id for one in edition.measures},
        "condition": {one.id for one in edition.conditions},
        "set": {one.id for one in content.sets},
        "question": {one.id for one in content.questions},
        "sign": {one.id for one in content.signs},
        "group of signs": {one.id for one in content.sign_groups},
        "window": {one.id for one in content.windows},
        "alarm": {one.id for one in content.alarms},
        "urgency": {one.id for one in content.urgencies},
        "exercise": {one.id for one in content.exercises},
        "table": {one.id for one in content.opioid_tables},
        "block of sport": {one.id for one in content.sport_blocks},
        "stage of sport": {s.id for r in content.returns if r.id == "sport" for s in r.stages},
    }
    for entry, kind, name in _named(content):
        if name not in known[kind]:
            yield entry, f"“{name}” is no {kind}"


def _named(content: Content) -> Iterator[tuple[str, str, str]]:
    for window in content.windows:
        yield window.id, "set", window.set
        yield from ((window.id, "therapy", name) for name in (*window.therapies, *window.add))
        yield from ((window.id, "question", n) for names in window.add.values() for n in names)
        if window.after is not None:
            yield window.id, "alarm", window.after
        if window.taken_over_by is not None:
            yield window.id, "window", window.taken_over_by
    for one in content.sets:
        yield from ((one.id, "question", name) for name in (*one.asks, *one.offer_after))
    for question in content.questions:
        yield from ((question.id, "sign", n) for added in question.add for n in added.signs)
        if question.fact == "signs":
            yield from ((question.id, "sign", option.id) for option in question.options)
        if question.measure is not None:
            yield question.id, "measure", question.measure
    for expected in content.expected:
        yield from ((expected.id, "therapy", name) for name in expected.therapies)
    yield from ((one.id, "group of signs", one.group) for one in content.signs)
    yield from ((one.id, "urgency", one.urgency) for one in content.alarms)
    yield from _named_beside(content)


def _named_beside(content: Content) -> Iterator[tuple[str, str, str]]:
    for licensed in content.questionnaires:
        yield licensed.id, "measure", licensed.measure
        yield from ((licensed.id, "zone", name) for name in licensed.zones)
        yield from ((licensed.id, "window", name) for name in licensed.windows)
    yield from ((one.id, "measure", one.measure) for one in content.thresholds)
    yield from ((one.id, "therapy", one.id) for one in content.judged_at)
    yield "opioids", "table", content.opioids.in_force
    for plan in content.plans:
        yield plan.id, "condition", plan.id
        yield from ((plan.id, "exercise", d.exercise) for s in plan.stages for d in s.does)
    for block in content.sport_blocks:
        yield from ((block.id, "stage of sport", name) for name in block.stages)
    for leaflet in content.leaflets:
        yield leaflet.id, "therapy", leaflet.therapy
        for text in (leaflet.body.fr, leaflet.body.en):
            yield from ((leaflet.id, "pain", name) for of in names_of(text) for name in of)
    for after in content.rehabilitation.after_act:
        yield "after-act", "therapy", after.therapy
        if after.settled_by is not None:
            yield "after-act", "block of sport", after.settled_by


def conditions_of(content: Content) -> Iterator[tuple[str, Condition]]:
    """Every condition, with the entry it belongs to."""
    for question in content.questions:
        if question.show_if is not None:
            yield question.id, question.show_if
        yield from ((question.id, added.when) for added in question.add)
    yield from ((one.id, one.when) for one in content.alarms)
    yield from ((one.id, one.when) for one in content.expected)
    yield from ((one.id, one.when) for one in content.not_judged)
    yield from ((one.id, one.when) for one in content.opioids.notes)
    yield from ((one.id, one.when) for one in content.sport_blocks)
    yield from (
        ("after-act", one.when) for one in content.rehabilitation.after_act if one.when is not None
    )


def _conditions(edition: Edition, content: Content) -> Found:
    therapies = frozenset(one.id for one in edition.therapies)
    zones = frozenset(one.id for one in edition.zones)
    for place, condition in conditions_of(content):
        for leaf in leaves(condition):
            if problem := misfit(content, leaf, therapies, zones):
                yield place, problem
    for alarm in (*content.alarms, *content.expected):
        yield from (
            (alarm.id, f"“{name}”, which counts as known, is no fact between the visits")
            for name in alarm.if_unknown
            if name not in {*kinds(content), "zone"}
        )
