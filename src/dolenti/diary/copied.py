"""Answers, alerts and ends of the follow-up, as they stand in the copy of a whole record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from dolenti.calendar.moments import to_local
from dolenti.diary import following, reading
from dolenti.diary.alerts import NOTED
from dolenti.diary.following import Told
from dolenti.diary.models import Alert, Answer, Stop
from dolenti.fhir import record_values as values
from dolenti.records.copying import Copier, Copying

_ANSWER: Final = {"fr": "Réponse du patient", "en": "Answer of the patient"}
_ALERT: Final = {"fr": "Alerte", "en": "Alert"}
_STOP: Final = {"fr": "Fin du suivi", "en": "End of the follow-up"}
_WISH: Final = {"fr": "souhaite être appelé", "en": "wishes to be called"}
_NOTED: Final = {"fr": "signe signalé, à lire", "en": "a sign was told: to be read"}
_NONE: Final = {"fr": "aucun", "en": "none"}
_WHY: Final = {
    "withdrawn": {"fr": "le patient ne souhaite plus être suivi", "en": "the patient wants none"},
    "died": {"fr": "décès", "en": "death"},
}


def in_words(answer: Answer, told: Told, language: str) -> list[tuple[str, str]]:
    """Each question of an answer and what was answered, in words; what the edition in force no
    longer knows as it was sent. ``told`` is what the record of its course says."""
    content = following.content()
    facts = told.at(answer.received_at)
    try:
        first = reading.questions(content, answer.window, facts)
    except StopIteration:
        first = []
    known = {one.id: one for one in (*first, *reading.details(content, first))}
    found = []
    for name, value in answer.answers.items():
        question = known.get(name)
        if question is None:
            found.append((name, str(value)))
            continue
        labels = {
            one.id: one.label.in_language(language)
            for one in reading.options(content, question, facts)
        }
        if isinstance(value, list):
            said = ", ".join(labels.get(str(one), str(one)) for one in value) or _NONE[language]
        elif question.type == "nrs":
            said = f"{value}/10"
        elif question.unit:
            said = f"{value:g}\u00a0{question.unit}".replace(".", "," if language == "fr" else ".")
        else:
            said = labels.get(str(value), str(value))
        found.append((question.short.in_language(language), said))
    return found


def alarm_labels(alert: Alert, language: str) -> list[str]:
    """What an alert is about, in the clinic's words."""
    known = {one.id: one.clinic.in_language(language) for one in following.content().alarms}
    known[NOTED] = _NOTED[language].capitalize()
    return [known.get(name, name) for name in alert.alarms] or [_WISH[language].capitalize()]


def _answers(copying: Copying) -> Iterator[values.Piece]:
    records: dict[int, Told] = {}
    found = Answer.objects.filter(patient__in=copying.family).order_by("pk")
    for one in found.select_related("course__complaint"):
        if one.course_id not in records:
            records[one.course_id] = following.told_of(one.course)
        said = in_words(one, records[one.course_id], copying.language)
        resource: dict[str, Any] = {
            "resourceType": "QuestionnaireResponse",
            "id": one.public_id,
            "status": "amended" if one.amends_id else "completed",
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "authored": to_local(one.received_at).isoformat(),
            "item": [
                {"linkId": name, "text": words, "answer": [{"valueString": value}]}
                for name, (words, value) in zip(one.answers, said, strict=True)
            ],
        }
        told = "; ".join(f"{words} {value}" for words, value in said)
        told += f" ({one.answered_by})" if one.answered_by else ""
        yield values.Piece(resource, _ANSWER[copying.language], to_local(one.received_at), told)


def _alerts(copying: Copying) -> Iterator[values.Piece]:
    found = Alert.objects.filter(patient__in=copying.family).order_by("pk")
    for one in found.prefetch_related("events"):
        said = "; ".join(alarm_labels(one, copying.language))
        period = {"start": to_local(one.created_at).isoformat()}
        if one.ended_at is not None:
            period["end"] = to_local(one.ended_at).isoformat()
        resource: dict[str, Any] = {
            "resourceType": "Flag",
            "id": one.public_id,
            "status": "active" if one.state == Alert.State.RAISED else "inactive",
            "code": {"text": said},
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "period": period,
        }
        told = [said, *(event.note for event in one.events.all() if event.note)]
        yield values.Piece(
            resource, _ALERT[copying.language], to_local(one.created_at), ", ".join(told)
        )


def _stops(copying: Copying) -> Iterator[values.Piece]:
    for one in Stop.objects.filter(patient__in=copying.family).order_by("pk"):
        said = _WHY[one.why][copying.language]
        resource: dict[str, Any] = {
            "resourceType": "Flag",
            "id": one.public_id,
            "status": "active",
            "code": {"text": f"{_STOP[copying.language]}: {said}"},
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "period": {"start": to_local(one.created_at).isoformat()},
        }
        told = f"{said}, {one.note}" if one.note else said
        yield values.Piece(resource, _STOP[copying.language], to_local(one.created_at), told)


answers: Final = Copier(values.Piece, _answers)
alerts: Final = Copier(values.Piece, _alerts)
stops: Final = Copier(values.Piece, _stops)
