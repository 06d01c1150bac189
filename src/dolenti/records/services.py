"""What changes records. Each service is one transaction, and a second submission of the same
form is the same write.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from dolenti.access.models import User
from dolenti.guideline.facts import Case, Ignored, Known, plain, read_value
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.judge import Judge
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.loading import ENGINE
from dolenti.records import attestations, engine, gate, intake
from dolenti.records.inputs import ASSUMED, case_as_json
from dolenti.records.models import Answer, Assessment, CaseFile, EditionSnapshot, pack


class ChangedMeanwhileError(Exception):
    """What would be stored is not what the reader saw."""


@dataclass(frozen=True)
class Seen:
    """A case as it is judged now, and the fingerprint of all that is shown of it."""

    judgement: Judgement
    results: dict[str, dict[str, Any]]
    attestations: dict[str, dict[str, str]]  # by notice: where the clinic stands
    sha256: str

    @property
    def case(self) -> Case:
        """The facts it was judged on."""
        return self.judgement.case

    @property
    def inputs(self) -> dict[str, Any]:
        """What will be stored of the facts."""
        return case_as_json(self.case, self.judgement.policies)


@dataclass(frozen=True)
class Submission:
    """A form sent by a person: the token makes a second sending the same write."""

    user: User
    token: uuid.UUID


def create_case(
    submission: Submission, data: bytes, read: intake.Read, *, reference: str = "", kind: str = ""
) -> CaseFile:
    """Store a document that was read without error. One with one complaint has it chosen."""
    try:
        with transaction.atomic():
            return CaseFile.objects.create(
                site_id=submission.user.site_id,
                author=submission.user,
                submission=submission.token,
                reference=reference,
                about=read.about,
                invented=read.invented,
                kind=kind or read.kind,
                original=zlib.compress(intake.unpacked(data, "")),
                **(_named(read.cases[0]) if len(read.cases) == 1 else {}),
            )
    except IntegrityError:
        return CaseFile.objects.get(author=submission.user, submission=submission.token)


def original(case_file: CaseFile) -> bytes:
    """The document as it came in."""
    return zlib.decompress(bytes(case_file.original))


def read_again(case_file: CaseFile, edition: Edition, as_of: date) -> intake.Read:
    """The stored document, read as of a day. Raises ``InputError``."""
    return intake.read(original(case_file), "", edition, as_of)


def choose_complaint(case_file: CaseFile, complaint: str, as_of: date) -> None:
    """Say which of a document's complaints this case is about; once said, it stays."""
    case = read_again(case_file, engine.edition_in_force(), as_of).case(complaint)
    CaseFile.objects.filter(pk=case_file.pk, complaint="").update(**_named(case))


def _named(case: Case) -> dict[str, str]:
    complaint = case.complaint
    return {
        "complaint": complaint.id,
        "condition": complaint.condition or "",
        "zone": complaint.zone or "",
        "side": complaint.side or "",
    }


def look(user: User, case_file: CaseFile, as_of: date) -> Seen:
    """Judge a case as it stands, on a day, by the edition in force. Raises ``InputError``."""
    edition = engine.edition_in_force()
    read = read_again(case_file, edition, as_of)
    judge = engine.judge(edition, {**case_file.site.policies, **read.policies})
    answers = list(gate.answers(user, case_file))
    case = _with_answers(read.case(case_file.complaint), answers, judge)
    judgement = engine.assess(judge, case)
    standings = attestations.standings(user, edition)
    return _seen(judgement, {notice: asdict(one) for notice, one in standings.items()})


def _seen(judgement: Judgement, standings: dict[str, dict[str, str]]) -> Seen:
    results = engine.in_every_language(judgement)
    inputs = case_as_json(judgement.case, judgement.policies)
    text = json.dumps([results, inputs, standings], sort_keys=True, ensure_ascii=False)
    return Seen(judgement, results, standings, hashlib.sha256(text.encode()).hexdigest())


def _with_answers(case: Case, answers: list[Answer], judge: Judge) -> Case:
    last = {answer.fact: answer for answer in answers}  # in the order they were given
    facts, ignored = dict(case.facts), list(case.ignored)
    dictionary = judge.dictionary
    for fact, answer in last.items():
        if fact not in dictionary.definitions:
            continue  # a fact of an older edition
        if answer.value is None:
            facts.pop(fact, None)
        elif not dictionary.is_fresh(fact, answer.at, case.as_of):
            ignored.append(Ignored(fact, "stale", answer.at, answer.origin))
        else:
            value = read_value(dictionary.definition(fact), answer.value, case.as_of).value
            facts[fact] = Known(value, answer.at, answer.origin)
    return replace(case, facts=facts, ignored=tuple(ignored))


def answer(
    submission: Submission, case_file: CaseFile, answers: Mapping[str, Any], as_of: date
) -> None:
    """Add what was learnt: raw values by fact, ``None`` to take one back.

    Raises ``InputError``, and then nothing is written.
    """
    dictionary = engine.judge(engine.edition_in_force(), {}).dictionary
    for fact, value in answers.items():
        definition = dictionary.definition(fact)
        if value is not None:
            read_value(definition, value, as_of)
    _write_answers(submission, case_file, answers, as_of, Answer.Origin.STATED)


def nothing_else(submission: Submission, case_file: CaseFile, as_of: date) -> None:
    """Answer every open question that has one with its reassuring value, marked as assumed.

    Only the questions of this moment: one that opens later is asked.
    """
    seen = look(submission.user, case_file, as_of)
    judge = engine.judge(seen.judgement.edition, seen.judgement.policies)
    assumed = judge.assess(seen.case, nothing_else=True).assumed
    values = {fact: plain(value) for fact, value in assumed.items()}
    _write_answers(submission, case_file, values, as_of, Answer.Origin.ASSUMED)


def _write_answers(
    submission: Submission,
    case_file: CaseFile,
    answers: Mapping[str, Any],
    as_of: date,
    origin: Answer.Origin,
) -> None:
    try:
        with transaction.atomic():
            Answer.objects.bulk_create(
                Answer(
                    case=case_file,
                    fact=fact,
                    value=value,
                    at=as_of,
                    origin=origin,
                    author=submission.user,
                    submission=submission.token,
                )
                for fact, value in answers.items()
            )
    except IntegrityError:
        kept = Answer.objects.filter(case=case_file, submission=submission.token)
        if {a.fact: a.value for a in kept if a.fact in answers} == dict(answers):
            return  # the same form, sent twice
        # An older page, reached by the back button, now says something else: that is news.
        again = Submission(submission.user, uuid.uuid4())
        _write_answers(again, case_file, answers, as_of, origin)


def store_assessment(
    submission: Submission, case_file: CaseFile, as_of: date, seen_sha256: str
) -> Assessment:
    """Store the assessment as it was seen, with its inputs and its whole edition.

    Raises ``ChangedMeanwhileError`` where what would be stored is not what was seen.
    """
    twin = Assessment.objects.filter(
        author=submission.user, submission=submission.token, case=case_file
    ).first()
    if twin is not None:
        return twin
    seen = look(submission.user, case_file, as_of)
    if seen.sha256 != seen_sha256:
        raise ChangedMeanwhileError
    try:
        with transaction.atomic():
            return Assessment.objects.create(
                case=case_file,
                author=submission.user,
                submission=submission.token,
                edition=_snapshot(),
                engine=ENGINE,
                as_of=as_of,
                inputs=seen.inputs,
                packed=pack(seen.results),
                sha256=seen.sha256,
                attestations=seen.attestations,
                statuses={v.therapy.id: v.status for v in seen.judgement.verdicts},
            )
    except IntegrityError:
        return Assessment.objects.get(author=submission.user, submission=submission.token)


def _snapshot() -> EditionSnapshot:
    edition = engine.edition_in_force()
    snapshot, _ = EditionSnapshot.objects.get_or_create(
        sha256=edition.sha256,
        defaults={
            "version": edition.manifest.version,
            "packed": lambda: pack(engine.texts_in_force()),
        },
    )
    return snapshot


__all__ = [
    "ASSUMED",
    "ChangedMeanwhileError",
    "Seen",
    "Submission",
    "answer",
    "choose_complaint",
    "create_case",
    "look",
    "nothing_else",
    "original",
    "read_again",
    "store_assessment",
]
