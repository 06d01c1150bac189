"""An assessment as the page shows it: four columns, the open questions, and the small print.

Everything comes from the JSON of contract 2, so that a stored assessment is shown by the same
code as a living one, word for word as it was stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dolenti.clinic.present.lookup import Lookup
from dolenti.clinic.present.shapes import (
    ClaimLine,
    Column,
    CriterionLine,
    Deciding,
    FactLine,
    Finding,
    Question,
    Reason,
    Shown,
)
from dolenti.guideline.knowledge import Claim

STOPPING = ("absolute-contraindication", "relative-contraindication")
ATTESTED = {"state": "attested"}  # also said of a notice that asks for no attestation
GROUPS = ("alert", "today", "complaint", "patient")


def show(
    result: Mapping[str, Any],
    inputs: Mapping[str, Any],
    attestations: Mapping[str, Mapping[str, str]],
    words: Lookup,
) -> Shown:
    """The page of one result of contract 2, the inputs it was judged on, and where the clinic
    stood on each notice."""
    return _Shower(result, inputs, attestations, words).shown()


class _Shower:
    def __init__(
        self,
        result: Mapping[str, Any],
        inputs: Mapping[str, Any],
        attestations: Mapping[str, Mapping[str, str]],
        words: Lookup,
    ) -> None:
        self.result, self.inputs, self.words = result, inputs, words
        self.attestations = attestations
        self.as_of = date.fromisoformat(result["as_of"])

    def shown(self) -> Shown:
        result, words = self.result, self.words
        complaint = result["complaint"]
        flags = [self.reason(flag) for flag in result["red_flags"]]
        questions = self.questions()
        assumed = {entry["fact"] for entry in result["assumed"]}
        lines = [self.fact_line(fact, said) for fact, said in self.inputs["facts"].items()]
        return Shown(
            heading=words.complaint(complaint["condition"], complaint["zone"], complaint["side"]),
            person=self.person(),
            since=words.day(_date_text(complaint.get("since"))),
            columns=[self.column(verdict) for verdict in result["verdicts"]],
            active_flags=[flag for flag in flags if flag.truth == "true"],
            open_flags=sum(flag.truth == "unknown" for flag in flags),
            flags_assumed=any(
                fact in assumed for flag in result["red_flags"] for fact in flag["facts"]
            ),
            questions=questions,
            question_count=len(result["questions"]),
            stated=[line for line in lines if line.fact not in assumed],
            assumed=[line for line in lines if line.fact in assumed],
            ignored=[self.ignored_line(entry) for entry in result.get("ignored", [])],
            used=result["used"],
            unmapped=result["unmapped"],
            policies=self.policies(),
            notices=[
                {
                    **notice,
                    "therapies": [self.therapy(t) for t in notice["therapies"]],
                    "sources": [words.source(s["id"], s["at"]) for s in notice["sources"]],
                    "standing": self.standing(notice["id"]),
                }
                for notice in result["notices"]
            ],
            edition=result["edition"],
            as_of=words.day(result["as_of"]),
        )

    def standing(self, notice: str) -> dict[str, str] | None:
        """Where the clinic stood on a notice; nothing where that was not kept."""
        found = self.attestations.get(notice)
        return {**found, "on": self.words.day(found["on"])} if found else None

    def person(self) -> str:
        patient = self.result["patient"]
        sex = self.words.value("sex", patient.get("sex"), self.as_of) if patient.get("sex") else ""
        age = patient.get("age")
        said = self.words.value("age", age, self.as_of) if age is not None else ""
        if said and age is not None and said == f"{age:g}":
            said = f"{age:g} ans" if self.words.language == "fr" else f"{age:g} years"
        return ", ".join(part for part in (sex[:1].upper() + sex[1:], said) if part)

    def therapy(self, therapy_id: str) -> str:
        therapy = self.words.therapies.get(therapy_id)
        if therapy is None:
            return therapy_id
        return therapy.description.label.in_language(self.words.language)

    def column(self, verdict: Mapping[str, Any]) -> Column:
        reasons = [self.reason(reason) for reason in verdict["reasons"]]
        precautions = [reason for reason in reasons if reason.kind == "precaution"]
        unmet = [r for r in reasons if r.kind == "indication" and r.truth == "false"]
        therapy = self.words.therapies.get(verdict["therapy"])
        language = self.words.language
        criteria: dict[str, list[CriterionLine]] = {}
        for criterion in verdict["criteria"]:
            line = CriterionLine(
                criterion["criterion"], _truth(criterion["holds"]), criterion["because"]
            )
            criteria.setdefault(criterion["kind"], []).append(line)
        if verdict["status"] == "needs-information":  # what speaks for it, while the rest is asked
            reasons += [
                self.reason(criterion)
                for criterion in verdict["criteria"]
                if criterion["kind"] == "indication" and criterion["holds"] is True
            ]
        return Column(
            therapy=verdict["therapy"],
            label=verdict.get("label") or verdict["therapy"],
            short=therapy.description.short.in_language(language) if therapy else "",
            status=verdict["status"],
            deciding=[
                reason
                for reason in reasons
                if reason.truth == "true"
                and reason.kind != "precaution"
                # A flag that stops stands above all columns, once.
                and reason.effect != "stops"
            ],
            unmet=unmet,
            unmet_facts=list(
                dict.fromkeys((f.label, f.value) for reason in unmet for f in reason.deciding)
            ),
            precautions=precautions,
            open=sum(reason.truth == "unknown" for reason in reasons),
            questions=len(verdict["questions"]),
            criteria=list(criteria.items()),
            criteria_count=len(verdict["criteria"]),
            claims=[claim_line(claim, self.words) for claim in therapy.claims] if therapy else [],
            unattested=[
                notice["id"]
                for notice in self.result["notices"]
                if verdict["therapy"] in notice["therapies"]
                and self.attestations.get(notice["id"], ATTESTED)["state"] != "attested"
            ],
        )

    def reason(self, rule: Mapping[str, Any]) -> Reason:
        holds = rule["holds"]
        return Reason(
            id=rule["criterion"],
            kind=rule["kind"],
            place=self.words.places.get(rule["criterion"], ""),
            truth=_truth(holds),
            sentence=rule["because"],
            basis=rule["basis"],
            verified=rule["verified"],
            deciding=[
                Deciding(
                    self.words.fact(fact),
                    "" if holds is None else self.words.value(fact, value, self.as_of),
                    known=holds is not None,
                )
                for fact, value in rule["facts"].items()
            ],
            sources=[self.words.source(s["id"], s["at"]) for s in rule["sources"]],
            condition=self.words.condition_in_words(rule["criterion"]),
            advice=rule.get("advice") or "",
            effect=rule.get("effect") or "",
            urgency=rule.get("urgency") or "",
            to=rule.get("to") or "",
        )

    def questions(self) -> list[tuple[str, list[Question]]]:
        wanted: dict[str, list[str]] = {}
        for verdict in self.result["verdicts"]:
            for question in verdict["questions"]:
                wanted.setdefault(question["fact"], []).append(verdict["therapy"])
        alerting = {
            fact
            for flag in self.result["red_flags"]
            if flag["holds"] is None
            for fact in flag["facts"]
        }
        groups: dict[str, list[Question]] = {group: [] for group in GROUPS}
        for question in self.result["questions"]:
            fact = question["fact"]
            group = "alert" if fact in alerting else question.get("about", "patient")
            therapies = [] if fact in alerting else [self.therapy(t) for t in wanted.get(fact, [])]
            groups[group].append(
                Question(fact, question["ask"], question.get("help") or "", group, therapies)
            )
        return [(group, asked) for group, asked in groups.items() if asked]

    def fact_line(self, fact: str, said: Mapping[str, Any]) -> FactLine:
        return FactLine(
            fact,
            self.words.fact(fact),
            self.words.value(fact, said["value"], self.as_of),
            self.words.day(said["at"]),
            said["origin"] or "",
        )

    def ignored_line(self, entry: Mapping[str, Any]) -> FactLine:
        return FactLine(
            entry["fact"],
            self.words.fact(entry["fact"]),
            entry["why"],
            self.words.day(entry["at"]),
            entry.get("origin") or "",
        )

    def policies(self) -> list[tuple[str, str]]:
        known = {policy.id: policy for policy in self.words.edition.policies}
        language = self.words.language
        lines = []
        for name, value in self.result["policies"].items():
            policy = known.get(name)
            options = (
                {o.id: o.label.in_language(language) for o in policy.options} if policy else {}
            )
            label = policy.label.in_language(language) if policy else name
            lines.append((label, options.get(value, value)))
        return lines


def claim_line(claim: Claim, words: Lookup) -> ClaimLine:
    """A claim and its findings, side by side."""
    return ClaimLine(
        claim.claims.in_language(words.language),
        claim.judgement,
        words.cited(claim.sources),
        [
            Finding(f.says.in_language(words.language), f.basis, words.cited(f.sources))
            for f in claim.findings
        ],
    )


def _truth(holds: bool | None) -> str:
    return "unknown" if holds is None else "true" if holds else "false"


def _date_text(value: object) -> str | None:
    text = str(value) if value else ""
    return text[:10] if len(text) >= 10 else None
