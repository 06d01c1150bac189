"""What a patient says at home before a visit: asked as the rules of the complaint still need it,
kept as it was said, judged at once for red flags.

It is kept beside the record and never in it: no verdict, no strip, no count reads it. What a
clinician makes of it is ``diary.offering``. Of a fact are kept ``{"value": …}``, as a plain file
writes it; ``{"told": …}``, an answer that is no value of the fact; ``{"names": […]}``, as they were
typed; ``{"unknown": true}``, said not to be known; ``{"skipped": true}``, passed over.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from django.db.models import Q
from django.utils import timezone

from dolenti.access import audit, clock
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.access.writing import writing
from dolenti.agenda import privileges
from dolenti.calendar.moments import local_day
from dolenti.diary import alerts, following, link_life, links
from dolenti.diary.answers import ClosedError
from dolenti.diary.models import History, Link
from dolenti.diary.reading import AnswerRefusedError
from dolenti.guideline import diary as guided
from dolenti.guideline.diary.shapes.history import HomeQuestion
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary, Known, read_value, with_facts
from dolenti.guideline.knowledge import FactDefinition, RedFlag
from dolenti.guideline.slips import Measured
from dolenti.guideline.words import value_in_words
from dolenti.identity.text import TextRules, clean_text
from dolenti.ledger import locking
from dolenti.records import engine, gate
from dolenti.records.facts.measured import last_measured
from dolenti.records.judging import assessing
from dolenti.records.judging.questions import indicated, sheet_of
from dolenti.records.models import Complaint, Statement

Answers: TypeAlias = Mapping[str, Mapping[str, Any]]
"""What was said, by the fact that was asked, in the order in which it was said."""
LONGEST_NAME: Final = 100
MOST_NAMES: Final = 40
_UNKNOWN: Final = {"unknown": True}
_SKIPPED: Final = {"skipped": True}


@dataclass(frozen=True)
class Sent:
    """What a phone sent: the key of its form, all that was said so far, whether that was looked
    over and sent; who answered for the patient if not themselves."""

    form_key: uuid.UUID
    answers: Answers
    is_whole: bool
    answered_by: str = ""


@dataclass(frozen=True)
class Line:
    """One answer in words. ``is_answer``: something was told; else it is not known, or was passed
    over."""

    fact: str
    asked: str
    said: str
    is_answer: bool


@dataclass(frozen=True)
class Form:
    """A form as it is asked now: what is known without it is never shown."""

    home: guided.AtHome
    passed: frozenset[str]
    today: date
    measured: Mapping[str, Measured] = field(default_factory=dict)

    @property
    def dictionary(self) -> Dictionary:
        """The facts of the edition in force."""
        return self.home.sheet.dictionary

    def left(self, answers: Answers) -> list[HomeQuestion]:
        """What is still asked after these answers, in order."""
        told = self._told(answers)
        return self.home.asked(told, self.passed | answers.keys())

    def flags(self, answers: Answers) -> list[RedFlag]:
        """The red flags that these answers raise, the gravest first."""
        return self.home.flags(self._told(answers))

    def _told(self, answers: Answers) -> dict[str, Known]:
        return values_of(answers, self.dictionary, self.today)


def form_of(link: Link, key: uuid.UUID | None) -> Form:
    """The form of a link to a history, as it stands now: what the record says and what the patient
    said in other forms is not asked again, but for what they passed over. Five queries."""
    complaint = link.complaint
    assert complaint is not None
    today = clock.today()
    actor, patient = links.patient_by(link), link.patient
    about = Q(complaint=None) | Q(complaint=complaint)
    stated = list(Statement.objects.filter(about, patient__in=gate.family(patient)).order_by("pk"))
    judgement = assessing.judged(actor, complaint, today, stated)
    judge = engine.judge(engine.edition_in_force(), assessing.policies_of(complaint))
    sheet = sheet_of(judge)
    own = {one.pk for one in _rows_of(key)} if key is not None else set()
    before = {
        fact: said
        for row in History.objects.filter(complaint=complaint).order_by("pk")
        if row.pk not in own
        for fact, said in row.answers.items()
    }
    told = values_of(before, judge.dictionary, today)
    home = guided.AtHome(
        judge, sheet, following.content(), with_facts(judgement.case, told),
        frozenset(_in_play(complaint, judgement, today)),
    )  # fmt: skip
    passed = frozenset(fact for fact, said in before.items() if "skipped" not in said)
    asked = (sheet.dictionary.definition(one.id) for one in home.content.home_questions)
    measured = {
        definition.id: last
        for definition in asked
        if (last := last_measured(stated, definition, today)) is not None
    }
    return Form(home, passed, today, measured)


def _in_play(complaint: Complaint, judgement: Any, today: date) -> tuple[str, ...]:
    """The therapies that something speaks for and somebody at the site may perform; else all that
    something speaks for; else every one: nothing that may matter is left out."""
    here = indicated(judgement)
    held = privileges.valid_at(complaint.patient.site_id, today)
    performed = set(held.values_list("therapy", flat=True))
    every = tuple(one.id for one in judgement.edition.therapies)
    return tuple(one for one in here if one in performed) or here or every


def values_of(answers: Answers, dictionary: Dictionary, today: date) -> dict[str, Known]:
    """What was told as values of facts; what the edition no longer reads is left out."""
    found: dict[str, Known] = {}
    for fact, said in answers.items():
        if "value" in said and fact in dictionary.definitions:
            try:
                value = read_value(dictionary.definition(fact), said["value"], today).value
            except InputError:
                continue
            found[fact] = Known(value, today)
    return found


def read(answers: Mapping[str, Any], dictionary: Dictionary, today: date) -> dict[str, Any]:
    """Answers as they are kept, of whatever a phone sent. Raises ``AnswerRefusedError``, with the
    fact, and nothing is kept of a form of which one answer cannot be."""
    known = {one.id: one for one in following.content().home_questions}
    kept = {}
    for fact, said in answers.items():
        if fact not in known or fact not in dictionary.definitions:
            raise AnswerRefusedError(
                "this form asks no such question: open the link again",
                str(fact)[:60],
                fr="ce formulaire ne pose pas cette question\u00a0: rouvrez le lien",
            )
        kept[fact] = _read_one(known[fact], dictionary.definition(fact), said, today)
    return kept


def _read_one(
    question: HomeQuestion, definition: FactDefinition, said: Any, today: date
) -> dict[str, Any]:
    if said in (_UNKNOWN, _SKIPPED):
        return dict(said)
    if isinstance(said, Mapping) and set(said) == {"names"} and question.by_name:
        return {"names": _names(question, said["names"])}
    told = {option.id for option in question.options if option.told}
    if isinstance(said, Mapping) and set(said) == {"told"} and said["told"] in told:
        return dict(said)
    if isinstance(said, Mapping) and set(said) == {"value"} and said["value"] is not None:
        # Of what is typed by name only the none is a value: what a name means is not for a phone.
        if question.by_name and said["value"] != []:
            raise _no_answer(question)
        try:
            read_value(definition, said["value"], today)
        except InputError as error:
            raise _mended(question, definition, error) from None
        return dict(said)
    raise _no_answer(question)


def _names(question: HomeQuestion, names: Any) -> list[str]:
    if not isinstance(names, list) or not names or len(names) > MOST_NAMES:
        raise _no_answer(question)
    rules = TextRules(longest=LONGEST_NAME, required=True)
    try:
        return list(dict.fromkeys(clean_text(str(one), rules, question.id) for one in names))
    except InputError as error:
        raise AnswerRefusedError(
            error.sentence("en"), question.id, fr=error.sentence("fr")
        ) from None


def _no_answer(question: HomeQuestion) -> AnswerRefusedError:
    return AnswerRefusedError(
        "choose one of the answers that are offered",
        question.id,
        fr="choisissez une des réponses proposées",
    )


def _mended(
    question: HomeQuestion, definition: FactDefinition, error: InputError
) -> AnswerRefusedError:
    if definition.type == "number" and definition.range is not None:
        low, high = definition.range
        return AnswerRefusedError(
            f"the answer goes from {low:g} to {high:g}: correct it, or leave it out",
            question.id,
            fr=f"la réponse va de {low:g} à {high:g}\u00a0: corrigez-la, ou passez".replace(
                ".", ","
            ),
        )
    if definition.type == "date":
        return AnswerRefusedError(
            "this is no past date: correct day, month and year, or leave it out",
            question.id,
            fr="ce n’est pas une date passée\u00a0: corrigez le jour, le mois et l’année, "
            "ou passez",
        )
    if definition.type in ("number", "boolean"):
        return AnswerRefusedError(error.sentence("en"), question.id, fr=error.sentence("fr"))
    return _no_answer(question)


def receive(actor: Actor, link: Link, sent: Sent) -> History:
    """Take what was said so far in a form. The same sent again is the same row; something else is
    another row beside it, and what stood before stays.

    Raises ``AnswerRefusedError`` (nothing is kept), ``ClosedError``, ``NotAllowedError``.
    """
    now, patient, complaint = timezone.now(), link.patient, link.complaint
    with writing(actor, Permission.ANSWER, patient.site_id, patient_id=patient.public_id):
        links.insist_own(actor, link)
        locking.hold(patient)
        rows = _rows_of(sent.form_key)
        if complaint is None or (rows and rows[0].link_id != link.pk):
            raise ClosedError
        insist_open(link, now)
        form = form_of(link, sent.form_key)
        answers = read(sent.answers, form.dictionary, form.today)
        if rows and rows[-1].answers == answers and (rows[-1].is_whole or not sent.is_whole):
            return rows[-1]
        flags = form.flags(answers)
        raised = {one for row in rows for one in row.flags}
        made = History.objects.create(
            patient=patient,
            complaint=complaint,
            link=link,
            form_key=_next_key(sent.form_key, rows),
            answers=answers,
            flags=[one.id for one in flags],
            is_whole=sent.is_whole,
            answered_by=sent.answered_by[:150],
            edition=assessing.snapshot_in_force(),
            opened_at=link.opened_at or now,
            received_at=now,
        )
        audit.record(
            "receive-history",
            actor=actor,
            kind="history",
            object_id=made.public_id,
            patient_id=patient.public_id,
            detail={"whole": made.is_whole, "for": bool(made.answered_by)},
        )
        alerts.watch_history(actor, made, flags, [o.id for o in flags if o.id not in raised])
        return made


def insist_open(link: Link, now: datetime) -> None:
    """Go on only where the form is still taken. Raises ``ClosedError``: the phone is not told
    why."""
    fresh = Link.objects.select_related("patient", "complaint", "appointment").get(pk=link.pk)
    fresh.patient.site = link.patient.site
    if (
        fresh.purpose != links.Purpose.HISTORY
        or fresh.revoked_at is not None
        or fresh.opened_at is None
        or fresh.opened_at > link_life.ends_at(fresh)
        or now >= link_life.closes_at(fresh)
        or not link_life.is_about_something(fresh)
        or following.stops_of(fresh.patient)
    ):
        raise ClosedError


def rows_of(link: Link) -> list[History]:
    """What was received of the form that a link opened last, the first first."""
    return _rows_of(link.form_key) if link.form_key is not None else []


def _rows_of(key: uuid.UUID) -> list[History]:
    found = []
    while (row := sole(History.objects.filter(form_key=key))) is not None:
        found.append(row)
        key = uuid.uuid5(key, "next")
    return found


def _next_key(key: uuid.UUID, rows: list[History]) -> uuid.UUID:
    return uuid.uuid5(rows[-1].form_key, "next") if rows else key


def stopping(flags: list[RedFlag]) -> list[RedFlag]:
    """Those at which the form stops: whoever has to call now fills in no form."""
    return [one for one in flags if one.urgency in guided.STOPPING]


def in_words(history: History, language: str) -> list[Line]:
    """Each question and what was answered, in words; what the edition in force no longer knows, as
    it was sent."""
    known = {one.id: one for one in following.content().home_questions}
    facts = {one.id: one for one in engine.edition_in_force().facts}
    order = {name: place for place, name in enumerate(known)}
    answers = sorted(history.answers.items(), key=lambda one: order.get(one[0], len(order)))
    day = local_day(history.received_at)
    return [
        Line(
            fact,
            facts[fact].label.in_language(language) if fact in facts else fact,
            said_in_words(known.get(fact), facts.get(fact), said, day, language),
            is_answer=not {"unknown", "skipped"} & said.keys(),
        )
        for fact, said in answers
    ]


_WORDS: Final = {
    "unknown": {"fr": "ne sait pas", "en": "does not know"},
    "skipped": {"fr": "sans réponse", "en": "not answered"},
    "none": {"fr": "aucun", "en": "none"},
}


def said_in_words(
    question: HomeQuestion | None,
    definition: FactDefinition | None,
    said: Mapping[str, Any],
    day: date,
    language: str,
) -> str:
    """One answer in words: in those of its button where it had one."""
    for word in ("unknown", "skipped"):
        if word in said:
            return _WORDS[word][language]
    if "names" in said:
        return ", ".join(said["names"])
    if said.get("value") == []:
        return _WORDS["none"][language]
    chosen = said.get("told", said.get("value"))
    options = question.options if question is not None else ()
    label = next((o.label.in_language(language) for o in options if o.id == chosen), None)
    if label is not None:
        return label
    if definition is not None and "value" in said:
        try:
            value = read_value(definition, said["value"], day).value
            return value_in_words(value, definition, language)
        except InputError:
            pass
    return str(chosen)


__all__ = [
    "Answers",
    "Form",
    "Line",
    "Sent",
    "form_of",
    "in_words",
    "insist_open",
    "read",
    "receive",
    "rows_of",
    "said_in_words",
    "stopping",
    "values_of",
]
