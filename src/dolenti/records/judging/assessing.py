"""A complaint judged: as it stands now, with what is learnt at the screen, and as it is stored.

Each service is one transaction, and a second submission of the same form is the same write.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.guideline.facts import Case, Dictionary, Known, plain, read_value
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.loading import ENGINE
from dolenti.records import engine, gate
from dolenti.records.facts.inputs import case_as_json
from dolenti.records.facts.knowing import case_of, told_by
from dolenti.records.judging import attestations, referrals
from dolenti.records.models import Assessment, Complaint, EditionSnapshot, Statement, pack
from dolenti.records.once import Submission


class ChangedMeanwhileError(Exception):
    """What would be stored is not what the reader saw."""


@dataclass(frozen=True)
class Seen:
    """A case as it is judged now, with all that is shown of it."""

    judgement: Judgement
    attestations: dict[str, dict[str, str]]  # by notice: where the clinic stands
    stale: dict[str, Known]  # the last values that are too old to count: shown, never judged

    @property
    def case(self) -> Case:
        """The facts it was judged on."""
        return self.judgement.case

    @property
    def inputs(self) -> dict[str, Any]:
        """What will be stored of the facts."""
        return case_as_json(self.case, self.judgement.policies)

    @property
    def fingerprint(self) -> str:
        """The same for the same page: every word of it follows from the facts, the choices, the
        edition, the engine and where the clinic stands."""
        edition = self.judgement.edition.sha256
        return _digest([self.inputs, edition, ENGINE, self.attestations])


def look(user: User, complaint: Complaint, as_of: date) -> Seen:
    """Judge a complaint as it stands, on a day, by the edition in force. Raises ``InputError``."""
    judgement, statements, dictionary = _judged(user, complaint, as_of)
    standings = attestations.standings(user, judgement.edition)
    stale = told_by(statements, dictionary, as_of).stale
    return Seen(judgement, {notice: asdict(one) for notice, one in standings.items()}, stale)


def judged(user: User, complaint: Complaint, as_of: date) -> Judgement:
    """Only the judgement of a complaint as it stands. Raises ``InputError``."""
    return _judged(user, complaint, as_of)[0]


def _judged(
    user: User, complaint: Complaint, as_of: date
) -> tuple[Judgement, list[Statement], Dictionary]:
    judge = engine.judge(engine.edition_in_force(), policies_of(complaint))
    statements = list(gate.statements(user, complaint))
    case = case_of(complaint, statements, judge.dictionary, as_of)
    return engine.assess(judge, case), statements, judge.dictionary


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def policies_of(complaint: Complaint) -> dict[str, str]:
    """The choices in force: the site's, and those of the document the complaint came in."""
    known = {policy.id for policy in engine.edition_in_force().policies}
    reading = complaint.document.reading if complaint.document else {}
    chosen = {**complaint.patient.site.policies, **reading.get("policies", {})}
    return {name: value for name, value in chosen.items() if name in known}


def answer(
    submission: Submission, complaint: Complaint, answers: Mapping[str, Any], as_of: date
) -> None:
    """Add what was learnt: raw values by fact, ``None`` to take one back.

    Raises ``InputError``, and then nothing is written.
    """
    dictionary = engine.judge(engine.edition_in_force(), {}).dictionary
    for fact, value in answers.items():
        definition = dictionary.definition(fact)
        if value is not None:
            read_value(definition, value, as_of)
    _state(submission, complaint, answers, as_of, Statement.Origin.STATED)


def nothing_else(submission: Submission, complaint: Complaint, as_of: date) -> None:
    """Answer every open question that has one with its reassuring value, marked as assumed.

    Only the questions of this moment: one that opens later is asked.
    """
    seen = look(submission.user, complaint, as_of)
    judge = engine.judge(seen.judgement.edition, seen.judgement.policies)
    assumed = judge.assess(seen.case, nothing_else=True).assumed
    values = {fact: plain(value) for fact, value in assumed.items()}
    _state(submission, complaint, values, as_of, Statement.Origin.ASSUMED)


def _state(
    submission: Submission,
    complaint: Complaint,
    answers: Mapping[str, Any],
    as_of: date,
    origin: Statement.Origin,
) -> None:
    about = {fact.id: fact.about for fact in engine.edition_in_force().facts}
    try:
        with transaction.atomic():
            Statement.objects.bulk_create(
                Statement(
                    patient=complaint.patient,
                    complaint=complaint if about[fact] == "complaint" else None,
                    fact=fact,
                    value=value,
                    at=as_of,
                    origin=origin,
                    author=submission.user,
                    submission=submission.token,
                )
                for fact, value in answers.items()
            )
            audit.record(
                "state",
                actor=submission.user,
                kind="complaint",
                object_id=complaint.public_id,
                patient_id=complaint.patient.public_id,
                detail={"facts": sorted(answers), "origin": str(origin)},
            )
    except IntegrityError:
        kept = Statement.objects.filter(
            patient=complaint.patient, submission=submission.token, author=submission.user
        )
        if {a.fact: a.value for a in kept if a.fact in answers} == dict(answers):
            return  # the same form, sent twice
        # An older page, reached by the back button, now says something else: that is news.
        again = Submission(submission.user, uuid.uuid4())
        _state(again, complaint, answers, as_of, origin)


def store_assessment(
    submission: Submission, complaint: Complaint, as_of: date, fingerprint: str
) -> Assessment:
    """Store the assessment as it was seen, with its inputs and its whole edition.

    Raises ``ChangedMeanwhileError`` where what would be stored is not what was seen.
    """
    twin = Assessment.objects.filter(
        author=submission.user, submission=submission.token, complaint=complaint
    ).first()
    if twin is not None:
        return twin
    seen = look(submission.user, complaint, as_of)
    if seen.fingerprint != fingerprint:
        raise ChangedMeanwhileError
    results = engine.in_every_language(seen.judgement)
    try:
        with transaction.atomic():
            stored = Assessment.objects.create(
                complaint=complaint,
                author=submission.user,
                submission=submission.token,
                edition=snapshot_in_force(),
                engine=ENGINE,
                as_of=as_of,
                inputs=seen.inputs,
                packed=pack(results),
                sha256=_digest([results, seen.inputs, seen.attestations]),
                attestations=seen.attestations,
                statuses={v.therapy.id: v.status for v in seen.judgement.verdicts},
            )
            referrals.open_where_stopped(stored, seen.judgement)
            audit.record(
                "store",
                actor=submission.user,
                kind="assessment",
                object_id=stored.public_id,
                patient_id=complaint.patient.public_id,
            )
            return stored
    except IntegrityError:
        return Assessment.objects.get(author=submission.user, submission=submission.token)


def snapshot_in_force() -> EditionSnapshot:
    """The edition in force, as it is stored: whole, once."""
    edition = engine.edition_in_force()
    snapshot, _ = EditionSnapshot.objects.get_or_create(
        sha256=edition.sha256,
        defaults={
            "version": edition.manifest.version,
            "packed": lambda: pack(engine.texts_in_force()),
        },
    )
    return snapshot
