"""A case of which everything was asked, and every answer was a no."""

from __future__ import annotations

from datetime import date

import yaml

from dolenti.guideline.asking import Ref, calm, raw_of
from dolenti.guideline.facts import Case, Known, with_facts
from dolenti.guideline.judge import Assessment, Judge
from dolenti.guideline.loading import load_folder
from dolenti.guideline.patient_file import read_case


def all_noes(judge: Judge, case: Case) -> Assessment:
    """The case judged with a no to each open question that has one."""
    definitions = judge.dictionary.definitions
    while True:
        found = judge.assess(case)
        answers = {
            fact: Known(value)
            for fact in found.questions
            if fact not in case.in_doubt
            and (value := calm(Ref(fact), definitions[fact], case.facts)) is not None
        }
        if not answers:
            return found
        case = with_facts(case, answers)


def with_noes(text: str, as_of: date) -> str:
    """A plain file with a no to each open question that has one."""
    edition = load_folder()
    judge = Judge(edition)
    content = yaml.safe_load(text)
    while True:
        case = read_case(content, edition, as_of)
        found = judge.assess(case)
        answers = raw_of(map(Ref, found.questions), judge.dictionary.definitions, case.facts)
        if not answers:
            return str(yaml.safe_dump(content, allow_unicode=True))
        content.setdefault("facts", {}).update(answers)
