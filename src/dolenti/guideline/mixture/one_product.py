"""What is found of one product: authorisation, use, the patient who receives it, sport."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dolenti.guideline.conditions import AnyOf, Compare, Condition, Holds, Proof
from dolenti.guideline.dates import read_date, read_duration
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.judge import Conditions
from dolenti.guideline.knowledge import (
    MixtureRule,
    Product,
    ProductRule,
    Severity,
    SportStatus,
    StatusPeriod,
    Text,
)
from dolenti.guideline.mixture.look import Finding, Look
from dolenti.guideline.words import date_in_words, duration_in_words, lower_first

RULES = (
    "authorisation-withdrawn", "authorisation-to-verify", "authorisation-not-on-file", "shortage",
    "corticosteroid-in-mesotherapy", "not-described-for-therapy", "off-label", "stands-alone",
    "allergy", "allergy-excipient", "allergy-possible-excipient",
    "sport-prohibited", "sport-unknown", "sport-not-prohibited",
)  # fmt: skip

_AUTHORISATION: Mapping[str, str] = {
    "suspended": "authorisation-withdrawn",
    "abrogated": "authorisation-withdrawn",
    "never-authorised": "authorisation-withdrawn",
    "verify": "authorisation-to-verify",
    "shortage": "shortage",
}
_SPORT: Mapping[str, str] = {
    "unknown": "sport-unknown",
    "not-prohibited": "sport-not-prohibited",
    "prohibited-always": "sport-prohibited",
    "prohibited-in-competition": "sport-prohibited",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule that asks something of the patient."""

    when: Condition
    rule: ProductRule | MixtureRule


class Questions:
    """Everything the patient is asked about one product, compiled together."""

    def __init__(
        self,
        product: Product,
        *,
        dictionary: Dictionary,
        rules: Mapping[str, MixtureRule],
        policies: Mapping[str, str],
    ) -> None:
        self.product = product
        self.asked = [*_own_rules(product, policies), *_allergies(product, rules)]
        self.athlete = Holds("athlete-tested")
        whens = [*(one.when for one in self.asked), self.athlete]
        self.conditions = Conditions(dictionary, whens, lambda _, proof: proof)


def _own_rules(product: Product, policies: Mapping[str, str]) -> Iterator[Asked]:
    for rule in product.rules:
        if rule.policy is None or policies[rule.policy.id] == rule.policy.value:
            yield Asked(rule.when, rule)


def _allergies(product: Product, rules: Mapping[str, MixtureRule]) -> Iterator[Asked]:
    for members, name in (
        (product.allergens, "allergy"),
        (product.excipients, "allergy-excipient"),
        (product.possible_excipients, "allergy-possible-excipient"),
    ):
        if members:
            has = tuple(Compare("allergy", "has", member) for member in members)
            yield Asked(has[0] if len(has) == 1 else AnyOf(has), rules[name])


def look_at_product(look: Look, questions: Questions) -> Iterator[Finding]:
    """Everything found of one product of the syringe."""
    product = questions.product
    yield from _authorisation(look, product)
    yield from _use(look, product)
    proofs, irrelevant = questions.conditions.answers(look.values, look.as_of)
    for one, proof in zip(questions.asked, proofs, strict=False):
        yield from _patient(look, product, one.rule, _askable(proof, irrelevant))
    yield from _sport(look, product, _askable(proofs[-1], irrelevant))


def _askable(proof: Proof, irrelevant: set[str]) -> Proof:
    if proof.holds is not None or not irrelevant:
        return proof
    return Proof(None, open=tuple(fact for fact in proof.open if fact not in irrelevant))


def _authorisation(look: Look, product: Product) -> Iterator[Finding]:
    period = status_on(product, look.jurisdiction, look.as_of)
    if period is None:
        elsewhere = [
            p
            for p in product.status
            if p.state in _AUTHORISATION and read_date(p.since) <= look.as_of
        ]
        yield look.finding(
            "authorisation-not-on-file",
            product,
            citing=tuple(citation for p in elsewhere for citation in p.sources),
            detail=_known_elsewhere(elsewhere),
        )
    elif period.state in _AUTHORISATION:
        yield look.finding(
            _AUTHORISATION[period.state], product, saying=period.because, citing=period.sources
        )


def status_on(product: Product, jurisdiction: str, day: date) -> StatusPeriod | None:
    """A product's authorisation in a country on a day; ``None`` where nothing is on file.

    A first entry that says *authorised* or *never authorised* also holds before its own date,
    which is the day of the document read or of the entry. A suspension never reaches back.
    """
    periods = sorted(
        (p for p in product.status if p.jurisdiction == jurisdiction), key=lambda p: p.since
    )
    begun = [p for p in periods if read_date(p.since) <= day]
    if begun:
        return begun[-1]
    standing = ("authorised", "never-authorised")
    return periods[0] if periods and periods[0].state in standing else None


def _known_elsewhere(periods: Sequence[StatusPeriod]) -> Text | None:
    if not periods:
        return None
    return Text(
        fr=" ".join(f"{p.jurisdiction}\u00a0: {lower_first(p.because.fr)}" for p in periods),
        en=" ".join(f"{p.jurisdiction}: {lower_first(p.because.en)}" for p in periods),
    )


def _use(look: Look, product: Product) -> Iterator[Finding]:
    if look.therapy == "mesotherapy" and "corticosteroid" in product.classes:
        yield look.finding("corticosteroid-in-mesotherapy", product)
    elif look.therapy not in product.used_in:
        yield look.finding("not-described-for-therapy", product)
    off_label = product.off_label
    if off_label is not None and look.therapy in off_label.therapies:
        yield look.finding("off-label", product, saying=off_label.says, citing=off_label.sources)
    alone = product.never_mixed
    if alone is not None and len(look.ids) > 1:
        yield look.finding("stands-alone", product, citing=alone.sources, detail=alone.note)


def _patient(
    look: Look, product: Product, rule: ProductRule | MixtureRule, proof: Proof
) -> Iterator[Finding]:
    if isinstance(rule, ProductRule) and rule.therapies and look.therapy not in rule.therapies:
        return
    if proof.holds is True or (proof.holds is None and _is_asked(rule.severity)):
        yield Finding(
            rule=rule.id,
            severity=rule.severity,
            because=rule.because,
            sources=rule.sources,
            basis=rule.basis,
            encodes=rule.encodes,
            proof=proof,
            products=(product.id,),
        )


def _is_asked(severity: Severity) -> bool:
    """A warning or an information is said where it is known, and never asked for."""
    return severity in ("block", "override")


def _sport(look: Look, product: Product, tested: Proof) -> Iterator[Finding]:
    entry = listed_on(product, look.as_of)
    name = _SPORT["unknown" if entry is None else entry.status]
    if tested.holds is False or (tested.holds is None and not _is_asked(look.rules[name].severity)):
        return
    if entry is None:
        yield look.finding(name, product, proof=tested)
    else:
        yield look.finding(
            name,
            product,
            saying=entry.because,
            citing=entry.sources,
            detail=_listed(look, entry),
            proof=tested,
        )


def listed_on(product: Product, day: date) -> SportStatus | None:
    """What the latest List entered by that year says; ``None`` where none was entered."""
    entered = [entry for entry in product.sport if entry.list_year <= day.year]
    return max(entered, key=lambda entry: entry.list_year) if entered else None


def _listed(look: Look, entry: SportStatus) -> Text:
    """The year of the List; until when the product counts; which side the competition lies on."""
    fr, en = [f"Liste {entry.list_year}"], [f"List {entry.list_year}"]
    if entry.washout is not None:
        length = read_duration(entry.washout)
        end = length.after(look.as_of)
        fr.append(f"délai de {duration_in_words(length, 'fr')}, soit {date_in_words(end, 'fr')}")
        en.append(f"washout of {duration_in_words(length, 'en')}, to {date_in_words(end, 'en')}")
        known = look.values.get("next-competition")
        if known is not None and isinstance(known.value, date):
            # The in-competition period begins at 23:59 on the day before.
            clear = end <= known.value - timedelta(days=1)
            fr.append(
                f"compétition le {date_in_words(known.value, 'fr')}, "
                + ("après ce délai" if clear else "avant la fin de ce délai")
            )
            en.append(
                f"competition on {date_in_words(known.value, 'en')}, "
                + ("after this time" if clear else "before the end of this time")
            )
    return Text(fr="\u00a0; ".join(fr), en="; ".join(en))
