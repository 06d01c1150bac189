"""Cases as canonical FHIR bundles, and every question one may ask of the exported libraries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dolenti.cql import FACTS_LIBRARY, CqlLibrary, LibraryWriter, library_name
from dolenti.fhir.writer import complaint_to_condition, facts_to_observations
from dolenti.guideline.facts import Case
from dolenti.guideline.judge import Judge, rules_in_force
from dolenti.guideline.knowledge import Edition
from tests.cql.engine import Engine

ROOT = "All"


class Exported:
    """An edition beside its export, so that both can be asked the same."""

    def __init__(self, edition: Edition, policies: Mapping[str, str] | None = None) -> None:
        self.edition = edition
        self.judge = Judge(edition, policies)
        libraries = LibraryWriter(edition, policies).libraries()
        texts = {library.name: library.text for library in libraries}
        self.engine = Engine({**texts, ROOT: _root(libraries)}, ROOT)
        chosen = self.judge.policies
        self.place = {r.id: FACTS_LIBRARY for r in rules_in_force(edition.red_flags, chosen)}
        for therapy in edition.therapies:
            for criterion in rules_in_force(therapy.criteria, chosen):
                self.place[criterion.id] = library_name(therapy)

    @property
    def everything(self) -> dict[str, list[str]]:
        """Every rule, and the status and the questions of every therapy."""
        ask: dict[str, list[str]] = {}
        for rule, library in self.place.items():
            ask.setdefault(library, []).append(rule)
        for therapy in self.edition.therapies:
            ask.setdefault(library_name(therapy), []).extend(("Status", "Questions"))
        return ask

    def disagreements(self, cases: list[Case], bundles: list[dict[str, Any]]) -> list[str]:
        """Where the export answers otherwise than the judge, case by case."""
        ask = self.everything
        patients = [
            {"as_of": case.as_of.isoformat(), "bundle": bundle, "ask": ask}
            for case, bundle in zip(cases, bundles, strict=True)
        ]
        found = []
        for number, (case, answer) in enumerate(zip(cases, self.engine.ask(patients), strict=True)):
            for (library, name), wanted in self._wanted(case).items():
                given = answer[library][name]
                if given != wanted or type(given) is not type(wanted):
                    found.append(f"case {number}: {name}: CQL {given}, judge {wanted}: {case}")
        return found

    def _wanted(self, case: Case) -> dict[tuple[str, str], Any]:
        assessment = self.judge.assess(case)
        judged = [*assessment.red_flags, *(j for v in assessment.verdicts for j in v.criteria)]
        wanted: dict[tuple[str, str], Any] = {
            (self.place[one.rule.id], one.rule.id): one.proof.holds for one in judged
        }
        for verdict in assessment.verdicts:
            library = library_name(verdict.therapy)
            wanted[library, "Status"] = verdict.status
            wanted[library, "Questions"] = list(verdict.questions)
        return wanted


def _root(libraries: list[CqlLibrary]) -> str:
    version = libraries[0].version
    included = "\n".join(
        f"include {library.name} version '{version}' called {library.name}" for library in libraries
    )
    return f"library {ROOT} version '1'\nusing FHIR version '4.0.1'\n{included}\n"


def bundle_of(case: Case, edition: Edition) -> dict[str, Any]:
    """A case as a bundle: the patient, the complaint if its condition is known, canonical
    Observations."""
    patient: dict[str, Any] = {"resourceType": "Patient", "id": "patient"}
    if case.sex is not None:
        patient["gender"] = case.sex
    if case.birth_date is not None:
        patient["birthDate"] = case.birth_date.isoformat()
    resources = [patient]
    if case.complaint.condition is not None:
        resources.append(complaint_to_condition(case.complaint, edition))
    observations = facts_to_observations(case, edition)
    if case.complaint.condition is None:
        for observation in observations:
            observation.pop("focus", None)
    return collected([*resources, *observations])


def collected(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Resources as a bundle."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"urn:example:{r['resourceType']}/{r['id']}", "resource": r}
            for r in resources
        ],
    }
