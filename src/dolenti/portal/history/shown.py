"""What the pages of a history show: the question, the answers that can be given, what to do now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from dolenti.access.models import Site
from dolenti.calendar.moments import clock as hour_in_words
from dolenti.calendar.moments import day_in_words, to_local
from dolenti.diary import alerts, following, history
from dolenti.diary.models import Link
from dolenti.guideline.diary.shapes.history import HomeQuestion
from dolenti.guideline.knowledge import FactDefinition, RedFlag
from dolenti.guideline.numbers import number_in_words
from dolenti.portal.history.typed import UNKNOWN
from dolenti.portal.places import Desk
from dolenti.portal.shown import FIFTEEN, Choice, ToDo, first_called, first_said, screen, with_phone
from dolenti.records.facts import naming
from dolenti.records.facts.allergens import ALLERGY
from dolenti.ui.language import current

MOST_PROPOSED: Final = 5


@dataclass(frozen=True)
class HomeAsked:
    """A question as it stands on the phone. ``number`` of ``count`` says how far one is;
    ``proposed`` are names of the public base that may be meant."""

    fact: str
    type: str
    ask: str
    help: str
    choices: tuple[Choice, ...]
    typed: Mapping[str, str]
    units: tuple[tuple[str, str], ...]
    unit: str
    names: Sequence[str]
    none: str
    proposed: tuple[str, ...]
    number: int
    count: int


@dataclass(frozen=True)
class Reviewed:
    """One answer as it is looked over."""

    fact: str
    ask: str
    said: str


def choices(question: HomeQuestion, definition: FactDefinition, chosen: str) -> tuple[Choice, ...]:
    """The answers to press, « I don't know » among them."""
    language = current()
    if definition.type == "boolean":
        found = [("yes", gettext("Yes")), ("no", gettext("No"))]
    else:
        found = [(one.id, one.label.in_language(language)) for one in question.options]
    if not found:
        return ()
    found.append((UNKNOWN, gettext("I don’t know")))
    return tuple(Choice(value, label, value == chosen) for value, label in found)


def units(definition: FactDefinition) -> tuple[tuple[str, str], ...]:
    """The units to choose from, as sent and as people write them; none where there is one name."""
    named = [
        (one, _unit(one))
        for one in definition.typed_units
        if one[0] not in "1{" or one.startswith("10")
    ]
    return tuple(named) if len(named) > 1 else ()


def _unit(unit: str) -> str:
    return number_in_words(0, unit, current()).removeprefix("0").strip("\u00a0")


def unit_of(definition: FactDefinition) -> str:
    """The unit as it stands behind the field."""
    unit = definition.unit or "1"
    return "" if unit == "1" or unit.startswith("{") else _unit(unit)


def tied(text: str) -> str:
    """A sentence whose last sign stands on no line of its own."""
    return text.replace(" ?", "\u00a0?").replace(" :", "\u00a0:")


def proposed(fact: str, typed: str) -> tuple[str, ...]:
    """Names of the public base of medicines that a text may mean, the likeliest first. An allergy
    is to a substance: there only the spelling is helped."""
    if not typed.strip():
        return ()
    found = naming.suggested(typed[:100])
    if fact == ALLERGY and not found.slips:
        return ()
    names = dict.fromkeys(one.name for one in found.specialities)
    return tuple(names)[:MOST_PROPOSED]


def reviewed(answers: history.Answers, form: history.Form) -> list[Reviewed]:
    """Every answer in words, in the order in which it was given."""
    language = current()
    known = {one.id: one for one in following.content().home_questions}
    found = []
    for fact, said in answers.items():
        words = history.said_in_words(
            known[fact], form.dictionary.definition(fact), said, form.today, language
        )
        if "unknown" in said:
            words = gettext("I don’t know")
        found.append(Reviewed(fact, tied(known[fact].ask.in_language(language)), words))
    return found


def to_do(flags: Sequence[RedFlag], desk: Desk) -> ToDo:
    """What the patient does now for red flags: that of the gravest, with the sentence of each that
    has one for a patient."""
    urgency = alerts.urgency_of(flags[0].urgency)
    told = [one.told for one in flags if one.urgency == urgency.id and one.told is not None]
    call, _ = first_called(urgency.id, (), desk)
    return ToDo(
        urgency.id,
        urgency.label.in_language(current()),
        tuple(with_phone(one.in_language(current()), desk.site) for one in dict.fromkeys(told)),
        first_said(urgency, call, desk.site),
        call,
    )


def of_standing(link: Link) -> ToDo | None:
    """What the red flags ask that an alert stands for; nothing where none does."""
    standing = alerts.standing(link)
    if standing is None or set(standing.alarms) <= alerts.OF_MESSAGES:
        return None
    urgency = alerts.urgency_of(standing.urgency)
    call, listens = first_called(urgency.id, (), Desk(link.patient.site))
    said = first_said(urgency, call, link.patient.site)
    return ToDo(urgency.id, urgency.label.in_language(current()), (), said, call, listens)


def on_the_phone(
    form: history.Form, answers: history.Answers, question: HomeAsked, site: Site
) -> dict[str, Any]:
    """What the phone needs to say what to do for an answer to this question without a network: by
    the answer, the sentences. No name, no date, nothing that was answered before."""
    tells, fifteen, before, desk = {}, [], form.flags(answers), Desk(site)
    for choice in question.choices:
        value = {"yes": True, "no": False}.get(choice.value, choice.value)
        new = [
            one
            for one in form.flags({**answers, question.fact: {"value": value}})
            if one not in before
        ]
        if new:
            told = to_do(new, desk)
            tells[choice.value] = [told.label, told.says, *told.tells]
            if told.call == FIFTEEN:
                fifteen.append(choice.value)
    return {
        "tells": tells,
        "fifteen": fifteen,
        "notSent": gettext("No network. Your answers are kept here: leave this page open."),
        "sending": gettext("Being sent…"),
        "down": screen(following.content(), "service-down", site),
    }


def appointment_in_words(link: Link) -> str:
    """The day and the hour of the appointment that it is asked for."""
    assert link.appointment is not None
    start = to_local(link.appointment.start)
    day, hour = day_in_words(start.date(), current()), hour_in_words(start.time(), current())
    return gettext("%(day)s at %(hour)s") % {"day": day, "hour": hour}
