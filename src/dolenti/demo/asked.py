"""The rest of a complaint asked, and every answer a no: what an invented patient says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from dolenti.guideline.asking import Ref, raw_of
from dolenti.ledger.once import Submission
from dolenti.records.judging import assessing
from dolenti.records.judging.questions import sheet_in_force
from dolenti.records.models import Complaint


def answer_with_a_no(sent: Callable[[], Submission], complaint: Complaint, day: date) -> None:
    """State a no to every open question that has one, until there is none. ``sent`` makes a new
    submission each time."""
    sheet = sheet_in_force()
    definitions = sheet.dictionary.definitions
    while True:
        first = sent()
        judgement = assessing.judged(first.actor, complaint, day)
        facts = (*judgement.questions, *judgement.always_asked)
        answers = raw_of(map(Ref, facts), definitions, judgement.case.facts)
        if not answers:
            return
        verbs = {fact: sheet.how(fact) for fact in answers}
        assessing.answer(first, complaint, answers, day, verbs)
