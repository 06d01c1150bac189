"""Answers, alerts and ends of the follow-up, as they stand in the copy of a whole record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from dolenti.calendar.moments import to_local
from dolenti.diary import following, history, questionnaires, reading, when
from dolenti.diary.alerts import (
    CALL,
    CHECKED,
    DEAD,
    NO_MESSAGES,
    NOT_ME,
    NOTED,
    PASSED_ON,
    PASSED_ON_BY,
    UNREACHED,
)
from dolenti.diary.models import Alert, Answer, ConsentReply, History, Message, Reach, Stop, Wish
from dolenti.fhir import record_values as values
from dolenti.guideline.diary import URGENCIES
from dolenti.guideline.diary.shapes.questions import Question
from dolenti.guideline.scoring.exact import one_decimal
from dolenti.guideline.words import date_in_words
from dolenti.records import engine
from dolenti.records.copying import Copier, Copying

_ANSWER: Final = {"fr": "Réponse du patient", "en": "Answer of the patient"}
_SCORE: Final = {"fr": "Score", "en": "Score"}
_HISTORY: Final = {
    "fr": "Dit par le patient avant la visite, confirmé seulement si le dossier le reprend",
    "en": "Told by the patient before the visit, confirmed only where the record states it",
}
_ALERT: Final = {"fr": "Alerte", "en": "Alert"}
_STOP: Final = {"fr": "Fin du suivi", "en": "End of the follow-up"}
_WISH: Final = {"fr": "demande un appel", "en": "asks for a call"}
_NOTED: Final = {"fr": "signe signalé, à lire", "en": "a sign was told: to be read"}
_NOT_ME: Final = {
    "fr": "ce numéro ou cette adresse n’est peut-être pas au patient",
    "en": "this number or address may not be the patient’s",
}
_DEAD: Final = {
    "fr": "l’adresse électronique ne reçoit plus les messages\u00a0: la vérifier",
    "en": "the e-mail address takes no messages any more: check it",
}
_NO_MESSAGES: Final = {
    "fr": "ne veut plus de messages\u00a0: à confirmer avec le patient",
    "en": "wants no more messages: to be confirmed with the patient",
}
_UNREACHED: Final = {
    "fr": "les messages ne parviennent pas au patient\u00a0: l’appeler, vérifier ses coordonnées",
    "en": "messages do not reach the patient: call them, check the address",
}
_PASSED_ON: Final = {
    "fr": "demande transmise par le secrétariat\u00a0: à lire par un soignant",
    "en": "a request that reception passed on: to be read by a clinician",
}
_CHECKED: Final = {"fr": "Coordonnées vérifiées", "en": "Address and number checked"}
_NONE: Final = {"fr": "aucun", "en": "none"}
_REACH: Final = {"fr": "Messages au patient", "en": "Messages to the patient"}
_MESSAGE: Final = {"fr": "Message envoyé au patient", "en": "Message to the patient"}
_WAYS: Final = {
    "none": {"fr": "aucun", "en": "none"},
    "mail": {"fr": "par courriel", "en": "by e-mail"},
    "sms": {"fr": "par SMS", "en": "by SMS"},
}
_BECAME: Final = {
    "waiting": {"fr": "en cours d’envoi", "en": "on its way"},
    "sent": {"fr": "envoyé", "en": "sent"},
    "sending": {"fr": "en cours d’envoi", "en": "on its way"},
    "in-doubt": {"fr": "envoyé ou non, nul ne le sait", "en": "sent or not, nobody knows"},
    "not-needed": {"fr": "devenu inutile", "en": "not needed any more"},
    "failed": {"fr": "non remis", "en": "not delivered"},
    "returned": {"fr": "non remis, revenu plus tard", "en": "not delivered, came back later"},
    "astray": {"fr": "reçu par quelqu’un d’autre", "en": "got by somebody else"},
}
_STATUS: Final = {
    "waiting": "preparation", "sent": "completed", "not-needed": "not-done", "failed": "not-done",
    "astray": "not-done", "returned": "not-done", "sending": "preparation", "in-doubt": "unknown",
}  # fmt: skip
_PARTS: Final = {
    "morning": {"fr": "le matin", "en": "in the morning"},
    "afternoon": {"fr": "l’après-midi", "en": "in the afternoon"},
}
_TAKEN_BACK: Final = {"fr": "retiré ou modifié par le patient", "en": "withdrawn or changed"}
_WISHES: Final = {
    "comes": {"fr": "le patient vient", "en": "the patient is coming"},
    "move": {"fr": "demande une autre date", "en": "asks for another time"},
    "another": {"fr": "demande un rendez-vous", "en": "asks for an appointment"},
    "call": {"fr": "demande un appel", "en": "asks for a call"},
}
_REPLIES: Final = {
    "question": {"fr": "question", "en": "question"},
    "at-visit": {"fr": "signera au rendez-vous", "en": "will sign at the visit"},
    "declined": {"fr": "ne le souhaite pas", "en": "does not wish it"},
}
_SETTLED: Final = {
    "visit": {"fr": "réponse au rendez-vous", "en": "answered at the visit"},
    "phone": {"fr": "réponse par téléphone", "en": "answered by telephone"},
    "here": {"fr": "réponse écrite", "en": "answered in writing"},
}
_WHY: Final = {
    "withdrawn": {"fr": "le patient ne souhaite plus être suivi", "en": "the patient wants none"},
    "died": {"fr": "décès", "en": "death"},
}


def in_words(answer: Answer, language: str, hidden: Collection[str] = ()) -> list[tuple[str, str]]:
    """Each question of an answer and what was answered, in words, but what is ``hidden``; what the
    edition in force no longer knows as it was sent."""
    known = reading.by_name(questionnaires.content())
    return [
        (name, str(value))
        if name not in known
        else (known[name].short.in_language(language), said_of(known[name], value, language))
        for name, value in in_order(answer)
        if name not in hidden
    ]


def hidden_until_end() -> frozenset[str]:
    """The questions whose answer a practitioner reads by name only once the course is over."""
    return frozenset(one.id for one in following.content().questions if one.hidden_until_end)


def in_order(answer: Answer) -> list[tuple[str, Any]]:
    """What was answered, in the order in which it is asked: a database may keep another."""
    places = {name: place for place, name in enumerate(reading.by_name(questionnaires.content()))}
    return sorted(answer.answers.items(), key=lambda one: (places.get(one[0], len(places)), one[0]))


def said_of(question: Question, value: Any, language: str) -> str:
    """What was answered to a question, in words."""
    labels = {one.id: one.label.in_language(language) for one in question.options}
    if isinstance(value, list):
        none = question.none.in_language(language) if question.none else _NONE[language]
        return ", ".join(labels.get(str(one), str(one)) for one in value) or none
    if question.type == "nrs":
        return f"{value}/10"
    if question.unit:
        return f"{value:g}\u00a0{question.unit}".replace(".", "," if language == "fr" else ".")
    return labels.get(str(value), str(value))


def alarm_labels(alert: Alert, language: str) -> list[str]:
    """What an alert is about, in the clinic's words, the gravest first."""
    known = {one.id: one.clinic.in_language(language) for one in following.content().alarms}
    ours = ((NOT_ME, _NOT_ME), (DEAD, _DEAD), (NO_MESSAGES, _NO_MESSAGES), (NOTED, _NOTED),
            (UNREACHED, _UNREACHED), (PASSED_ON, _PASSED_ON))  # fmt: skip
    known |= {one: said[language].capitalize() for one, said in ours}
    flags = engine.edition_in_force().red_flags
    known |= {one.id: one.because.in_language(language) for one in flags}
    urgency = {one.id: one.urgency for one in following.content().alarms}
    urgency |= {one.id: one.urgency for one in flags} | {PASSED_ON: PASSED_ON_BY}
    said = sorted(alert.alarms, key=lambda name: URGENCIES.index(urgency.get(name, CALL)))
    return [known.get(name, name) for name in said] or [_WISH[language].capitalize()]


def listed(labels: Iterable[str], language: str) -> str:
    """Several sentences as one, between semicolons."""
    mark = "\u00a0; " if language == "fr" else "; "
    return mark.join(one.strip().rstrip(".") for one in labels)


def outcome_label(alert: Alert, language: str) -> str:
    """How an alert ended, in words; nothing while it stands."""
    if alert.outcome == CHECKED:
        return _CHECKED[language]
    known = {one.id: one.label for one in following.content().alarm_rules.outcomes}
    found = known.get(alert.outcome)
    return found.in_language(language) if found else alert.outcome


def _answers(copying: Copying) -> Iterator[values.Piece]:
    for one in Answer.objects.filter(patient__in=copying.family).order_by("pk"):
        said = in_words(one, copying.language)
        resource: dict[str, Any] = {
            "resourceType": "QuestionnaireResponse",
            "id": one.public_id,
            "status": "amended" if one.amends_id else "completed",
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "authored": to_local(one.received_at).isoformat(),
            "item": [
                {"linkId": name, "text": words, "answer": [{"valueString": value}]}
                for (name, _), (words, value) in zip(in_order(one), said, strict=True)
            ],
        }
        told = "; ".join(f"{words} {value}" for words, value in said)
        told += f" ({one.answered_by})" if one.answered_by else ""
        if (score := questionnaires.score_of(one)) is not None:
            said_score = questionnaires.in_words(score, copying.language)
            told += f"; {_SCORE[copying.language]} {said_score}"
            resource["item"].append(
                {"linkId": "score", "text": _SCORE[copying.language],
                 "answer": [{"valueDecimal": one_decimal(score)}]}
            )  # fmt: skip
        yield values.Piece(resource, _ANSWER[copying.language], to_local(one.received_at), told)


def _histories(copying: Copying) -> Iterator[values.Piece]:
    for one in History.objects.filter(patient__in=copying.family).order_by("pk"):
        said = history.in_words(one, copying.language)
        resource: dict[str, Any] = {
            "resourceType": "QuestionnaireResponse",
            "id": one.public_id,
            "status": "completed" if one.is_whole else "in-progress",
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "authored": to_local(one.received_at).isoformat(),
            "item": [
                {"linkId": line.fact, "text": line.asked, "answer": [{"valueString": line.said}]}
                for line in said
            ],
        }
        told = "; ".join(f"{line.asked} {line.said}" for line in said)
        told += f" ({one.answered_by})" if one.answered_by else ""
        yield values.Piece(resource, _HISTORY[copying.language], to_local(one.received_at), told)


def _alerts(copying: Copying) -> Iterator[values.Piece]:
    found = Alert.objects.filter(patient__in=copying.family).order_by("pk")
    for one in found.prefetch_related("events"):
        said = listed(alarm_labels(one, copying.language), copying.language)
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
        result = [outcome_label(one, copying.language)] if one.outcome else []
        told = [said, *result, *(event.note for event in one.events.all() if event.note)]
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


def _reaches(copying: Copying) -> Iterator[values.Piece]:
    for one in Reach.objects.filter(patient__in=copying.family).order_by("pk"):
        said = _WAYS[one.channel][copying.language]
        resource: dict[str, Any] = {
            "resourceType": "Basic",
            "id": one.public_id,
            "code": {"text": f"{_REACH[copying.language]}: {said}"},
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "created": to_local(one.created_at).date().isoformat(),
        }
        yield values.Piece(resource, _REACH[copying.language], to_local(one.created_at), said)


def _messages(copying: Copying) -> Iterator[values.Piece]:
    for one in Message.objects.filter(patient__in=copying.family).order_by("pk"):
        at = to_local(one.over_at or one.created_at)
        said = f"{_WAYS[one.channel][copying.language]}, {_BECAME[one.state][copying.language]}"
        resource: dict[str, Any] = {
            "resourceType": "Communication",
            "id": one.public_id,
            "status": _STATUS[one.state],
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "topic": {"text": f"{_MESSAGE[copying.language]}: {said}"},
        }
        if one.state == Message.State.SENT:
            resource["sent"] = at.isoformat()
        yield values.Piece(resource, _MESSAGE[copying.language], at, said)


def _when(wish: Wish, language: str) -> list[str]:
    """When a patient can come, where they said it."""
    part = _PARTS[wish.part][language] if wish.part != Wish.Part.ANY else ""
    return [part, when.weekdays(wish, language), *when.limits(wish, language, date_in_words)]


def _wishes(copying: Copying) -> Iterator[values.Piece]:
    for one in Wish.objects.filter(patient__in=copying.family).order_by("pk"):
        told = ": ".join(part for part in (_WISHES[one.kind][copying.language], one.note) if part)
        back = _TAKEN_BACK[copying.language] if one.withdrawn_at else ""
        asked = _when(one, copying.language)
        said = "; ".join(part for part in (told, *asked, one.answer, back) if part)
        resource: dict[str, Any] = {
            "resourceType": "Basic",
            "id": one.public_id,
            "code": {"text": said},
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "created": to_local(one.created_at).date().isoformat(),
        }
        label = {"fr": "Demande au secrétariat", "en": "Request to reception"}[copying.language]
        yield values.Piece(resource, label, to_local(one.created_at), said)


def _replies(copying: Copying) -> Iterator[values.Piece]:
    for one in ConsentReply.objects.filter(patient__in=copying.family).order_by("pk"):
        told = [_REPLIES[one.kind][copying.language], one.text]
        if one.settled_how:
            told += [_SETTLED[one.settled_how][copying.language], one.note]
        said = "; ".join(part for part in told if part)
        said += f" ({one.answered_by})" if one.answered_by else ""
        resource: dict[str, Any] = {
            "resourceType": "Basic",
            "id": one.public_id,
            "code": {"text": said},
            "subject": {"reference": f"Patient/{copying.patient.public_id}"},
            "created": to_local(one.created_at).date().isoformat(),
        }
        label = {"fr": "Réponse à un consentement", "en": "Reply to a consent"}[copying.language]
        yield values.Piece(resource, label, to_local(one.created_at), said)


answers: Final = Copier(values.Piece, _answers)
replies: Final = Copier(values.Piece, _replies)
histories: Final = Copier(values.Piece, _histories)
alerts: Final = Copier(values.Piece, _alerts)
wishes: Final = Copier(values.Piece, _wishes)
stops: Final = Copier(values.Piece, _stops)
reaches: Final = Copier(values.Piece, _reaches)
messages: Final = Copier(values.Piece, _messages)
