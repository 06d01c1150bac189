"""A complaint judged: as it stands now, with what is learnt at the screen, and as it is stored.

Each service is one transaction, and a second submission of the same form is the same write.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.writing import insist
from dolenti.guideline.facts import Case, Dictionary, Known, Unread, read_value
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.loading import ENGINE
from dolenti.ledger.digests import digest
from dolenti.ledger.models import pack
from dolenti.ledger.once import Submission
from dolenti.records import engine, gate
from dolenti.records.facts import meanings
from dolenti.records.facts import recorded as on_record
from dolenti.records.facts.inputs import Aside, aside_as_json, case_as_json
from dolenti.records.facts.knowing import case_of, told_by
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging import attestations, referrals
from dolenti.records.models import Assessment, Complaint, Document, EditionSnapshot, Statement


class ChangedMeanwhileError(Exception):
    """What would be stored is not what the reader saw."""


@dataclass(frozen=True)
class Seen:
    """A case as it is judged now, with all that is shown of it."""

    judgement: Judgement
    attestations: dict[str, dict[str, str]]  # by notice: where the clinic stands
    stale: Mapping[str, Known]  # the last values that are too old to count: shown, never judged
    supposed: Mapping[str, Known]  # what nobody stated: shown as such, never judged
    named: Sequence[str]  # allergies by a name that the rules do not know: shown, never judged
    statements: Sequence[Statement]  # what it was judged on, as it was said, oldest first
    recorded: Mapping[str, Known]  # and what the site's own rows say
    documents: Sequence[Document]  # with what each document of the patient left in doubt

    @property
    def case(self) -> Case:
        """The facts it was judged on."""
        return self.judgement.case

    @property
    def inputs(self) -> dict[str, Any]:
        """What will be stored of the facts, and of what stands beside them."""
        aside = Aside(self.stale, self.supposed, tuple(self.named))
        return {**case_as_json(self.case, self.judgement.policies), **aside_as_json(aside)}

    @property
    def fingerprint(self) -> str:
        """The same for the same page: every word of it follows from the facts, the choices, the
        edition, the engine and where the clinic stands."""
        edition = self.judgement.edition.sha256
        return digest([self.inputs, edition, ENGINE, self.attestations])


def look(
    user: Actor,
    complaint: Complaint,
    as_of: date,
    *,
    for_a_press: bool = False,
    after: Seen | None = None,
) -> Seen:
    """Judge a complaint as it stands, on a day, by the edition in force; ``for_a_press``, which
    asks what is open and shows nothing, without where the clinic stands. ``after`` is what a press
    saw under its lock just now: no press changes sessions or documents, so they are not read
    again. Raises ``InputError``."""
    recorded = after.recorded if after else on_record.of(complaint, as_of)
    documents = after.documents if after else list(gate.readings(user, complaint))
    stated = list(gate.statements(user, complaint).select_related("author"))  # a page names them
    judgement, statements, dictionary = _judged(
        user, complaint, as_of, recorded, documents, stated=stated
    )
    standings = {} if for_a_press else attestations.standings(user, judgement.edition)
    told = told_by(statements, dictionary, as_of)
    where = {notice: asdict(one) for notice, one in standings.items()}
    return Seen(
        judgement, where, told.stale, told.supposed, told.named, statements, recorded, documents
    )


def judged(
    user: Actor,
    complaint: Complaint,
    as_of: date,
    stated: Sequence[Statement] | None = None,
    *,
    besides: int | None = None,
) -> Judgement:
    """Only the judgement of a complaint as it stands; from what was ``stated`` of its patient,
    where that is read already; ``besides`` what the record says of one session, by its key. Raises
    ``InputError``."""
    recorded = on_record.of(complaint, as_of, besides)
    return _judged(user, complaint, as_of, recorded, stated=stated)[0]


def _judged(
    user: Actor,
    complaint: Complaint,
    as_of: date,
    recorded: Mapping[str, Known],
    documents: Sequence[Document] = (),
    *,
    stated: Sequence[Statement] | None = None,
) -> tuple[Judgement, list[Statement], Dictionary]:
    """With what ``documents`` of the patient left in doubt, where that is shown, asked or assumed
    away."""
    judge = engine.judge(engine.edition_in_force(), policies_of(complaint))
    told = gate.statements(user, complaint) if stated is None else stated
    statements = [one for one in told if one.complaint_id in (None, complaint.pk)]
    case = case_of(complaint, statements, judge.dictionary, as_of, documents, recorded)
    if any(not one.understood for one in case.unread):
        site = meanings.in_force(complaint.patient.site_id)
        case = meanings.applied(case, site, judge.dictionary)
    return engine.assess(judge, case), statements, judge.dictionary


def policies_of(complaint: Complaint) -> dict[str, str]:
    """The choices in force: the site's, and those of the document the complaint came in."""
    known = {policy.id for policy in engine.edition_in_force().policies}
    reading = complaint.document.reading if complaint.document else {}
    chosen = {**complaint.patient.site.policies, **reading.get("policies", {})}
    return {name: value for name, value in chosen.items() if name in known}


def answer(
    submission: Submission,
    complaint: Complaint,
    answers: Mapping[str, Any],
    as_of: date,
    verbs: Mapping[str, str] | None = None,
    said_by: Statement.SaidBy = Statement.SaidBy.CLINICIAN,
) -> None:
    """Add what was learnt: raw values by fact, ``None`` to take one back. ``verbs`` says by fact
    how the page that asked came by it, ``said_by`` in whose words it is.

    Raises ``InputError``, and then nothing is written.
    """
    dictionary = engine.judge(engine.edition_in_force(), {}).dictionary
    for fact, value in answers.items():
        definition = dictionary.definition(fact)
        if value is not None:
            read_value(definition, value, as_of)
    _state(submission, complaint, answers, as_of, verbs or {}, said_by)


def take_back(
    submission: Submission,
    complaint: Complaint,
    facts: Iterable[str],
    press: uuid.UUID,
    as_of: date,
) -> None:
    """Undo what a press said of some facts: what was said of them before stands again."""
    _add(submission, complaint, dict.fromkeys(facts), as_of, {}, undoes=press)


def was_sent(submission: Submission) -> bool:
    """Whether answers of this form were written before. One query."""
    sent = Statement.objects.filter(author=submission.user, submission=submission.token)
    return sent.exists()


def _insist(submission: Submission, complaint: Complaint) -> None:
    patient = complaint.patient
    insist(submission.actor, Permission.ASSESS, patient.site_id, patient_id=patient.public_id)


def answer_item(
    submission: Submission,
    complaint: Complaint,
    item: str,
    answers: Iterable[str],
    as_of: date,
    *,
    alone: bool = False,
) -> Unread | None:
    """Say what an item of the record is, or with no answer that it is nothing of concern: stated
    of this patient, and unless that is of them ``alone``, kept for the site. ``None`` where the
    item is asked no more.

    Raises ``InputError``, and then nothing is written.
    """
    with writing_record(submission.actor, Permission.WRITE_RECORDS, complaint.patient):
        recorded = on_record.of(complaint, as_of)
        documents = list(gate.readings(submission.actor, complaint))
        judgement, _, dictionary = _judged(submission.actor, complaint, as_of, recorded, documents)
        asked = (one for one in judgement.case.unread if not one.understood and one.item == item)
        one = next(asked, None)
        if one is None:
            return None
        said = meanings.chosen(one, answers, dictionary)
        if alone or one.alone:
            values = meanings.of_this_patient(one, said, judgement.case, dictionary)
        else:
            values = meanings.as_statements(said, dictionary)
            meanings.remember(submission, one, said)
        if values:
            _state(submission, complaint, values, as_of, {})
        return one


def _state(
    submission: Submission,
    complaint: Complaint,
    answers: Mapping[str, Any],
    as_of: date,
    verbs: Mapping[str, str],
    said_by: Statement.SaidBy = Statement.SaidBy.CLINICIAN,
) -> None:
    try:
        _add(submission, complaint, answers, as_of, verbs, said_by)
    except IntegrityError:
        kept = Statement.objects.filter(
            patient=complaint.patient, submission=submission.token, author=submission.user
        )
        if {a.fact: a.value for a in kept if a.fact in answers} == dict(answers):
            return  # the same form, sent twice
        # An older page, reached by the back button, now says something else: that is news.
        again = Submission(submission.actor, uuid.uuid4())
        _state(again, complaint, answers, as_of, verbs, said_by)


def _add(
    submission: Submission,
    complaint: Complaint,
    answers: Mapping[str, Any],
    as_of: date,
    verbs: Mapping[str, str],
    said_by: Statement.SaidBy = Statement.SaidBy.CLINICIAN,
    undoes: uuid.UUID | None = None,
) -> None:
    about = {fact.id: fact.about for fact in engine.edition_in_force().facts}
    with writing_record(submission.actor, Permission.WRITE_RECORDS, complaint.patient):
        Statement.objects.bulk_create(
            Statement(
                patient=complaint.patient,
                complaint=complaint if about[fact] == "complaint" else None,
                fact=fact,
                value=value,
                at=as_of,
                how=verbs.get(fact, ""),
                said_by=said_by,
                author=submission.user,
                submission=submission.token,
                undoes=undoes,
            )
            for fact, value in answers.items()
        )
        audit.record(
            "state",
            actor=submission.actor,
            kind="complaint",
            object_id=complaint.public_id,
            patient_id=complaint.patient.public_id,
            detail={"facts": sorted(answers), "origin": str(Statement.Origin.STATED)},
        )


def store_assessment(
    submission: Submission, complaint: Complaint, as_of: date, fingerprint: str
) -> Assessment:
    """Store the assessment as it was seen, with its inputs and its whole edition.

    Raises ``ChangedMeanwhileError`` where what would be stored is not what was seen.
    """
    _insist(submission, complaint)
    twin = _stored_before(submission, complaint)
    if twin is not None:
        return _insist_seen(twin, fingerprint)
    seen = look(submission.actor, complaint, as_of)
    if seen.fingerprint != fingerprint or complaint.in_error:
        raise ChangedMeanwhileError
    results = engine.in_every_language(seen.judgement)
    try:
        with writing_record(submission.actor, Permission.ASSESS, complaint.patient):
            stored = Assessment.objects.create(
                complaint=complaint,
                author=submission.user,
                submission=submission.token,
                edition=snapshot_in_force(),
                engine=ENGINE,
                as_of=as_of,
                inputs=seen.inputs,
                packed=pack(results),
                sha256=digest([results, seen.inputs, seen.attestations]),
                attestations=seen.attestations,
                statuses={v.therapy.id: v.status for v in seen.judgement.verdicts},
            )
            referrals.open_where_stopped(stored, seen.judgement)
            audit.record(
                "store",
                actor=submission.actor,
                kind="assessment",
                object_id=stored.public_id,
                patient_id=complaint.patient.public_id,
            )
            return stored
    except IntegrityError:
        twin = _stored_before(submission, complaint)
        if twin is None:
            raise ChangedMeanwhileError from None
        return _insist_seen(twin, fingerprint)


def _stored_before(submission: Submission, complaint: Complaint) -> Assessment | None:
    """What a form stored already, of this complaint alone: a form with the key of another one's is
    no second sending."""
    return Assessment.objects.filter(
        author=submission.user, submission=submission.token, complaint=complaint
    ).first()


def _insist_seen(stored: Assessment, fingerprint: str) -> Assessment:
    """What a form stored before, where it is what this form was shown with: a page reached by the
    back button shows what is no longer so. Raises ``ChangedMeanwhileError``."""
    edition = stored.edition.sha256
    if digest([stored.inputs, edition, stored.engine, stored.attestations]) != fingerprint:
        raise ChangedMeanwhileError
    return stored


def snapshot_in_force() -> EditionSnapshot:
    """The edition in force, as it is stored: whole, once."""
    edition = engine.edition_in_force()
    snapshot, _ = EditionSnapshot.objects.get_or_create(
        sha256=edition.sha256,
        defaults={
            "version": edition.manifest.version,
            "packed": engine.packed_in_force,
        },
    )
    return snapshot
