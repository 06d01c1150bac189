"""The questionnaires that this site holds the licence of: folders of data beside its database.

A folder that cannot be read is named with its file and line (``dolenti questionnaires``, and the
page of what is ready); the others are asked, and the site starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec
from django.conf import settings
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.roles import Permission
from dolenti.diary import following, reading
from dolenti.diary.models import Answer
from dolenti.diary.reading import SCORED
from dolenti.guideline import diary as guided
from dolenti.guideline.diary.questionnaires import FILE, SiteQuestionnaire, read
from dolenti.guideline.diary.shapes.questions import Option
from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring.exact import one_decimal
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records import engine
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.places import zone_of
from dolenti.treatment.models import Course

FOLDER: Final = "questionnaires"
"""Below the site’s data; each folder in it is one."""
LARGEST: Final = 200_000
"""Bytes of one file: the longest questionnaire has a tenth of it."""


@dataclass(frozen=True)
class Installed:
    """The questionnaires that can be asked, by their ids, and what is wrong with the others."""

    there: Mapping[str, SiteQuestionnaire]
    faults: tuple[InputError, ...]


Files = tuple[tuple[Path, int, int], ...]


def installed() -> Installed:
    """What stands in the site’s folder now: read again where a file changed."""
    return _read(_files())


def folder() -> Path:
    """Where they stand."""
    found: Path = settings.DATA / FOLDER
    return found


def _files() -> Files:
    files = sorted(folder().glob(f"*/{FILE}")) if folder().is_dir() else []
    found = [(one, one.stat()) for one in files]
    return tuple((one, state.st_mtime_ns, state.st_size) for one, state in found)


@lru_cache(maxsize=4)
def _read(files: Files) -> Installed:
    there, faults = {}, []
    for file, _, size in files:
        name = file.parent.name
        try:
            text, edition = _text(file, size), engine.edition_in_force()
            there[name] = read(following.content(), edition, name, text)
        except InputError as error:
            faults.append(error)
    return Installed(MappingProxyType(there), tuple(faults))


def _text(file: Path, size: int) -> str:
    name = f"{file.parent.name}/{FILE}"
    if size > LARGEST:
        raise InputError("the file is too large", name, fr="le fichier est trop grand")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is not UTF-8; save it as UTF-8",
            name,
            fr=f"l’octet {error.start} n’est pas de l’UTF-8\u00a0; enregistrez le fichier en UTF-8",
        ) from None


def content() -> guided.Content:
    """What the edition in force says, as it is asked: with the places of the body where a question
    is where it hurts, and with the questions of the site’s own questionnaires."""
    return _content(_files())


@lru_cache(maxsize=4)
def _content(files: Files) -> guided.Content:
    known, more = following.content(), _read(files).there.values()
    theirs = tuple(question for one in more for question in one.questions())
    zones = engine.edition_in_force().zones
    places = tuple(Option(id=one.id, label=one.label) for one in zones)
    ours = tuple(
        msgspec.structs.replace(one, options=places) if one.type == "place" else one
        for one in known.questions
    )
    return msgspec.structs.replace(known, questions=(*ours, *theirs))


def lacking(zone: str) -> list[str]:
    """The measures that the knowledge would have asked of a pain of this zone, by their ids, whose
    words this site has not."""
    there = installed().there
    named = following.content().questionnaires
    return [one.measure for one in named if zone in one.zones and one.id not in there]


def of_zone(zone: str) -> list[SiteQuestionnaire]:
    """Those of pains of this zone."""
    return [one for one in installed().there.values() if zone in one.zones]


@dataclass(frozen=True)
class Scored:
    """A questionnaire of a course: its last score before the first act, and its last after."""

    asked: SiteQuestionnaire
    before: Fraction | None
    after: Fraction | None

    @property
    def better(self) -> Fraction | None:
        """By how many points it is better; less than nothing where it is worse."""
        if self.before is None or self.after is None:
            return None
        change = self.after - self.before
        return change if self.asked.higher_is == "better" else -change

    @property
    def reached(self) -> bool | None:
        """Whether it is better by the smallest difference that matters; ``None`` where nobody
        knows."""
        if self.better is None or self.asked.smallest is None:
            return None
        return self.better >= Fraction(str(self.asked.smallest.points))


def scored(zone: str, answers: Sequence[Answer], begun: datetime | None) -> list[Scored]:
    """The scores of a course whose pain is of a zone, of its answers, the first first; ``begun`` is
    when it was first treated."""
    found = []
    for one in of_zone(zone):
        scores = [
            (answer, score) for answer in answers
            if answer.window == SCORED + one.id
            if (score := one.score(answer.answers)) is not None
        ]  # fmt: skip
        before = [score for answer, score in scores if begun is None or answer.received_at < begun]
        after = [score for answer, score in scores if begun and answer.received_at >= begun]
        if before or after:
            found.append(Scored(one, before[-1] if before else None, after[-1] if after else None))
    return found


def score_of(answer: Answer) -> Fraction | None:
    """The score of an answer; ``None`` where it is none of a questionnaire that stands here, or too
    little was answered."""
    asked = installed().there.get(answer.window.removeprefix(SCORED))
    return asked.score(answer.answers) if asked and answer.window.startswith(SCORED) else None


def in_words(score: Fraction, language: str) -> str:
    """A score as it is written: one decimal, where there is one."""
    said = f"{one_decimal(score):g}"
    return said.replace(".", ",") if language == "fr" else said


def enter(
    submission: Submission, course: Course, name: str, sent: reading.Answers
) -> Answer:  # fmt: skip
    """Answers that the patient gave at the clinic, on paper or aloud, entered by somebody. Sent
    twice they are once. Raises ``AnswerRefusedError``, ``NotAllowedError``."""
    asked = installed().there.get(name)
    if asked is None or zone_of(course.complaint) not in asked.zones:
        raise reading.AnswerRefusedError(
            "this questionnaire is not asked of this pain",
            fr="ce questionnaire n’est pas posé pour cette douleur",
        )
    kept = reading.read(content(), SCORED + name, {}, sent)
    if not kept:
        raise reading.AnswerRefusedError(
            "nothing is answered: give one answer at least",
            fr="rien n’est répondu\u00a0: donnez au moins une réponse",
        )

    def make() -> Answer:
        locking.hold(course.patient)
        now = timezone.now()
        made = Answer.objects.create(
            patient=course.patient, course=course, window=SCORED + name, anchor="",
            form_key=submission.token, answers=kept, unscheduled=True, author=submission.user,
            edition=snapshot_in_force(), opened_at=now, received_at=now,
        )  # fmt: skip
        audit.record(
            "enter-answer", actor=submission.actor, kind="answer", object_id=made.public_id,
            patient_id=course.patient.public_id, detail={"window": made.window},
        )  # fmt: skip
        return made

    with writing_record(submission.actor, Permission.FOLLOW_UP, course.patient):
        return once(submission, Answer, make)
