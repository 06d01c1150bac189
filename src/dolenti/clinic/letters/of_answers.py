"""What the patient answered between the visits, for a letter: in French, always as the patient's
word with its day. Only choices and numbers are read: what somebody typed is not repeated."""

from __future__ import annotations

from functools import cached_property

from dolenti.access.models import User
from dolenti.calendar.moments import local_day
from dolenti.diary import gate as diary_gate
from dolenti.diary import questionnaires, reading
from dolenti.diary.copied import said_of
from dolenti.diary.models import Answer
from dolenti.guideline.words import date_in_words, lower_first
from dolenti.treatment.models import Course

UNKNOWN = "unknown"
MEDICINE, WHICH = "medicine-today", "medicine-which"


class OfAnswers:
    """Reads the last answer to a question of a course. What was not answered is ``None``."""

    def __init__(self, user: User, course: Course | None) -> None:
        self.user = user
        self.course = course

    @cached_property
    def _answers(self) -> list[Answer]:
        """The last first."""
        if self.course is None:
            return []
        found = diary_gate.between(self.user, self.course).answers
        return sorted(found, key=lambda one: (one.received_at, one.pk), reverse=True)

    def said(self, name: str) -> str | None:
        """What was last answered to a question, with when; ``None`` where that is not known."""
        last = self._last(name)
        return None if last is None else f"{self._words(name, last)}{_told(last)}"

    def medicines(self) -> tuple[str, ...] | None:
        """What was taken against the pain on the day of the last answer that says so."""
        last = self._last(MEDICINE)
        if last is None:
            return None
        which = f"\u00a0: {self._words(WHICH, last)}" if last.answers.get(WHICH) else ""
        return (f"contre la douleur, {self._words(MEDICINE, last)}{which}{_told(last)}",)

    def _last(self, name: str) -> Answer | None:
        return next((one for one in self._answers if _is_known(one.answers.get(name))), None)

    def _words(self, name: str, answer: Answer) -> str:
        question = reading.by_name(questionnaires.content())[name]
        return lower_first(said_of(question, answer.answers[name], "fr"))


def _is_known(value: object) -> bool:
    return value is not None and value != UNKNOWN


def _told(answer: Answer) -> str:
    """Who says so, and when. Who answers for a patient is not named in a letter."""
    who = "d’un proche pour le patient" if answer.answered_by else "du patient"
    return f" (réponse {who}, le {date_in_words(local_day(answer.received_at), 'fr')})"
