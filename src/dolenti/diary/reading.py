"""What a form asks, and what was sent read against it: functions of values.

Answers are kept by the questions' ids: a whole number for a scale, a number with its unit, the id
of an option, a list of signs (``[]`` is none of them) or of places, a text. A question that was
passed over is absent, and never a no.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from dolenti.guideline import diary as guided
from dolenti.guideline.conditions import facts_of
from dolenti.guideline.diary import dangers
from dolenti.guideline.diary.facts import WORDS, Facts, Value, truth
from dolenti.guideline.diary.shapes.questions import UNKNOWN, Option, Question
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.identity.text import TextRules, clean_text

Answers: TypeAlias = Mapping[str, Any]

PROBLEM: Final = "problem"
"""In the place of a window: « J’ai un problème », the list of every sign."""
MORE: Final = "more-"
"""Before the id of a window: what is offered once its form is sent, and may be left."""
SCORED: Final = "scored-"
"""Before the id of a questionnaire of the site, in the place of a window."""
SCALE: Final = (0, 10)
PLACE: Final = "place"
"""The type of a question where it hurts."""
TICKED: Final = ("signs", PLACE)
"""Questions to which several answers are right at once."""
MESSAGE: Final = "message"
OTHER: Final = "other"
"""The sign that is none of the others."""
NONE: Final = "none"
"""What is ticked in the place of every sign."""
_ALL_SIGNS: Final = "signs"


class AnswerRefusedError(InputError):
    """The answer cannot be taken as it is; ``where`` is the question."""


def questions(content: guided.Content, window: str, facts: Facts) -> list[Question]:
    """What the form of a window asks first, in order; of ``PROBLEM``, the list of every sign; of a
    questionnaire of the site, what ``content`` has of it. What is not known to be without object is
    asked."""
    if window == PROBLEM:
        return [_every_sign(content)]
    if window.startswith(SCORED):
        name = window.removeprefix(SCORED)
        return [one for one in content.questions if one.id.partition(".")[0] == name]
    known = {one.id: one for one in content.questions}
    found = next(one for one in content.windows if one.id == window.removeprefix(MORE))
    asked = next(one for one in content.sets if one.id == found.set)
    names = [*asked.asks, *found.add.get(str(facts.get("therapy", "")), ())]
    if window.startswith(MORE):
        names = [name for name in asked.offer_after if name not in names]
    # The list of signs comes last: an answer without a sign is sent from there.
    rows = [known[name] for name in dict.fromkeys(names)]
    return [
        one
        for one in sorted(rows, key=lambda row: row.type == "signs")
        if one.show_if is None or truth(one.show_if, facts) is not False
    ]


def _offered_after(content: guided.Content, window: str) -> tuple[str, ...]:
    """What is asked once the form of a window was sent; of any other form, nothing."""
    found = next((one for one in content.windows if one.id == window), None)
    if found is None:
        return ()
    return next(one for one in content.sets if one.id == found.set).offer_after


def said_before(content: guided.Content, window: str, answers: Answers) -> dict[str, Value]:
    """What was chosen in the form of a window, for what is asked after it to follow: a choice as it
    was pressed, « Je ne sais pas » too."""
    first = questions(content, window, {})
    return {one.answers: answers[one.id] for one in first
            if one.type == "one-of" and not one.numbered and one.id in answers}  # fmt: skip


def by_name(content: guided.Content) -> dict[str, Question]:
    """Every question that an answer may hold, by its id, with every option that it may have, for
    whichever course: to say an answer in words."""
    every = {one.id: one for one in content.questions} | {_ALL_SIGNS: _every_sign(content)}
    labels = {one.id: one.label for one in content.signs}
    found = {}
    for name, one in every.items():
        added = dict.fromkeys(sign for more in one.add for sign in more.signs)
        options = (*one.options, *(Option(id=sign, label=labels[sign]) for sign in added))
        found[name] = msgspec.structs.replace(one, options=options)
    return found


def details(content: guided.Content, window: str, asked: Iterable[Question]) -> list[Question]:
    """The questions that an answer to one of ``asked`` may open, and those that these open; but
    what is asked after the form of a window is no part of it."""
    first = list(asked)
    names, answers = {one.id for one in first}, {one.answers for one in first}
    names |= set(_offered_after(content, window))
    found: list[Question] = []
    for one in content.questions:  # a detail stands after what it is of
        if one.show_if is None or one.id in names:
            continue
        if answers.intersection(facts_of(one.show_if)):
            found.append(one)
            answers.add(one.answers)
    if any(one.answers == "signs" for one in first):
        found += [one for one in content.questions if one.id == MESSAGE]
    return found


def is_open(question: Question, facts: Facts) -> bool:
    """Whether a detail is asked after these answers."""
    if question.id == MESSAGE:
        signs = facts.get("signs")
        return isinstance(signs, Mapping) and signs.get(OTHER) is True
    return question.show_if is not None and truth(question.show_if, facts) is True


def options(content: guided.Content, question: Question, facts: Facts) -> list[Option]:
    """The options of a question, with the signs that are added for this course, or may be: what is
    not known takes none away."""
    labels = {one.id: one.label for one in content.signs}
    added = [
        Option(id=name, label=labels[name])
        for one in question.add
        if truth(one.when, facts) is not False
        for name in one.signs
    ]
    there = {one.id for one in question.options}
    every = [*question.options, *(one for one in added if one.id not in there)]
    # What worries beside the list is said after the list, and hides no sign that stands in it.
    return sorted(every, key=lambda one: question.type == "signs" and one.id == OTHER)


def read(content: guided.Content, window: str, facts: Facts, sent: Answers) -> dict[str, Any]:
    """The answers that were sent, as they are kept. Raises ``AnswerRefusedError``: nothing is
    kept of a form of which one answer cannot be."""
    first = questions(content, window, facts)
    known = {one.id: one for one in (*first, *details(content, window, first))}
    strange = sorted(sent.keys() - known.keys())
    if strange:
        raise AnswerRefusedError(
            "this form asks no such question: open the link again",
            strange[0],
            fr="ce formulaire ne pose pas cette question\u00a0: rouvrez le lien",
        )
    kept, refused = _taken(content, window, facts, sent)
    if refused:
        raise refused[0]
    return kept


def refusals(
    content: guided.Content, window: str, facts: Facts, sent: Answers
) -> list[AnswerRefusedError]:
    """Every answer that cannot be taken, in the order of the form."""
    return _taken(content, window, facts, sent)[1]


def _taken(
    content: guided.Content, window: str, facts: Facts, sent: Answers
) -> tuple[dict[str, Any], list[AnswerRefusedError]]:
    first = questions(content, window, facts)
    every = (*first, *details(content, window, first))
    kept, refused = {}, {}
    for question in every:
        name = question.id
        if sent.get(name) in (None, "", []):
            continue
        try:
            kept[name] = _value(content, question, facts, sent[name])
        except AnswerRefusedError as error:
            refused[name] = error
    kept |= kept_by_details(content, window, facts, kept)
    insisted = () if window.startswith(MORE) else first  # what may be left may be left whole
    for question in insisted:
        if question.type == "signs" and question.id not in (*kept, *refused):
            refused[question.id] = AnswerRefusedError(
                "tick what you have, or “none of these”",
                question.id,
                fr="cochez ce que vous avez, ou «\u00a0aucun de ces signes\u00a0»",
            )
    return kept, [refused[one.id] for one in every if one.id in refused]


def kept_by_details(
    content: guided.Content, window: str, facts: Facts, kept: Answers
) -> dict[str, list[str]]:
    """The signs of a form with those that an answered detail is of, by the question that asks them:
    who tells a temperature and unticks the fever is taken by the worse of the two. Only of
    questions whose answer grows by it."""
    first = questions(content, window, facts)
    known = as_facts(content, window, facts, kept)
    grown: dict[str, list[str]] = {}
    for one in (*first, *details(content, window, first)):
        if one.type != "signs" or one.id not in kept:
            continue
        offered = [option.id for option in options(content, one, facts)]
        told = [
            detail for detail in details(content, window, [one])
            if detail.id in kept and not is_open(detail, known)
        ]  # fmt: skip
        meant = {
            sign for sign in offered for detail in told
            if is_open(detail, {**known, one.answers: {name: name == sign for name in offered}})
        }  # fmt: skip
        if meant:
            grown[one.id] = sorted({*kept[one.id], *meant})
    return grown


def as_facts(
    content: guided.Content, window: str, course: Facts, answers: Answers
) -> dict[str, Value]:
    """What answers say, as a rule reads it, beside what is known of the course."""
    first = questions(content, window, course)
    found: dict[str, Value] = dict(course)
    written: dict[str, bool] = {}
    for one in (*first, *details(content, window, first)):
        if one.id not in answers:
            continue
        value = answers[one.id]
        if one.type == "text":
            written |= dangers.found(content, value)
            continue
        if one.type in TICKED:
            offered = [option.id for option in options(content, one, course)]
            found[one.answers] = {name: name in value for name in offered}
        elif value != UNKNOWN:
            found[one.answers] = float(value) if one.type != "one-of" or one.numbered else value
    return {**found, WORDS: written} if written else found


def with_standing(
    content: guided.Content, window: str, course: Facts, kept: Answers, before: Answers
) -> dict[str, Any]:
    """The answers of a form with those that stood before of what it passes over. A detail stands
    only where it is still of something that is said."""
    first = questions(content, window, course)
    found = dict(kept)
    for one in first:
        if one.id not in found and one.id in before:
            found[one.id] = before[one.id]
    for one in details(content, window, first):
        known = as_facts(content, window, course, found)
        if one.id not in found and one.id in before and is_open(one, known):
            found[one.id] = before[one.id]
    return found


def as_sent(answers: Answers, asked: Iterable[Question]) -> dict[str, Any]:
    """Answers as a form sends them: none of the signs is what is ticked in their place."""
    return {
        one.id: answers[one.id] or [NONE] if one.type == "signs" else answers[one.id]
        for one in asked
        if one.id in answers
    }


def sign_groups(content: guided.Content) -> list[tuple[Text, list[str]]]:
    """The signs below what they are about, as the list of every sign shows them."""
    return [
        (group.label, [one.id for one in content.signs if one.group == group.id])
        for group in content.sign_groups
    ]


def is_every_sign(question: Question) -> bool:
    """Whether a question is the list of every sign."""
    return question.id == _ALL_SIGNS


def _every_sign(content: guided.Content) -> Question:
    late = next(one for one in content.questions if one.id == "signs-late")
    early = next(one for one in content.questions if one.id == "signs-early")
    known = {one.id: Option(id=one.id, label=one.label) for one in content.signs}
    known = {**{one.id: one for one in late.options}, **{o.id: o for o in early.options}, **known}
    ordered = [name for _, names in sign_groups(content) for name in names]
    rest = [name for name in known if name not in ordered]
    return Question(
        id=_ALL_SIGNS,
        short=Text(fr="J’ai un problème", en="I have a problem"),
        told=early.told,
        ask=early.ask,
        help=None,
        type="signs",
        fact="signs",
        options=tuple(known[name] for name in (*ordered, *rest)),
        none=early.none,
        sources=early.sources,
        basis=early.basis,
        mark=early.mark,
    )


def _value(content: guided.Content, question: Question, facts: Facts, value: Any) -> Any:
    if question.type == "nrs":
        return _whole(question, value, *SCALE)
    if question.type == "number":
        return _number(question, value, *(question.range or (0, 1000)))
    if question.type == "text":
        return _text(question, value)
    offered = {one.id for one in options(content, question, facts)}
    if question.type in TICKED:
        ticked = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
        if question.type == "signs":
            ticked = without_none(ticked)
        if ticked == [NONE] and question.type == "signs":
            return []
        if not ticked or not set(ticked) <= offered:
            raise _no_option(question)
        return sorted(set(ticked))
    if str(value) not in offered:
        raise _no_option(question)
    return str(value)


def without_none(ticked: list[str]) -> list[str]:
    """What was ticked, where a sign stands beside “none of these”: the sign. Nobody is taken to be
    well by a slip."""
    return [one for one in ticked if one != NONE] or ticked


def _whole(question: Question, value: Any, low: int, high: int) -> int:
    text = str(value).strip()
    # No more digits than the scale has: Python reads no number of thousands of them.
    if not text.isascii() or not text.isdigit() or len(text) > len(str(high)):
        raise _out_of_range(question, low, high)
    if not low <= int(text) <= high:
        raise _out_of_range(question, low, high)
    return int(text)


def _number(question: Question, value: Any, low: float, high: float) -> float:
    try:
        number = float(str(value).strip().replace(",", "."))
    except ValueError:
        raise _out_of_range(question, low, high) from None
    if not low <= number <= high:  # NaN is refused too
        raise _out_of_range(question, low, high)
    return number


def _text(question: Question, value: Any) -> str:
    rules = TextRules(longest=question.longest or 300, lines=True, required=False)
    try:
        return clean_text(str(value), rules, question.id)
    except InputError as error:
        raise AnswerRefusedError(
            error.sentence("en"), error.where, fr=error.sentence("fr")
        ) from None


def _out_of_range(question: Question, low: float, high: float) -> AnswerRefusedError:
    return AnswerRefusedError(
        f"the answer goes from {low:g} to {high:g}: correct it, or leave it out",
        question.id,
        fr=f"la réponse va de {low:g} à {high:g}\u00a0: corrigez-la, ou passez".replace(".", ","),
    )


def _no_option(question: Question) -> AnswerRefusedError:
    return AnswerRefusedError(
        "choose one of the answers that are offered",
        question.id,
        fr="choisissez une des réponses proposées",
    )
