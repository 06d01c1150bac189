"""Standard codes in CQL: which fact or condition a coding of another terminology means.

Carried over are the codes of measured values and of painful conditions. A yes or no that several
kinds of resource can tell (a diagnosis, a medicine, an allergy) is not: see ``docs/cql.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from dolenti.cql import writing
from dolenti.guideline.knowledge import Code, Edition
from dolenti.guideline.systems import CONDITION_SYSTEM, FACT_SYSTEM

SYSTEMS: Final = {
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "icd10": "http://hl7.org/fhir/sid/icd-10",
    "atc": "http://www.whocc.no/atc",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "ccam": "https://smt.esante.gouv.fr/terminologie-ccam",
}
_ICD_10 = (
    SYSTEMS["icd10"],
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://hl7.org/fhir/sid/icd-10-fr",
    "http://hl7.org/fhir/sid/icd-10-gm",
    "https://smt.esante.gouv.fr/terminologie-cim-10",
)


def meanings(edition: Edition) -> list[str]:
    """The functions from a coding to the fact, and to the condition, that it means."""
    return [_fact_meant(edition), *_condition_meant(edition)]


def _fact_meant(edition: Edition) -> str:
    measured = [(fact.id, fact.codes) for fact in edition.facts if fact.type == "number"]
    branches = [f"if system = {writing.text(FACT_SYSTEM)} then code"]
    for system, url in SYSTEMS.items():
        cases = _cases(_of(system, measured))
        if cases and system in ("loinc", "snomed"):
            branches.append(f"if system = {writing.text(url)} then {cases}")
    return _function("Fact meant", branches, "The fact that a coding of an Observation means.")


def _condition_meant(edition: Edition) -> list[str]:
    named = [(condition.id, condition.codes) for condition in edition.conditions]
    branches = [
        f"if system = {writing.text(CONDITION_SYSTEM)} then\n"
        '    (if code in "Known conditions" then code else null)'
    ]
    snomed = _cases(_of("snomed", named))
    if snomed:
        branches.append(f"if system = {writing.text(SYSTEMS['snomed'])} then {snomed}")
    icd_10 = {"".join(filter(str.isalnum, c)).upper(): i for c, i in _of("icd10", named).items()}
    parts = []
    if icd_10:
        # Such a code stands for everything below it; the longer fits better.
        tests = "".join(
            f"\n    when StartsWith(code, {writing.text(code)}) then {writing.text(meant)}"
            for code, meant in sorted(icd_10.items(), key=lambda item: (-len(item[0]), item[0]))
        )
        about = writing.comment("The painful condition that an ICD-10 code means.")
        parts.append(
            f'{about}\ndefine function "Condition by ICD-10"(code String):\n'
            f"  case{tests}\n    else null\n  end\n"
        )
        branches.append(
            f"if system in {writing.texts(_ICD_10)} then\n"
            "    \"Condition by ICD-10\"(Upper(ReplaceMatches(code, '[^A-Za-z0-9]', '')))"
        )
    about = "The painful condition that a coding of a Condition means."
    return [*parts, _function("Condition meant", branches, about)]


def _function(name: str, branches: list[str], about: str) -> str:
    body = "\n  else ".join([*branches, "null"])
    return (
        f"{writing.comment(about)}\n"
        f"define function {writing.identifier(name)}(system String, code String):\n  {body}\n"
    )


def _of(system: str, named: Iterable[tuple[str, tuple[Code, ...]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, codes in named:
        for code in codes:
            if code.system == system:
                found.setdefault(code.code, name)
    return found


def _cases(meant: dict[str, str]) -> str:
    if not meant:
        return ""
    tests = "".join(
        f"\n    when {writing.text(code)} then {writing.text(name)}" for code, name in meant.items()
    )
    return f"case code{tests}\n    else null\n  end"
