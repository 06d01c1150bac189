"""An assessment as the page shows it: four columns, the open questions, and the small print.

Everything comes from the JSON of contract 2, so that a stored assessment is shown by the same
code as a living one, word for word as it was stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dolenti.calendar.since_text import Since
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.common.shapes import (
    ClaimLine,
    Column,
    CriterionLine,
    Deciding,
    FactLine,
    Finding,
    Question,
    Reason,
    Shown,
    UnreadLine,
    gravity,
)
from dolenti.fhir.reasons import not_read
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Known
from dolenti.guideline.header import header_facts
from dolenti.guideline.judge import ASSUMED
from dolenti.guideline.knowledge import Claim, ClinicalCondition
from dolenti.guideline.weighing import Tried, Weighed, first_tried, resting_on, weigh
from dolenti.guideline.words import value_in_words
from dolenti.records.facts.inputs import case_from_json

STOPPING = ("absolute-contraindication", "relative-contraindication")
ATTESTED = {"state": "attested"}  # also said of a notice that asks for no attestation
WEIGHED = ("possible", "caution", "needs-information")
GROUPS = ("alert", "today", "complaint", "patient")


def show(
    result: Mapping[str, Any],
    inputs: Mapping[str, Any],
    attestations: Mapping[str, Mapping[str, str]],
    words: Lookup,
    onset: Since | None = None,
) -> Shown:
    """The page of one result of contract 2, the inputs it was judged on, and where the clinic
    stood on each notice. ``onset`` is how precisely the day it began was said."""
    return _Shower(result, inputs, attestations, words, onset).shown()


class _Shower:
    def __init__(
        self,
        result: Mapping[str, Any],
        inputs: Mapping[str, Any],
        attestations: Mapping[str, Mapping[str, str]],
        words: Lookup,
        onset: Since | None,
    ) -> None:
        self.result, self.inputs, self.words, self.onset = result, inputs, words, onset
        self.attestations = attestations
        self.as_of = date.fromisoformat(result["as_of"])
        self.assumed = {entry["fact"] for entry in result["assumed"]}

    def shown(self) -> Shown:
        result, words = self.result, self.words
        complaint = result["complaint"]
        flags = [self.reason(flag) for flag in result["red_flags"]]
        questions = self.questions()
        assumed = self.assumed
        lines = [self.fact_line(fact, said) for fact, said in self.inputs["facts"].items()]
        return Shown(
            heading=words.complaint(complaint["condition"], complaint["zone"], complaint["side"]),
            person=self.person(),
            since=self.since(_date_text(complaint.get("since"))),
            columns=[self.column(verdict) for verdict in result["verdicts"]],
            active_flags=sorted((flag for flag in flags if flag.truth == "true"), key=gravity),
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
            unmapped=[self.unmapped_line(entry) for entry in result["unmapped"]],
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
            unread=self.unread(),
            not_read=not_read(result["unmapped"]),
            tried=self.tried(),
            unattested=len(self.unattested()),
            unattested_of=self.therapies_unattested(),
        )

    def since(self, day: str | None) -> str:
        """Since when it hurts, as precisely as it was said, where that is still what was judged."""
        if day is None:
            return ""
        judged = date.fromisoformat(day)
        said = self.onset if self.onset and self.onset.by(self.as_of) == judged else Since(judged)
        return said.in_words(self.words.language)

    def unread(self) -> list[UnreadLine]:
        """What may change a verdict and could not be relied on: the items to ask, then the facts
        whose own question stands below."""
        asked = {q["item"]: q for q in self.result["questions"] if q.get("item")}
        open_ = {q["fact"] for q in self.result["questions"]}
        lines = []
        for one in self.result.get("unread", []):
            question = asked.get(one["item"])
            if one["understood"] and one["facts"][0] not in open_:
                continue
            if not one["understood"] and question is None:
                continue
            says = self.words.fact(one["facts"][0]) if one["understood"] else one["says"]
            options = [(o["id"], o["label"]) for o in (question or {}).get("options") or ()]
            first = question["likely"] if question else 0
            lines.append(
                UnreadLine(
                    item=one["item"],
                    says=says,
                    why=one["why"],
                    at=self.words.day(one["at"]),
                    ask=question["ask"] if question else "",
                    likely=options[:first],
                    others=options[first:],
                    alone=one.get("alone", False),
                )
            )
        return lines

    def standing(self, notice: str) -> dict[str, str] | None:
        """Where the clinic stood on a notice; nothing where that was not kept."""
        found = self.attestations.get(notice)
        return {**found, "on": self.words.day(found["on"])} if found else None

    def person(self) -> str:
        patient = self.result["patient"]
        sex = self.words.value("sex", patient.get("sex"), self.as_of) if patient.get("sex") else ""
        age = patient.get("age")
        said = self.words.value("age", age, self.as_of) if age is not None else ""
        if said and isinstance(age, float | int) and said == f"{age:g}":
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
            weighed=self.weighed(verdict),
            supposed=self.supposed(verdict),
        )

    def weighed(self, verdict: Mapping[str, Any]) -> Weighed | None:
        """What helps to choose the therapy, where it may be done or is still asked about."""
        therapy = self.words.therapies.get(verdict["therapy"])
        if therapy is None or verdict["status"] not in WEIGHED:
            return None
        held = {one["criterion"] for one in verdict["criteria"] if one["holds"] is True}
        return weigh(
            therapy,
            self.condition(),
            self.result["complaint"]["zone"],
            [one for one in therapy.criteria if one.id in held],
            self.words.language,
        )

    def supposed(self, verdict: Mapping[str, Any]) -> list[str]:
        """The facts that nobody stated and that a verdict which lets it be done rests on."""
        if verdict["status"] not in ("possible", "caution"):
            return []
        ids = [one["criterion"] for one in (*verdict["criteria"], *self.result["red_flags"])]
        rules = [self.words.rules[one] for one in ids if one in self.words.rules]
        return [self.words.fact(fact) for fact in resting_on(self.assumed, rules)]

    def condition(self) -> ClinicalCondition | None:
        wanted = self.result["complaint"]["condition"]
        return next((one for one in self.words.edition.conditions if one.id == wanted), None)

    def unattested(self) -> list[Mapping[str, Any]]:
        """The notices that the clinic has not attested, each once whatever it is about."""
        return [
            notice
            for notice in self.result["notices"]
            if self.attestations.get(notice["id"], ATTESTED)["state"] != "attested"
        ]

    def therapies_unattested(self) -> list[str]:
        """The therapies that these are about, in the order of the verdicts."""
        about = {therapy for notice in self.unattested() for therapy in notice["therapies"]}
        judged = (verdict["therapy"] for verdict in self.result["verdicts"])
        return [self.therapy(one) for one in judged if one in about]

    def tried(self) -> list[Tried]:
        """What is tried before a local treatment, and what the record says of it."""
        dictionary = self.words.dictionary
        try:
            case = case_from_json(self.inputs, dictionary)
        except InputError:
            return []  # stored by an edition that this engine no longer reads
        said = {fact: one for fact, one in case.facts.items() if one.origin != ASSUMED}
        found = first_tried(
            self.words.edition, dictionary, self.condition(), self.result["complaint"]["zone"],
            {**said, **header_facts(case, dictionary)}, self.as_of, self.words.language,
        )  # fmt: skip
        return list(found)

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
            deciding=tuple(
                Deciding(
                    self.words.fact(fact),
                    "" if holds is None else self.words.value(fact, value, self.as_of),
                    known=holds is not None,
                )
                for fact, value in rule["facts"].items()
            ),
            sources=tuple(self.words.source(s["id"], s["at"]) for s in rule["sources"]),
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
                if question.get("item"):
                    continue
                wanted.setdefault(question["fact"], []).append(verdict["therapy"])
        alerting = {
            fact
            for flag in self.result["red_flags"]
            if flag["holds"] is None
            for fact in flag["facts"]
        }
        groups: dict[str, list[Question]] = {group: [] for group in GROUPS}
        for question in self.result["questions"]:
            if question.get("item"):
                continue  # asked above the verdicts
            fact = question["fact"]
            group = "alert" if fact in alerting else question.get("about", "patient")
            therapies = [] if fact in alerting else [self.therapy(t) for t in wanted.get(fact, [])]
            groups[group].append(
                Question(fact, question["ask"], question.get("help") or "", group, tuple(therapies))
            )
        return [(group, asked) for group, asked in groups.items() if asked]

    def unmapped_line(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """An entry that was not used, with the reason in the reader's language."""
        plain = {key: said for key, said in entry.items() if key not in ("why", "why_fr")}
        french = entry.get("why_fr") if self.words.language == "fr" else None
        return {**plain, "why": french or entry.get("why", "")}

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


def supposed_lines(supposed: Mapping[str, Known], words: Lookup) -> list[FactLine]:
    """What nobody stated, as it stands beside what is known."""
    return [
        FactLine(
            fact,
            words.fact(fact),
            value_in_words(known.value, words.dictionary.definition(fact), words.language),
            words.day(known.at.isoformat()) if known.at else "",
            ASSUMED,
        )
        for fact, known in supposed.items()
    ]


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
