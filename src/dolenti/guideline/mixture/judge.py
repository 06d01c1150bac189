"""The verdict on a mixture: the worst of what is found, and what is still to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from dolenti.guideline.agreeing import agreed
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Dictionary, Known
from dolenti.guideline.header import header_facts
from dolenti.guideline.judge import Judge, policies_in_force
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.mixture import (
    allergies,
    ceilings,
    of_patient,
    one_product,
    syringe,
    therapy,
)
from dolenti.guideline.mixture.ceilings import SEVERITIES, ProductTotal
from dolenti.guideline.mixture.file import Mixture
from dolenti.guideline.mixture.look import Finding, Look
from dolenti.guideline.mixture.one_product import Asker

MixtureVerdict = Literal["blocked", "incomplete", "override", "allowed"]
RULES: tuple[str, ...] = (
    *one_product.RULES, *allergies.RULES, *syringe.RULES, *ceilings.RULES,
    *therapy.RULES,
)  # fmt: skip
"""The ids that ``mixtures/rules.yaml`` must give a sentence and a weight to."""


@dataclass(frozen=True, slots=True)
class MixtureResult:
    """The verdict on a mixture, with everything that led to it.

    ``findings`` are the rules that speak, the gravest first; ``unknown`` those that wait for the
    ``questions``. ``local_anaesthetic_share`` is ``None`` where it is not known.
    """

    edition: Edition
    mixture: Mixture
    jurisdiction: str
    policies: Mapping[str, str]
    values: Mapping[str, Known]
    verdict: MixtureVerdict
    findings: tuple[Finding, ...]
    unknown: tuple[Finding, ...]
    questions: tuple[str, ...]
    totals: tuple[ProductTotal, ...]
    local_anaesthetic_share: float | None

    def _repr_html_(self) -> str:
        """What a notebook shows; ``mixture.as_html`` says it in English too."""
        from dolenti.guideline.mixture.notebook import mixture_html  # which knows this class

        return mixture_html(self)


class MixtureJudge:
    """Judges mixtures by one edition under one set of policies.

    What a mixture's own file says of policies is for the caller to pass on, as for an assessment;
    where it was not, ``judge`` refuses the mixture. Raises ``InputError`` where the edition lacks a
    rule that the engine needs, or knows no such policy.
    """

    def __init__(self, edition: Edition, policies: Mapping[str, str] | None = None) -> None:
        self.edition = edition
        self.policies = policies_in_force(edition, policies or {})
        self._chosen = frozenset(policies or ())
        self._dictionary = Dictionary.of(edition)
        self._rules = {rule.id: rule for rule in edition.mixture_rules}
        for name in RULES:
            if name not in self._rules:
                raise InputError(
                    f"there is no rule “{name}”",
                    "mixtures/rules.yaml",
                    fr=f"la règle «\u00a0{name}\u00a0» manque",
                )
        self._asker = Asker(
            edition, dictionary=self._dictionary, rules=self._rules, policies=self.policies
        )
        self._therapies = Judge(edition, self.policies)
        self._fact_order = {fact.id: number for number, fact in enumerate(edition.facts)}
        self._rule_order = {name: number for number, name in enumerate(self._rules)}

    def judge(self, mixture: Mixture) -> MixtureResult:
        """Judge one mixture, under the policies this judge was built with."""
        self._insist_on_policies(mixture)
        look = self._look(mixture)
        totals = tuple(ceilings.total_of(look, product) for product in look.products)
        everything = [
            *(
                finding
                for total in totals
                for finding in one_product.look_at_product(
                    look, total, self._asker.rules_of(total.product)
                )
            ),
            *syringe.look_at_syringe(look),
            *ceilings.look_at_doses(look),
            *therapy.look_at_therapy(look, self._therapies.assess),
        ]
        said = _said_once(everything)
        findings = self._sorted(f for f in said if f.proof.holds)
        unknown = self._sorted(f for f in said if f.proof.holds is None)
        verdict = _worst(findings, unknown)
        return MixtureResult(
            edition=self.edition,
            mixture=mixture,
            jurisdiction=look.jurisdiction,
            policies=self.policies,
            values=look.values,
            verdict=verdict,
            findings=findings,
            unknown=unknown,
            # A certain no is said at once: nothing is asked for a syringe that stays forbidden.
            questions=() if verdict == "blocked" else self._wanted(unknown),
            totals=totals,
            local_anaesthetic_share=ceilings.sum_of(look, "local-anaesthetic").share,
        )

    def about_patient(self, mixture: Mixture) -> tuple[Finding, ...]:
        """What the products' own rules say of what is known of the patient, whatever the dose and
        the technique: what blocks them, or takes a reason. Nothing of what is unknown."""
        look = self._look(mixture)
        found: list[Finding] = []
        for product in look.products:
            for rule in self._asker.rules_of(product):
                if of_patient.is_of_patient(rule, look.therapy):
                    proof = look.proof(rule.when)
                    found.append(Finding.of(rule, proof, rule.severity, (product.id,)))
            found.extend(allergies.look_at_allergies(look, product))
        grave = (one for one in found if one.proof.holds and one.severity in ("block", "override"))
        return self._sorted(_said_once(grave))

    def _look(self, mixture: Mixture) -> Look:
        told = {**mixture.case.facts, **header_facts(mixture.case, self._dictionary)}
        values = agreed(told, self._dictionary, mixture.case.as_of)
        return Look(
            mixture,
            edition=self.edition,
            rules=self._rules,
            policies=self.policies,
            values=values,
            proofs=self._asker.answers(values, mixture.case.as_of),
        )

    def _insist_on_policies(self, mixture: Mixture) -> None:
        """Raises ``InputError`` for a choice of the mixture that does not exist, and for one that
        is not in force here though nobody chose otherwise."""
        policies_in_force(self.edition, mixture.policies)
        for name, value in mixture.policies.items():
            if name not in self._chosen and self.policies[name] != value:
                raise InputError(
                    f"“{value}” is chosen in the file, and “{self.policies[name]}” is in force; "
                    "build the judge with the policies of the mixture",
                    f"policies.{name}",
                    fr=f"le fichier choisit «\u00a0{value}\u00a0», et «\u00a0"
                    f"{self.policies[name]}\u00a0» est en vigueur\u00a0; construisez le juge avec "
                    "les choix du mélange",
                )

    def _sorted(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The gravest first, then in the order of ``mixtures/rules.yaml``, then as found."""
        last = len(self._rule_order)
        return tuple(
            sorted(
                findings,
                key=lambda f: (
                    SEVERITIES.index(f.severity),
                    self._rule_order.get(f.rule, last),
                ),
            )
        )

    def _wanted(self, unknown: Sequence[Finding]) -> tuple[str, ...]:
        """What to ask, in the order of the dictionary; what was given today comes last."""
        wanted = dict.fromkeys(fact for finding in unknown for fact in finding.proof.open)
        last = len(self._fact_order)
        return tuple(sorted(wanted, key=lambda fact: self._fact_order.get(fact, last)))


def _said_once(findings: Iterable[Finding]) -> list[Finding]:
    """What is found alike of several products is said once, of all of them."""
    alike: dict[Finding, dict[str, None]] = {}
    for finding in findings:
        alike.setdefault(replace(finding, products=()), {}).update(dict.fromkeys(finding.products))
    return [replace(one, products=tuple(products)) for one, products in alike.items()]


def _worst(findings: Sequence[Finding], unknown: Sequence[Finding]) -> MixtureVerdict:
    severities = {finding.severity for finding in findings}
    if "block" in severities:
        return "blocked"
    if unknown:
        return "incomplete"
    return "override" if "override" in severities else "allowed"
