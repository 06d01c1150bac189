"""What is found of one product: authorisation, use, the patient who receives it, sport."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from dolenti.guideline.conditions import AllOf, AnyOf, Compare, Condition, Holds, Proof
from dolenti.guideline.dates import read_date, read_duration
from dolenti.guideline.facts import Dictionary, Known
from dolenti.guideline.judge import Conditions, rules_in_force
from dolenti.guideline.knowledge import (
    NEVER_USED,
    Edition,
    MixtureRule,
    Product,
    ProductRule,
    SportStatus,
    StatusPeriod,
    Text,
)
from dolenti.guideline.mixture.allergies import look_at_allergies
from dolenti.guideline.mixture.ceilings import ProductTotal
from dolenti.guideline.mixture.look import Finding, Look, askable, is_asked
from dolenti.guideline.mixture.of_patient import look_at_patient, rules_about
from dolenti.guideline.numbers import number_in_words, unit_in_words
from dolenti.guideline.words import date_in_words, duration_in_words, lower_first

RULES = (
    "authorisation-withdrawn", "not-marketed", "authorisation-to-verify",
    "authorisation-not-on-file", "origin-stated", "shortage", "device", "strength-of-no-ampoule",
    "ampoule-not-for-local-use", "route-on-no-label",
    "minimum-age-unknown",
    "corticosteroid-in-mesotherapy", "not-described-for-therapy", "off-label", "stands-alone",
    "watch-after",
    "sport-prohibited", "sport-after-washout", "sport-unknown", "sport-not-prohibited",
)  # fmt: skip

AUTHORISATION: Mapping[str, str] = {
    **dict.fromkeys(NEVER_USED, "authorisation-withdrawn"),
    "not-marketed": "not-marketed",
    "verify": "authorisation-to-verify",
    "shortage": "shortage",
}
"""The rule that speaks of a product in such a state."""
_TESTED = Holds("athlete-tested")
ATHLETE = AnyOf((_TESTED, AllOf((Compare("sport", "is", "competition"), _TESTED))))
"""Who is tested; of whom nobody knows it, the sport is asked first."""
MINOR = Compare("age", "under", 18.0)
_SPORT: Mapping[str, str] = {
    "unknown": "sport-unknown",
    "not-prohibited": "sport-not-prohibited",
    "prohibited-always": "sport-prohibited",
    "prohibited-in-competition": "sport-prohibited",
}


class Asker:
    """Every condition by which products are judged, compiled together and answered at once."""

    def __init__(
        self,
        edition: Edition,
        *,
        dictionary: Dictionary,
        rules: Mapping[str, MixtureRule],
        policies: Mapping[str, str],
    ) -> None:
        self._rules = {
            product.id: rules_in_force(tuple(rules_about(edition, product)), policies)
            for product in edition.products
        }
        whens: dict[Condition, None] = {ATHLETE: None, MINOR: None}
        for product in edition.products:
            for rule in self._rules[product.id]:
                whens.update(dict.fromkeys([rule.when, *([rule.ask_if] if rule.ask_if else [])]))
            whens.update(dict.fromkeys(c.when for c in product.ceilings if c.when is not None))
        for option in dictionary.definition("allergy").options:
            whens[Compare("allergy", "has", option.id)] = None
        for one in rules.values():
            if one.sum_of is not None and one.sum_of.when is not None:
                whens[one.sum_of.when] = None
        self._whens = tuple(whens)
        self._conditions = Conditions(dictionary, self._whens, lambda _, proof: proof)

    def rules_of(self, product: Product) -> tuple[ProductRule, ...]:
        """The rules about a product that are in force."""
        return self._rules[product.id]

    def answers(self, values: Mapping[str, Known], as_of: date) -> Mapping[Condition, Proof]:
        """Every condition proved for one patient; what is irrelevant is not asked, nor what waits
        for another question of the same condition."""
        found, irrelevant, waiting = self._conditions.answers(values, as_of)
        return {
            when: askable(
                proof, irrelevant | (waiting if set(proof.open) - irrelevant - waiting else set())
            )
            for when, proof in zip(self._whens, found, strict=True)
        }


def look_at_product(
    look: Look, total: ProductTotal, rules: Sequence[ProductRule]
) -> Iterator[Finding]:
    """Everything found of one product of the syringe."""
    product = total.product
    yield from _authorisation(look, product)
    yield from _strength(look, product)
    yield from _ampoule(look, product)
    yield from _route(look, product)
    yield from _use(look, product)
    yield from _age(look, product)
    for rule in rules:
        yield from look_at_patient(look, total, rule)
    yield from look_at_allergies(look, product)
    yield from _sport(look, product, look.proof(ATHLETE))


def _authorisation(look: Look, product: Product) -> Iterator[Finding]:
    if product.kind == "device":
        yield look.finding("device", product, citing=product.sources)
        return
    period = status_on(product, look.jurisdiction, look.as_of)
    if period is None:
        elsewhere = [
            p
            for p in product.status
            if p.state in AUTHORISATION and read_date(p.since) <= look.as_of
        ]
        yield look.finding(
            "authorisation-not-on-file",
            product,
            citing=tuple(citation for p in elsewhere for citation in p.sources),
            detail=_known_elsewhere(elsewhere),
        )
    elif period.state == "not-authorised" and (origins := look.origins(product)):
        yield look.finding(
            "origin-stated",
            product,
            citing=period.sources,
            detail=Text(fr=f"{period.because.fr} {origins}", en=f"{period.because.en} {origins}"),
        )
    elif period.state in AUTHORISATION:
        yield look.finding(
            AUTHORISATION[period.state], product, saying=period.because, citing=period.sources
        )


def _strength(look: Look, product: Product) -> Iterator[Finding]:
    """A strength that no ampoule of this country has was mistyped, diluted before, or imported."""
    period = status_on(product, look.jurisdiction, look.as_of)
    if period is None or not period.strengths:
        return
    known = sorted({*period.strengths, *product.usual_strengths})
    strange = [c.strength for c in look.components(product) if c.strength not in known]
    if strange:
        unit = {language: unit_in_words(product.unit, language) for language in ("fr", "en")}
        fr, en = (
            ", ".join(number_in_words(n, None, language) for n in known)
            for language in ("fr", "en")
        )
        yield look.finding(
            "strength-of-no-ampoule",
            product,
            citing=period.sources,
            detail=Text(
                fr=f"{number_in_words(strange[0], None, 'fr')} {unit['fr']}/mL\u00a0; il existe "
                f"{fr} {unit['fr']}/mL",
                en=f"{strange[0]:g} {unit['en']}/mL; there is {en} {unit['en']}/mL",
            ),
        )


def _ampoule(look: Look, product: Product) -> Iterator[Finding]:
    """Of one strength, some ampoules are labelled for local use and others are not: which it is
    stands on the ampoule."""
    period = status_on(product, look.jurisdiction, look.as_of)
    drawn = {component.strength for component in look.components(product)}
    names = [
        one.speciality.partition(", ")[0]
        for one in (period.not_local if period else ())
        if one.strength in drawn
    ]
    if period is not None and names:
        listed = ", ".join(dict.fromkeys(names))
        yield look.finding(
            "ampoule-not-for-local-use",
            product,
            citing=period.sources,
            detail=Text(fr=f"{listed}.", en=f"{listed}."),
        )


def _route(look: Look, product: Product) -> Iterator[Finding]:
    """The route of the technique stands on the label of no ampoule of this strength."""
    period = status_on(product, look.jurisdiction, look.as_of)
    route = look.label_route
    if period is None or route is None:
        return
    for component in look.components(product):
        labels = [
            one.routes
            for one in period.labelled_at
            if one.strength == component.strength
            or (one.strength is None and component.strength in product.usual_strengths)
        ]
        if labels and not any(route in routes for routes in labels):
            yield look.finding("route-on-no-label", product, citing=period.sources)
            return


def _age(look: Look, product: Product) -> Iterator[Finding]:
    """Where no minimum age is on file, a child is no small adult: somebody decides, in writing."""
    if isinstance(product.minimum_age, float):
        return
    minor = look.proof(MINOR)
    if minor.holds is not False:
        yield look.finding("minimum-age-unknown", product, proof=minor)


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
        yield look.finding(
            "stands-alone", product, citing=alone.sources, basis=alone.basis, detail=alone.note
        )

    watch = product.watch_after
    if watch is not None:
        yield look.finding(
            "watch-after", product, saying=watch.says, citing=watch.sources, basis=watch.basis
        )


def _sport(look: Look, product: Product, tested: Proof) -> Iterator[Finding]:
    entry = listed_on(product, look.as_of)
    name = _SPORT["unknown" if entry is None else entry.status]
    if entry is not None and entry.status == "prohibited-in-competition":
        name = "sport-after-washout" if _is_after_washout(look, entry) else name
    if tested.holds is False or (tested.holds is None and not is_asked(look.rules[name].severity)):
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


def _is_after_washout(look: Look, entry: SportStatus) -> bool:
    """Whether the next competition is known and lies after the washout, from today on.

    The in-competition period begins at 23:59 on the day before.
    """
    known = look.values.get("next-competition")
    washout = _washout(look, entry)
    if washout is None or known is None or not isinstance(known.value, date):
        return False
    return read_duration(washout).after(look.as_of) <= known.value - timedelta(days=1)


def _washout(look: Look, entry: SportStatus) -> str | None:
    zone = look.values.get("zone")
    return entry.washout_in("" if zone is None else str(zone.value))


def _listed(look: Look, entry: SportStatus) -> Text:
    """The year of the List; until when the product counts; which side the competition lies on."""
    fr, en = [f"Liste {entry.list_year}"], [f"List {entry.list_year}"]
    year = look.as_of.year
    if entry.list_year < year:
        fr.append(f"la Liste {year} n’a pas été saisie pour ce produit, à vérifier")
        en.append(f"the {year} List was not entered for this product: check it")
    washout = _washout(look, entry)
    if washout is not None:
        length = read_duration(washout)
        end = length.after(look.as_of)
        fr.append(f"délai de {duration_in_words(length, 'fr')}, soit {date_in_words(end, 'fr')}")
        en.append(f"washout of {duration_in_words(length, 'en')}, to {date_in_words(end, 'en')}")
        known = look.values.get("next-competition")
        if known is not None and isinstance(known.value, date):
            clear = _is_after_washout(look, entry)
            fr.append(
                f"compétition le {date_in_words(known.value, 'fr')}, "
                + ("après ce délai" if clear else "avant la fin de ce délai")
            )
            en.append(
                f"competition on {date_in_words(known.value, 'en')}, "
                + ("after this time" if clear else "before the end of this time")
            )
    return Text(fr="\u00a0; ".join(fr), en="; ".join(en))
