"""What the phone shows: questions, options and sentences as values, in the page's language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext, pgettext

from dolenti.access.models import Site
from dolenti.calendar.moments import day_in_words, local_day
from dolenti.diary import alerts, following, reading
from dolenti.diary.models import Alert, Link
from dolenti.guideline import diary as guided
from dolenti.guideline.body import body_map
from dolenti.guideline.conditions import Condition, facts_of, written
from dolenti.guideline.consent.words import SIDE
from dolenti.guideline.diary import dangers
from dolenti.guideline.diary.facts import Facts
from dolenti.guideline.diary.shapes.alarms import Alarm, Urgency
from dolenti.guideline.diary.shapes.questions import Question
from dolenti.guideline.words import lower_first
from dolenti.identity.phone import as_read
from dolenti.portal.places import Desk
from dolenti.records import engine
from dolenti.records.places import zone_of
from dolenti.treatment.models import Course
from dolenti.ui.body import ZoneFigure, by_zone
from dolenti.ui.language import current

URGENT: Final = ("emergency", "same-day")
"""The urgencies of which one call stands first, before whatever else is to be known."""
BASELINE: Final = "baseline-nrs"
"""What the phone compares the pain with."""


@dataclass(frozen=True)
class Choice:
    """One answer that can be given."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """A question as it stands on the phone; ``condition``: a detail, asked where it holds."""

    id: str
    fact: str
    type: str
    ask: str
    short: str
    help: str
    choices: tuple[Choice, ...]
    none: Choice | None
    value: str
    longest: int
    unit: str
    number: bool
    optional: bool = False
    """Whether whoever goes on without an answer has passed it over."""
    condition: Condition | None = None
    groups: tuple[tuple[str, tuple[Choice, ...]], ...] = ()
    """The choices below what they are about, where the list is long; nothing where it is not."""
    figures: tuple[ZoneFigure, ...] = ()
    """Of a question where it hurts: the body, to be pressed."""

    @property
    def is_radio(self) -> bool:
        """Whether one answer is pressed, of several."""
        return self.type not in ("number", "text", "signs", "place")

    @property
    def help_id(self) -> str:
        """Where its help stands on the page; nothing where it has none."""
        return f"h-{self.id}" if self.help else ""

    @property
    def is_answered(self) -> bool:
        """Whether an answer was given so far."""
        chosen = any(one.chosen for one in self.choices)
        return chosen or bool(self.value) or (self.none is not None and self.none.chosen)

    @property
    def show(self) -> Any:
        """The condition under which a detail is asked, as data."""
        return None if self.condition is None else written(self.condition)


def place(link: Link) -> str:
    """What hurts, as it stands inside a sentence: « genou, côté gauche »; nothing where no zone is
    known."""
    return place_of(link.of_course)


def place_of(course: Course) -> str:
    """The same of a course."""
    complaint, language = course.complaint, current()
    zone, side = zone_of(complaint), SIDE.get(complaint.side)
    labels = {one.id: one.label.in_language(language) for one in engine.edition_in_force().zones}
    if zone not in labels or zone == "widespread":
        return ""
    words = [lower_first(labels[zone]), *([side.in_language(language)] if side else [])]
    return ", ".join(words)


def asked(
    link: Link,
    content: guided.Content,
    facts: Facts,
    questions: Iterable[Question],
    said: Mapping[str, Any],
) -> list[Asked]:
    """Questions with what was answered so far."""
    return [_asked(link, content, facts, one, said.get(one.id)) for one in questions]


def _asked(link: Link, content: guided.Content, facts: Facts, one: Question, value: Any) -> Asked:
    language = current()
    given = (
        [str(v) for v in value]
        if isinstance(value, list)
        else []
        if value is None
        else [str(value)]
    )
    if one.type == "nrs":
        scale = content.pain_scale
        ends = {"0": scale.zero.in_language(language), "10": scale.ten.in_language(language)}
        choices = [
            Choice(str(n), ends.get(str(n), ""), str(n) in given)
            for n in range(reading.SCALE[1] + 1)
        ]
    else:
        choices = [
            Choice(o.id, _capital(o.label.in_language(language)), o.id in given)
            for o in reading.options(content, one, facts)
        ]
    none = None
    if one.type == "signs" and one.none is not None:
        none = Choice(reading.NONE, one.none.in_language(language), reading.NONE in given)
    return Asked(
        id=one.id,
        fact=one.answers,
        type=one.type,
        ask=_filled(one.ask.in_language(language), link),
        short=(one.told or one.short).in_language(language),
        help=_filled(one.help.in_language(language), link) if one.help else "",
        choices=tuple(choices),
        none=none,
        value=given[0] if given else "",
        longest=one.longest or 300,
        unit=one.unit or "",
        number=one.type == "nrs" or one.numbered or one.type == "number",
        optional=one.optional,
        condition=one.show_if,
        groups=_groups(content, one, choices),
        figures=_figures(one, given),
    )


def _groups(
    content: guided.Content, one: Question, choices: Iterable[Choice]
) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    if not reading.is_every_sign(one):
        return ()
    of = {choice.value: choice for choice in choices}
    return tuple(
        (label.in_language(current()), tuple(of[name] for name in names if name in of))
        for label, names in reading.sign_groups(content)
    )


def _figures(one: Question, given: Collection[str]) -> tuple[ZoneFigure, ...]:
    if one.type != reading.PLACE:
        return ()
    return by_zone(body_map(engine.edition_in_force()), given, one.id)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _filled(text: str, link: Link) -> str:
    records = following.records_of(link.of_course) if "{date}" in text else []
    first = records[0].delivered_at if records else None
    day = day_in_words(local_day(first), current()) if first else ""
    where = place(link)
    if not where:  # “votre douleur (genou) était” reads without the knee
        text = text.replace(" ({zone})", "")
    if not day:
        text = text.replace(", faite le {date}", "").replace(", given on {date}", "")
    return text.replace("{zone}", where).replace("{date}", day)


@dataclass(frozen=True)
class ToDo:
    """What the patient does now: how urgent it is, the one sentence that stands first, each thing
    to know or do; ``call`` is the number to press first, of the clinic where it is empty, and
    ``listens`` one of whoever listens, that is offered beside."""

    urgency: str
    label: str
    tells: tuple[str, ...]
    says: str = ""
    call: str = ""
    listens: str = ""


FIFTEEN: Final = "15"


def of_alert(alert: Alert | None, content: guided.Content, desk: Desk) -> ToDo | None:
    """What an alert that stands asks of the patient; a wish to be called asks nothing, and neither
    does what is only about messages."""
    if alert is None or set(alert.alarms) <= alerts.OF_MESSAGES:
        return None
    return to_do(content, alert.urgency, alert.alarms, desk)


def first_said(urgency: Urgency, call: str, site: Site) -> str:
    """The one sentence that stands above all others where somebody is to call."""
    if call not in ("", FIFTEEN):
        return gettext("Call %(number)s now.") % {"number": call}
    if urgency.id == "same-day" and call == FIFTEEN:
        return gettext("We are closed now: call 15 (SAMU).")
    return with_phone(urgency.patient.in_language(current()), site)


def first_called(urgency: str, alarms: Iterable[Alarm], desk: Desk) -> tuple[str, str]:
    """The number to press first for alarms of one urgency, and the one of whoever listens. What is
    for today is for the clinic while it answers, and else for 15."""
    numbers = [one.call for one in alarms]
    listens = next((one for one in numbers if one), "")
    if urgency == "emergency":
        return (listens if numbers and all(numbers) else FIFTEEN), listens
    if urgency == "same-day" and desk.is_closed:
        return FIFTEEN, listens
    return "", listens


def to_do(content: guided.Content, urgency: str, alarms: Collection[str], desk: Desk) -> ToDo:
    """What is to be done for alarms, by their ids: of the most urgent, for whoever is to call today
    is not told beside it that tomorrow will do. Where none has a sentence, what the urgency itself
    says."""
    found = next(one for one in content.urgencies if one.id == urgency)
    raised = [one for one in content.alarms if one.id in alarms and one.urgency == urgency]
    told = [one.tell for one in raised] or [found.patient]
    # « We will call you » stands above no alarm that is only watched.
    own = [one.heading for one in raised if one.heading is not None]
    heading = own[0] if raised and len(own) == len(raised) else found.label
    site = desk.site
    call, listens = first_called(urgency, raised, desk)
    says = first_said(found, call, site) if urgency in URGENT else ""
    tells = [with_phone(one.in_language(current()), site) for one in told]
    return ToDo(
        urgency, heading.in_language(current()), _each_once(one for one in tells if one != says),
        says, call, listens,
    )  # fmt: skip


def _each_once(tells: Iterable[str]) -> tuple[str, ...]:
    """What several alarms say alike is said once."""
    seen: set[str] = set()
    found = []
    for tell in tells:
        news = [one for one in re.split(r"(?<=\.) ", tell) if one not in seen]
        seen.update(news)
        found.append(" ".join(news))
    return tuple(one for one in found if one)


def ticked(content: guided.Content, answers: Iterable[Mapping[str, Any]]) -> list[str]:
    """The signs that were ticked in answers, in the words that were ticked, each once."""
    known = reading.by_name(content)
    found: dict[str, str] = {}
    for said in answers:
        for name, value in said.items():
            one = known.get(name)
            if one is None or one.type != "signs":
                continue
            every = reading.options(content, one, {})
            labels = {option.id: option.label.in_language(current()) for option in every}
            found |= {sign: _capital(labels[sign]) for sign in value if sign in labels}
    return list(found.values())


def with_phone(text: str, site: Site | None) -> str:
    """A sentence with the number of the site; without one, or of no site, as it reads without."""
    if site is not None and site.phone:
        return text.replace("{phone}", as_read(site.phone))
    for words in (" au {phone}", " on {phone}", "\u00a0{phone}", " {phone}"):
        text = text.replace(words, "")
    return text


def screen(content: guided.Content, name: str, site: Site, **fields: str) -> str:
    """A sentence of the phone with its fields filled in."""
    text = next(one for one in content.screens if one.id == name).says.in_language(current())
    for field, value in fields.items():
        text = text.replace(f"{{{field}}}", value)
    return with_phone(text, site)


def on_the_phone(
    content: guided.Content, facts: Facts, site: Site, forms: Iterable[Asked]
) -> dict[str, Any]:
    """What the phone needs to say what to do without a network: rules, sentences, how an answer
    becomes a fact. No name, no date, no identity; of the record what a rule here reads, and no
    more."""
    language, asked, closed = current(), list(forms), Desk(site).is_closed
    read = guided.facts_read(content).union(
        *(facts_of(one.condition) for one in asked if one.condition is not None)
    )
    return {
        "rules": guided.phone_rules(content),
        "facts": {
            name: value for name, value in facts.items() if name in read or name == BASELINE
        },
        "questions": {
            one.id: {
                "fact": one.fact, "type": one.type, "number": one.number, "short": one.short,
                "optional": one.optional,
                "options": [choice.value for choice in one.choices], "show": one.show,
            }
            for one in asked
        },
        "tells": {
            one.id: with_phone(one.tell.in_language(language), site) for one in content.alarms
        },
        "urgencies": {one.id: one.label.in_language(language) for one in content.urgencies},
        "says": {
            one.id: first_said(one, FIFTEEN if closed or one.id == "emergency" else "", site)
            for one in content.urgencies
            if one.id in URGENT
        },
        "closed": closed,
        "calls": {one.id: one.call for one in content.alarms if one.call},
        "callNow": gettext("Call %(number)s now."),
        "dangers": dangers.patterns(content),
        "begun": gettext("Begun on %(when)s: look at your answers again before you send them."),
        "notGone": gettext(
            "Your answers of %(when)s have not been sent. Look at them again, then send them."
        ),
        "call": gettext("Call %(number)s"),
        "notSent": screen(content, "not-sent", site),
        "down": screen(content, "service-down", site),
        "sending": gettext("Being sent…"),
        "step": gettext("Question %(n)s of %(of)s"),
        "unanswered": gettext("No answer"),
        "change": gettext("Change"),
        "colon": pgettext("colon", ": "),
        "tick": gettext("Tick what you have, or “%(none)s”."),
        "answerOrSkip": gettext("Give an answer, or skip the question."),
        "both": gettext(
            "You ticked “%(sign)s” and “%(none)s”: which is right? To answer “%(none)s”, untick "
            "the rest first."
        ),
        "takesBack": gettext(
            "You also answered: %(told)s. To take “%(sign)s” back with that answer, touch it again."
        ),
        "over": gettext("Your answers have not left: your birth date is asked again."),
    }  # fmt: skip
