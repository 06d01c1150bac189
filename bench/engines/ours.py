"""Our evaluator as a child process: a line of JSON per patient in, a line of answers out.

python ours.py fhir|flat < patients > answers
"""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import msgspec

from dolenti.fhir import BundleReader
from dolenti.guideline import Assessment, Case, Judge, load_folder
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.patient_file import for_complaint, read_complaint, read_patient


class Line(msgspec.Struct):
    """What is given of one patient: a FHIR bundle, or a plain file's content."""

    as_of: date
    bundle: msgspec.Raw = msgspec.Raw()
    plain: Any = None


def found(assessment: Assessment) -> dict[str, Any]:
    """Every rule's answer, with the status and the questions of each therapy."""
    judged = [*assessment.red_flags, *(j for v in assessment.verdicts for j in v.criteria)]
    return {
        "rules": {one.rule.id: one.proof.holds for one in judged},
        "statuses": {v.therapy.id: v.status for v in assessment.verdicts},
        "questions": {v.therapy.id: v.questions for v in assessment.verdicts},
    }


def main(kind: str) -> None:
    """Answer until there is nothing more to read."""
    edition = load_folder()
    judge, reader, dictionary = Judge(edition), BundleReader(edition), Dictionary(edition)

    def flat(line: Line) -> Case:
        birth_date, sex, facts, ignored = read_patient(line.plain, dictionary, line.as_of)
        raw = line.plain["complaint"]
        complaint = read_complaint(raw, "complaint", 1, dictionary, line.as_of)
        own = for_complaint(facts, complaint)
        return Case(line.as_of, complaint, own, birth_date, sex, tuple(ignored))

    def fhir(line: Line) -> Case:
        return reader.read(bytes(line.bundle), line.as_of).case()

    read = fhir if kind == "fhir" else flat
    decoder = msgspec.json.Decoder(Line)
    for given in sys.stdin.buffer:
        answer = found(judge.assess(read(decoder.decode(given))))
        sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
