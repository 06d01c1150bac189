"""What a form asks, and what was sent read against it: functions of values.

Answers are kept by the questions' ids: a whole number for a scale, a number with its unit, the id
of an option, a list of signs (``[]`` is none of them), a text. A question that was passed over is
absent, and never a no.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from dolenti.guideline import diary as guided
from dolenti.guideline.conditions import facts_of
from dolenti.guideline.diary.facts import Facts, Value, truth
from dolenti.guideline.diary.shapes.questions import UNKNOWN, Option, Question
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.identity.text import TextRules, clean_text

Answers: TypeAlias = Mapping[str, Any]

PROBLEM: Final = "problem"
"""In the place of a window: « J’ai un problème », the list of every sign."""
MORE: Final = "more-"
"""Before the id of a window: what is offered once its form is sent, and may be left."""
SCALE: Final = (0, 10)
ASKED_HERE: Final = ("nrs", "one-of", "signs", "number", "text")
"""What a phone asks; the other kinds are asked at the visit."""
MESSAGE: Final = "message"
_ALL_SIGNS: Final = "signs"


class AnswerRefusedError(InputError):
    """The answer cannot be taken as it is; ``where`` is the question."""


def questions(content: guided.Content, window: str, facts: Facts) -> list[Question]:
    """What the form of a window asks first, in order; of ``PROBLEM``, the list of every sign."""
    if window == PROBLEM:
        return [_every_sign(content)]
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
        if one.type in ASKED_HERE and (one.show_if is None or truth(one.show_if, facts) is True)
    ]


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


def details(content: guided.Content, asked: Iterable[Question]) -> list[Question]:
    """The questions that an answer to one of ``asked`` may open."""
    first = list(asked)
    names, answers = {one.id for one in first}, {one.answers for one in first}
    found: list[Question] = []
    for one in content.questions:
        if one.show_if is None or one.id in names or one.type not in ASKED_HERE:
            continue
        if answers.intersection(facts_of(one.show_if)):
            found.append(one)
    if any(one.type == "signs" for one in first):
        found += [one for one in content.questions if one.id == MESSAGE]
    return found


def is_open(question: Question, facts: Facts) -> bool:
    """Whether a detail is asked after these answers."""
    if question.id == MESSAGE:
        signs = facts.get("signs")
        return isinstance(signs, Mapping) and signs.get("other") is True
    return question.show_if is not None and truth(question.show_if, facts) is True


def options(content: guided.Content, question: Question, facts: Facts) -> list[Option]:
    """The options of a question, with the signs that are added for this course."""
    labels = {one.id: one.label for one in content.signs}
    added = [
        Option(id=name, label=labels[name])
        for one in question.add
        if truth(one.when, facts) is True
        for name in one.signs
    ]
    there = {one.id for one in question.options}
    return [*question.options, *(one for one in added if one.id not in there)]


def read(content: guided.Content, window: str, facts: Facts, sent: Answers) -> dict[str, Any]:
    """The answers that were sent, as they are kept. Raises ``AnswerRefusedError``: nothing is
    kept of a form of which one answer cannot be."""
    first = questions(content, window, facts)
    known = {one.id: one for one in (*first, *details(content, first))}
    strange = sorted(sent.keys() - known.keys())
    if strange:
        raise AnswerRefusedError(
            "this form asks no such question: open the link again",
            strange[0],
            fr="ce formulaire ne pose pas cette question\u00a0: rouvrez le lien",
        )
    kept = {
        name: _value(content, question, facts, sent[name])
        for name, question in known.items()
        if sent.get(name) not in (None, "", [])
    }
    insisted = () if window.startswith(MORE) else first  # what may be left may be left whole
    unanswered = next((o for o in insisted if o.type == "signs" and o.id not in kept), None)
    if unanswered is not None:
        raise AnswerRefusedError(
            "tick what you have, or “none of these”",
            unanswered.id,
            fr="cochez ce que vous avez, ou «\u00a0aucun de ces signes\u00a0»",
        )
    return kept


def as_facts(
    content: guided.Content, window: str, course: Facts, answers: Answers
) -> dict[str, Value]:
    """What answers say, as a rule reads it, beside what is known of the course."""
    first = questions(content, window, course)
    found: dict[str, Value] = dict(course)
    for one in (*first, *details(content, first)):
        if one.id not in answers or one.type == "text":
            continue
        value = answers[one.id]
        if one.type == "signs":
            offered = [option.id for option in options(content, one, course)]
            found[one.answers] = {name: name in value for name in offered}
        elif value != UNKNOWN:
            found[one.answers] = float(value) if one.type != "one-of" or one.numbered else value
    return found


def _every_sign(content: guided.Content) -> Question:
    late = next(one for one in content.questions if one.id == "signs-late")
    early = next(one for one in content.questions if one.id == "signs-early")
    known = {one.id: Option(id=one.id, label=one.label) for one in content.signs}
    known = {**{one.id: one for one in late.options}, **{o.id: o for o in early.options}, **known}
    ordered = [one.id for one in content.signs]
    rest = [name for name in known if name not in ordered]
    return Question(
        id=_ALL_SIGNS,
        short=Text(fr="J’ai un problème", en="I have a problem"),
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
    if question.type == "signs":
        ticked = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
        if ticked == ["none"]:
            return []
        if not ticked or not set(ticked) <= offered:
            raise _no_option(question)
        return sorted(set(ticked))
    if str(value) not in offered:
        raise _no_option(question)
    return str(value)


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
