"""What a patient told at home, offered to the clinician: nothing of it is known, or counts, before
a clinician confirms it; then it is a fact that the patient told and the clinician confirmed.

What somebody answered meanwhile stands, and what has grown too old is asked anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dolenti.calendar.moments import local_day
from dolenti.diary import following, gate, history
from dolenti.diary.models import History
from dolenti.guideline.asking import Ref, is_open
from dolenti.guideline.facts import Dictionary
from dolenti.ledger.once import Submission
from dolenti.records.facts.allergens import ALLERGY
from dolenti.records.judging import assessing
from dolenti.records.judging.asking import insist_it_stands, pressing
from dolenti.records.judging.assessing import ChangedMeanwhileError, Seen
from dolenti.records.judging.questions import is_calm, questions_of, sheet_in_force
from dolenti.records.models import Complaint, Statement


@dataclass(frozen=True)
class Offered:
    """One answer given at home to a question that nobody answered at the site: its ``raw`` value as
    a plain file writes it, or none where it is only ``said`` (a name, a yes of unknown degree, «I
    don't know»). What is not ``is_calm`` is no reassurance."""

    fact: str
    raw: Any
    said: str
    at: datetime
    by: str
    names: tuple[str, ...]
    is_value: bool
    is_answer: bool
    is_calm: bool
    before: str = ""  # what was said first, where that alarmed and was taken back

    @property
    def holding(self) -> str:
        """The fact with its value, as a press carries it."""
        return f"{self.fact}={json.dumps(self.raw, sort_keys=True, ensure_ascii=False)}"


def offered(
    rows: Iterable[History],
    complaint: Complaint,
    seen: Seen,
    dictionary: Dictionary,
    today: date,
    language: str,
) -> dict[str, Offered]:
    """By fact, what was told at home and is still open in the record: the last that was said."""
    known = {one.id: one for one in following.content().home_questions}
    found: dict[str, Offered] = {}
    alarmed: dict[str, tuple[Any, str]] = {}
    for row in rows:
        day = local_day(row.received_at)
        for fact, said in row.answers.items():
            definition = dictionary.definitions.get(fact)
            if definition is None or fact not in known or "skipped" in said:
                found.pop(fact, None)  # passed over at last: nothing was said of it
                continue
            if definition.about == "complaint" and row.complaint_id != complaint.pk:
                continue
            there = found.pop(fact, None)
            if there is not None and not there.is_calm:
                alarmed[fact] = (there.raw, there.said)
            # What holds of a day is confirmed on that day; later it is only read.
            of_today = definition.about != "today" or day == today
            fresh = day <= today and of_today and dictionary.is_fresh(fact, day, today)
            value = history.values_of({fact: said}, dictionary, today).get(fact)
            found[fact] = Offered(
                fact,
                _raw(said.get("value"), fact, seen),
                history.said_in_words(known[fact], definition, said, day, language),
                row.received_at,
                row.answered_by,
                tuple(said.get("names", ())),
                is_value=fresh
                and value is not None
                and not known[fact].seen
                and not _is_contradicted(said, fact, seen),
                is_answer="unknown" not in said,
                is_calm="unknown" in said
                or (value is not None and is_calm(fact, value, sheet_in_force())),
                before=_before(alarmed.get(fact), _raw(said.get("value"), fact, seen)),
            )
    values = seen.judgement.values
    return {
        fact: one
        for fact, one in found.items()
        if is_open(Ref(fact), dictionary.definition(fact), values)
    }


def _before(alarmed: tuple[Any, str] | None, raw: Any) -> str:
    return "" if alarmed is None or alarmed[0] == raw else alarmed[1]


def _raw(value: Any, fact: str, seen: Seen) -> Any:
    """A value as it is stated. Of a set of which somebody spoke already, only the rest of it."""
    known = seen.judgement.values.get(fact)
    if value != [] or known is None or not isinstance(known.value, Mapping):
        return value
    definition = seen.judgement.edition.facts
    options = next(one.options for one in definition if one.id == fact)
    return {"has": [], "not": [one.id for one in options if one.id not in known.value]}


def _is_contradicted(said: Mapping[str, Any], fact: str, seen: Seen) -> bool:
    """Whether « none » was said of what the record holds one of: it is read, and never stated."""
    if said.get("value") != []:
        return False
    known = seen.judgement.values.get(fact)
    holds = known is not None and isinstance(known.value, Mapping) and any(known.value.values())
    return holds or (fact == ALLERGY and bool(seen.named))


def confirm(
    submission: Submission,
    complaint: Complaint,
    holding: Sequence[str],
    in_play: Collection[str],
    as_of: date,
) -> None:
    """State, as of today and in the patient's words, what a press confirms. Sent twice it is one.

    Raises ``ChangedMeanwhileError``, and nothing is written, where one of these is offered no
    more: somebody answered it, or the patient said something else.
    """
    with pressing(submission, complaint) as written:
        if written:
            facts = {one.partition("=")[0] for one in holding}
            insist_it_stands(submission, complaint, written, facts)
            return
        seen = assessing.look(submission.actor, complaint, as_of, for_a_press=True)
        sheet = sheet_in_force()
        rows = gate.histories(submission.actor, complaint)
        there = {
            one.holding: one
            for one in offered(rows, complaint, seen, sheet.dictionary, as_of, "fr").values()
            if one.is_value
        }
        asked = {
            ref.fact
            for state in questions_of(seen, complaint, in_play, as_of).everywhere()
            for ref in (*state.rest.refs, *state.rest.alone)
        }
        wanted = [there.get(one) for one in holding]
        if not wanted or any(one is None or one.fact not in asked for one in wanted):
            raise ChangedMeanwhileError
        if len(wanted) > 1 and any(one is not None and one.before for one in wanted):
            raise ChangedMeanwhileError  # what was taken back is confirmed by a press of its own
        answers = {one.fact: one.raw for one in wanted if one is not None}
        verbs = {fact: sheet.how(fact) for fact in answers}
        said_by = Statement.SaidBy.PATIENT
        assessing.answer(submission, complaint, answers, as_of, verbs, said_by)


__all__ = ["Offered", "confirm", "offered"]
