"""Whether rules hold by their own examples, and windows by their own order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from dolenti.guideline.diary.alarms import raises
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.facts import complete, kinds, truth
from dolenti.guideline.diary.opioids import BY_MOUTH, Taken, equivalent
from dolenti.guideline.diary.shapes.alarms import ByExample
from dolenti.guideline.diary.shapes.questions import Question
from dolenti.guideline.diary.windows import moment
from dolenti.guideline.errors import InputError
from dolenti.guideline.parts_checking import Found

LATE = "signs-late"


def problems(content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    yield from _examples(content)
    yield from _unreachable(content)
    yield from _questions(content)
    yield from _taps(content)
    yield from _windows(content)
    yield from _watched(content)
    yield from _compared(content)
    yield from _opioids(content)


def _examples(content: Content) -> Found:
    known = {*kinds(content), "therapy", "zone"}
    rules: tuple[ByExample, ...] = (*content.alarms, *content.expected, *content.not_judged)
    for rule in rules:
        seen = set()
        for example in rule.examples:
            says = example.says.en
            strange = next((name for name in example.facts if name not in known), None)
            if strange is not None:
                yield rule.id, f"the example “{says}” states “{strange}”, which is no fact"
                continue
            facts = complete(example.facts)
            holds = truth(rule.when, facts)
            seen.add(holds)
            if holds is not example.holds:
                yield rule.id, f"the example “{says}” says {example.holds}; the rule says {holds}"
        if not {True, False} <= seen:
            yield rule.id, "needs an example that holds and one that does not"
    for alarm in (*content.alarms, *content.expected):
        for example in alarm.examples:
            told = bool(raises(alarm, complete(example.facts)))
            wanted = bool(example.holds) if example.raised is None else example.raised
            if told is not wanted:
                yield (
                    alarm.id,
                    (f"the example “{example.says.en}” is {'' if told else 'not '}raised"),
                )


def _unreachable(content: Content) -> Found:
    """A sign that no question offers could never be ticked; one that no rule reads says nothing."""
    offered = {option.id for q in content.questions if q.fact == "signs" for option in q.options}
    offered |= {name for q in content.questions for added in q.add for name in added.signs}
    whole = {sign.id for sign in content.signs}
    yield from ((name, "is offered and has no words of its own") for name in offered - whole)


def _questions(content: Content) -> Found:
    judging = [question.id for question in content.questions if question.judges]
    if len(judging) != 1:
        yield "questions", f"one pain decides a step; these do: {', '.join(judging) or 'none'}"
    asked = {name for one in content.sets for name in (*one.asks, *one.offer_after)}
    for one in content.sets:
        if one.taps > content.rules.budget.taps:
            yield one.id, f"takes {one.taps} taps; the budget is {content.rules.budget.taps}"
    if judging and not any(judging[0] in one.asks for one in content.sets):
        yield judging[0], "decides a step and is in no set"
    for question in content.questions:
        choice = question.type in ("one-of", "signs")
        if choice != bool(question.options):
            yield question.id, "a choice and a list of signs, and only they, have options"
        if question.type == "number" and (question.unit is None or question.range is None):
            yield question.id, "a number needs a unit and a range"
        if question.opioid is not None:
            yield from _opioid(content, question)
    missing = asked - {question.id for question in content.questions}
    yield from ((name, "is asked and is no question") for name in missing)


def _opioid(content: Content, question: Question) -> Found:
    """A number of an opioid is mg by mouth of one that the table in force computes."""
    table = next(one for one in content.opioid_tables if one.id == content.opioids.in_force)
    factor = next((one for one in table.factors if one.id == question.opioid), None)
    if factor is None:
        yield question.id, f"“{question.opioid}” is not in the table of opioids in force"
    elif question.unit != factor.per or factor.forms or BY_MOUTH not in factor.routes:
        yield question.id, f"“{question.opioid}” is computed of something else by its table"


def _taps(content: Content) -> Found:
    """An answer without a sign takes no more taps than the budget, “Send” included, in whatever
    window, of whatever therapy, and whatever is not known of the patient."""
    asked = {one.id: one for one in content.questions}
    sets = {one.id: one for one in content.sets}
    therapies = {name for one in content.windows for name in (*one.therapies, *one.add)}
    for window in content.windows:
        for therapy in sorted(therapies if not window.therapies else {*window.therapies}):
            names = (*sets[window.set].asks, *window.add.get(therapy, ()))
            rows = [asked[name] for name in dict.fromkeys(names) if name in asked]
            facts = {"therapy": therapy}
            shown = [
                one for one in rows
                if one.show_if is None or truth(one.show_if, facts) is not False
            ]  # fmt: skip
            if len(shown) + 1 > content.rules.budget.taps:
                yield (
                    window.id,
                    (
                        f"takes {len(shown) + 1} taps after “{therapy}”; the budget is "
                        f"{content.rules.budget.taps}"
                    ),
                )


_ANY_DAY = datetime(2026, 3, 2, 10, tzinfo=UTC)


def _windows(content: Content) -> Found:
    """A window opens, is due, grows late and expires, in this order, and reminds in between."""
    zone = ZoneInfo("Europe/Paris")
    for window in content.windows:
        offsets = (window.opens, window.due, window.late_after, window.expires)
        try:
            moments = [
                moment(one, _ANY_DAY, _ANY_DAY + timedelta(minutes=30), zone) for one in offsets
            ]
            reminders = [moment(one, _ANY_DAY, _ANY_DAY, zone) for one in window.reminders]
        except InputError as error:
            yield window.id, error.what
            continue
        if moments != sorted(moments) or moments[0] == moments[-1]:
            yield window.id, "opens, is due, is late and expires in another order"
        if any(not moments[0] <= at < moments[-1] for at in reminders):
            yield window.id, "reminds before it opens or after it expires"


def _watched(content: Content) -> Found:
    """Of every therapy the late signs (a nodule, a redness) are asked until the weeks of safety are
    over."""
    zone, until = ZoneInfo("Europe/Paris"), _ANY_DAY + timedelta(weeks=content.rules.safety_weeks)
    sets = {one.id for one in content.sets if LATE in one.asks}
    last = [one for one in content.windows if one.anchor == "last-session" and one.set in sets]
    for therapy in sorted({name for window in content.windows for name in window.therapies}):
        due = [moment(one.due, _ANY_DAY, _ANY_DAY, zone) for one in last
               if not one.therapies or therapy in one.therapies]  # fmt: skip
        if not due or max(due) < until:
            yield (
                LATE,
                f"is not asked of {therapy} until {content.rules.safety_weeks} weeks after the "
                "last session",
            )


def _compared(content: Content) -> Found:
    """What is asked before the first session is asked, or offered, each time the pain is judged in
    the months after the last: what is asked once compares with nothing."""
    sets = {one.id: {*one.asks, *one.offer_after} for one in content.sets}
    judging = {one.id for one in content.questions if one.judges}
    begun = [sets[one.set] for one in content.windows if one.anchor == "first-session"]
    for window in content.windows:
        asked = sets[window.set]
        if window.anchor == "last-session" and judging & asked:
            for name in sorted(set().union(*begun) - asked):
                yield window.id, f"“{name}” is asked before the first session and not then"


def _opioids(content: Content) -> Found:
    (table,) = (one for one in content.opioid_tables if one.id == content.opioids.in_force)
    for example in content.opioids.examples:
        found = equivalent(table, [Taken(*one) for one in example.takes])
        wanted = None if example.mme is None else Decimal(example.mme)
        if (found.amount, found.at_least) != (wanted, example.at_least):
            yield (
                "opioids",
                f"the example “{example.says}” says {example.mme}; the table says {found.amount}",
            )
