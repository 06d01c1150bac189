"""The alerts of a patient as pages and papers tell of them: when, what the patient said, whether it
is open, how it ended. What somebody typed freely on the phone stands nowhere but where the alert
itself is looked into (``written``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch, Q, QuerySet

from dolenti.access.actors import Actor
from dolenti.access.language import current
from dolenti.access.roles import Permission
from dolenti.calendar.moments import to_local
from dolenti.diary import following, questionnaires, reading
from dolenti.diary.alerts import NO_MESSAGES, NOTED, PASSED_ON, UNREACHED
from dolenti.diary.copied import alarm_labels, in_order, listed, outcome_label, said_of
from dolenti.diary.models import Alert, AlertEvent
from dolenti.guideline.conditions import facts_of
from dolenti.guideline.diary import URGENCIES
from dolenti.guideline.diary.alarms import signs_of
from dolenti.guideline.words import date_in_words, lower_first, upper_first
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.models import Complaint, Patient

SIGNS: Final = "signs"
OF_MESSAGES: Final = frozenset({NO_MESSAGES, UNREACHED})
"""What is about messages, and says nothing of how a patient is."""
_TYPES: Final = frozenset({"signs", "one-of", "number", "nrs"})
_WISHED: Final = {"fr": "demande du patient", "en": "a request of the patient"}
_MESSAGE: Final = {"fr": "Message", "en": "Message"}
_WORDS: Final = {
    "fr": {
        "raised": "alerte du {day} (ouverte)\u00a0: {said}",
        "ended": "alerte du {day}\u00a0: {said}\u00a0; levée le {end}\u00a0: {result} ({reason})",
    },
    "en": {
        "raised": "alert of {day} (open): {said}",
        "ended": "alert of {day}: {said}; ended on {end}: {result} ({reason})",
    },
}


def of_patient(user: Actor, patient: Patient, complaint: Complaint | None = None) -> list[Alert]:
    """The alerts of a patient that are about how they are, the last first; of a ``complaint``
    those of it and those of no pain that is named. Two queries."""
    if not user.may(Permission.FOLLOW_UP):
        return []
    about = Q() if complaint is None else _of(complaint)
    found = Alert.objects.filter(
        about, patient__in=patient_gate.read_as(user, patient), link=None
    ).order_by("-created_at", "-pk")
    rows = found.select_related("owner", "course__complaint", "complaint", "wish__appointment")
    return [one for one in with_answers(rows) if not _is_of_messages(one)]


def _of(complaint: Complaint) -> Q:
    named = Q(course__complaint=complaint) | Q(complaint=complaint)
    return named | Q(course=None, complaint=None)


def with_answers(rows: QuerySet[Alert]) -> list[Alert]:
    """These alerts, each with the answers that raised it, for ``what_was_said``. One query more."""
    answered = AlertEvent.objects.filter(answer__isnull=False).select_related("answer")
    return list(rows.prefetch_related(Prefetch("events", answered, to_attr="answered")))


def _is_of_messages(alert: Alert) -> bool:
    return bool(alert.alarms) and OF_MESSAGES.issuperset(alert.alarms)


def is_open(alert: Alert) -> bool:
    """Whether nobody has ended it."""
    return alert.state == Alert.State.RAISED


def what_was_said(alert: Alert, language: str) -> str:
    """What the patient said of what alarms, in the words of the buttons; where that is not of an
    answer, what the alert is about."""
    parts = _answered(alert, language)
    return listed(parts or map(lower_first, alarm_labels(alert, language)), language)


def in_own_words(alert: Alert, language: str) -> str:
    """What the patient said of what alarms; nothing where it is not of an answer."""
    return upper_first(listed(_answered(alert, language), language))


def written(alert: Alert) -> list[tuple[str, str]]:
    """What the patient wrote in their own words, under its name: for whoever looks into the alert,
    and nobody else."""
    known = reading.by_name(questionnaires.content())
    found = [
        (known[name].short.in_language(current()), str(value))
        for event in alert.answered  # type: ignore[attr-defined]
        for name, value in in_order(event.answer)
        if name in known and known[name].type == "text" and value
    ]
    if alert.wish is not None and alert.wish.note:
        found.append((_MESSAGE[current()], alert.wish.note))
    return list(dict.fromkeys(found))


def _answered(alert: Alert, language: str) -> list[str]:
    """What was answered of what alarms, the gravest first; of equals, the signs first."""
    known = reading.by_name(questionnaires.content())
    found: dict[str, dict[str, int]] = {}
    for event in alert.answered:  # type: ignore[attr-defined]
        rules = _rules_of(event.alarms)
        for name, value in in_order(event.answer):
            question = known.get(name)
            if question is None or question.type not in _TYPES:
                continue
            of = [one for one in rules if question.answers in one.facts]
            if not of or (question.type == SIGNS and "none" in value):
                continue
            label = "" if question.answers == SIGNS else question.short.in_language(language)
            each = [[one] for one in value] if question.type == SIGNS else [value]
            for one in each:
                place = min(
                    (rule.place for rule in of if label or one[0] in rule.signs),
                    default=len(URGENCIES),
                )
                said = found.setdefault(label, {})
                words = said_of(question, one, language)
                said[words] = min(place, said.get(words, place))
    mark = "\u00a0: " if language == "fr" else ": "
    groups = sorted(found.items(), key=lambda one: (min(one[1].values()), bool(one[0])))
    parts = []
    for label, said in groups:
        ordered = [words for words, _place in sorted(said.items(), key=_by_place)]
        if label:
            parts.append(f"{lower_first(label)}{mark}{', '.join(ordered)}")
        else:
            parts.append(", ".join(map(lower_first, ordered)))
    return parts


def _by_place(one: tuple[str, int]) -> int:
    return one[1]


@dataclass(frozen=True)
class _Rule:
    """What an alarm reads, which signs it asks for, and its place among the urgencies."""

    facts: frozenset[str]
    signs: frozenset[str]
    place: int


def _rules_of(alarms: list[Any]) -> list[_Rule]:
    known = {one.id: one for one in following.content().alarms}
    rules = [
        _Rule(
            frozenset(facts_of(known[one].when)),
            frozenset(signs_of(known[one])),
            URGENCIES.index(known[one].urgency),
        )
        for one in alarms
        if one in known
    ]
    if NOTED in alarms:
        rules.append(_Rule(frozenset({SIGNS}), frozenset(), len(URGENCIES)))
    return rules


def for_letters(found: Iterable[Alert], since: datetime | None = None) -> list[Alert]:
    """Those that tell somebody else how the patient is: not what stands in a word to the
    reception before anybody looked at it; those of ``since`` a moment alone."""
    return [
        one
        for one in found
        if (since is None or one.created_at >= since)
        and not (is_open(one) and one.wish_id is not None)
    ]


def in_a_sentence(alert: Alert, language: str) -> str:
    """When, what was said, whether it is open or how it ended."""
    wished = alert.alarms == [PASSED_ON]
    said: dict[str, Any] = {
        "day": date_in_words(to_local(alert.created_at).date(), language),
        "said": _WISHED[language] if wished else what_was_said(alert, language),
    }
    if alert.ended_at is not None:
        said |= {
            "end": date_in_words(to_local(alert.ended_at).date(), language),
            "result": lower_first(outcome_label(alert, language)),
            "reason": alert.reason.rstrip("."),
        }
    return _WORDS[language][alert.state].format(**said)
