"""The presses of the Assess page: a row answered with a no, what the record holds confirmed, one
question answered, a press undone.

A press carries the questions and the words that were on the screen. Where they are not what stands
there now, nothing is written: a double click, a stale page and a colleague's answer meet the same
rule, and of two people who press at once the second sees the first's answer before it counts.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from dolenti.access.roles import Permission
from dolenti.guideline.asking import Sheet, insist_batch, no_to
from dolenti.guideline.facts import plain
from dolenti.ledger.locking import hold
from dolenti.ledger.once import Submission
from dolenti.records import gate
from dolenti.records.facts.knowing import standing, told_by
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging.assessing import (
    ChangedMeanwhileError,
    Seen,
    answer,
    look,
    take_back,
)
from dolenti.records.judging.questions import Answered, RowState, questions_of, sheet_in_force
from dolenti.records.models import Complaint, Statement


@dataclass(frozen=True)
class RowPress:
    """What was pressed: a row by its name, the questions it had, and the words that stood in it
    and on its button."""

    row: str
    refs: tuple[str, ...]
    shown: str
    button: str
    language: str


@dataclass(frozen=True)
class ConfirmPress:
    """What was confirmed: a row by its name, and what stood beside it (see ``holding``)."""

    row: str
    holding: tuple[str, ...]


def holding(one: Answered) -> str:
    """A fact with the value that the record holds, as a press carries it."""
    value = json.dumps(plain(one.known.value), sort_keys=True, ensure_ascii=False)
    return f"{one.ref.fact}={value}"


def answer_row(
    submission: Submission,
    complaint: Complaint,
    press: RowPress,
    in_play: Collection[str],
    as_of: date,
) -> Seen | None:
    """Answer with a no what a row asks. Sent twice it is one. Gives the case as it was seen before
    it was written; none where it was written already.

    Raises ``ChangedMeanwhileError``, and nothing is written, where what is open there now is not
    what was on the screen; ``InputError`` where no batch may answer it.
    """
    with pressing(submission, complaint) as written:
        if written:
            facts = {str(ref).partition(":")[0] for ref in press.refs}
            insist_it_stands(submission, complaint, written, facts)
            return None
        seen = look(submission.actor, complaint, as_of, for_a_press=True)
        rest = _row(seen, complaint, press.row, in_play, as_of).rest
        stands = (
            tuple(map(str, rest.refs)),
            rest.sentence(press.language),
            rest.button.in_language(press.language),
        )
        if not rest.refs or stands != (press.refs, press.shown, press.button):
            raise ChangedMeanwhileError
        sheet = sheet_in_force()
        told = told_by(seen.statements, sheet.dictionary, as_of).facts
        _write(submission, complaint, no_to(sheet, rest, told), as_of, sheet)
        return seen


def confirm(
    submission: Submission,
    complaint: Complaint,
    press: ConfirmPress,
    in_play: Collection[str],
    as_of: date,
) -> Seen | None:
    """State anew, as of today, what the record holds beside a row. Sent twice it is one. Gives the
    same as ``answer_row``.

    Raises ``ChangedMeanwhileError``, and nothing is written, where it holds something else now.
    """
    with pressing(submission, complaint) as written:
        if written:
            facts = {one.partition("=")[0] for one in press.holding}
            insist_it_stands(submission, complaint, written, facts)
            return None
        sheet = sheet_in_force()
        seen = look(submission.actor, complaint, as_of, for_a_press=True)
        held = _row(seen, complaint, press.row, in_play, as_of).to_confirm(sheet)
        if not held or tuple(map(holding, held)) != press.holding:
            raise ChangedMeanwhileError
        for one in held:
            insist_batch(sheet, one.ref)
        answers = {one.ref.fact: plain(one.known.value) for one in held}
        _write(submission, complaint, answers, as_of, sheet)
        return seen


def answer_question(
    submission: Submission,
    complaint: Complaint,
    fact: str,
    value: Any,
    seen: str | None,
    as_of: date,
) -> None:
    """Answer one question, or with no value take its answer back. ``seen`` is the key of the
    answer that stood when it was shown; none where there was none. Sent twice it is one.

    Raises ``ChangedMeanwhileError`` where it was answered since, by whomever: that stands. A page
    of one's own that was left open is as old as another's.
    """
    with pressing(submission, complaint) as written:
        if [one.value for one in written if one.fact == fact] == [value]:
            insist_it_stands(submission, complaint, written, {fact})
            return
        latest = gate.statements(submission.actor, complaint).filter(fact=fact).last()
        if (str(latest.pk) if latest else "") != (seen or ""):
            raise ChangedMeanwhileError
        _write(submission, complaint, {fact: value}, as_of, sheet_in_force())


def undo(submission: Submission, complaint: Complaint, press: uuid.UUID, as_of: date) -> None:
    """Take back what one press answered, as far as it still stands: what was said before stands
    again, as it was. The history keeps the answer and the undoing."""
    with pressing(submission, complaint) as written:
        if written:
            return
        statements = standing(gate.statements(submission.actor, complaint))
        latest = {one.fact: one for one in statements}
        pressed = [one for one in statements if one.submission == press and one.how]
        facts = [one.fact for one in pressed if latest[one.fact] == one]
        if facts:
            take_back(submission, complaint, facts, press, as_of)


@contextmanager
def pressing(submission: Submission, complaint: Complaint) -> Iterator[list[Statement]]:
    """The transaction of one press: the patient is held, so that whoever presses at the same
    moment waits and then looks. Gives what the press wrote already, where it was sent before.

    Raises ``ChangedMeanwhileError`` of a complaint that was entered in error.
    """
    with writing_record(submission.actor, Permission.WRITE_RECORDS, complaint.patient):
        hold(complaint.patient)
        if complaint.in_error:
            raise ChangedMeanwhileError
        yield list(
            Statement.objects.filter(
                patient=complaint.patient, submission=submission.token, author=submission.user
            )
        )


def insist_it_stands(
    submission: Submission,
    complaint: Complaint,
    written: Sequence[Statement],
    facts: Collection[str],
) -> None:
    """That what a press wrote is what it asks for, and stands as it was: else an older page was
    sent again, and nobody may believe that it was saved. Raises ``ChangedMeanwhileError``."""
    latest = {one.fact: one.pk for one in standing(gate.statements(submission.actor, complaint))}
    stands = all(latest.get(one.fact) == one.pk for one in written)
    if not stands or not set(facts) <= {one.fact for one in written}:
        raise ChangedMeanwhileError


def _row(
    seen: Seen, complaint: Complaint, name: str, in_play: Collection[str], as_of: date
) -> RowState:
    """A row as it stands now. Raises ``ChangedMeanwhileError`` where there is none of the name."""
    questions = questions_of(seen, complaint, in_play, as_of)
    for state in questions.everywhere():
        if state.row.name == name:
            return state
    raise ChangedMeanwhileError


def _write(
    submission: Submission,
    complaint: Complaint,
    answers: dict[str, Any],
    as_of: date,
    sheet: Sheet,
) -> None:
    verbs = {fact: sheet.how(fact) for fact in answers}
    answer(submission, complaint, answers, as_of, verbs)


__all__ = [
    "ConfirmPress",
    "RowPress",
    "answer_question",
    "answer_row",
    "confirm",
    "holding",
    "insist_it_stands",
    "pressing",
    "undo",
]
