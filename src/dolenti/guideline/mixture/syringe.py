"""What is found of the products together: how many, whether they bear each other, handling."""

from __future__ import annotations

from collections.abc import Iterator

from dolenti.guideline.doses import amount, exceeds
from dolenti.guideline.knowledge import Compatibility, Text
from dolenti.guideline.mixture.look import Finding, Look, is_anaesthetic
from dolenti.guideline.numbers import number_in_words

RULES = (
    "most-products", "seen-limpid", "seen-unfit", "unlisted-combination", "acid-with-alkaline",
    "peptide-with-alkaline", "alkali-sensitive-with-alkaline", "contains-unfit-pair",
    "cosolvent-diluted", "spoiled-by-bicarbonate", "single-in-bicarbonate", "two-nsaids",
    "piroxicam-with-nsaid", "nsaid-given-today", "nsaid-tissue-injury", "hypertonic-undiluted",
    "technique-of-another-zone", "visual-check", "use-at-once", "emergency-kit",
    "ester-test-dose", "large-volume",
)  # fmt: skip

USUAL_MOST_ML = 5.0
"""A usual mesotherapy session takes at most this much (fact base 2B)."""

# What meets what, and the rule that names the mechanism.
_MECHANISMS = (
    ("acidic", "alkaline", "acid-with-alkaline"),
    ("peptide", "alkaline", "peptide-with-alkaline"),
    ("spoiled-by-alkali", "alkaline", "alkali-sensitive-with-alkaline"),
)
_SEEN = {
    "limpid": Text(fr="limpide", en="limpid"),
    "turbid": Text(fr="trouble", en="turbid"),
    "milky": Text(fr="laiteux", en="milky"),
    "incompatible": Text(fr="incompatible", en="incompatible"),
}


def look_at_syringe(look: Look) -> Iterator[Finding]:
    """Everything found of the products together."""
    yield from _technique(look)
    yield from _count(look)
    yield from _compatibility(look)
    yield from _anti_inflammatories(look)
    yield from _handling(look)


def _technique(look: Look) -> Iterator[Finding]:
    """Of a zone and a technique that do not go together, one is wrong: the rules of neither hold
    until somebody says which."""
    misplaced = look.misplaced
    if misplaced is not None:
        yield look.finding(
            "technique-of-another-zone",
            detail=Text(fr=f"{misplaced.label.fr}.", en=f"{misplaced.label.en}."),
        )


def _count(look: Look) -> Iterator[Finding]:
    if look.therapy != "mesotherapy":
        return
    most = int(look.policies.get("most-products", "3"))
    all_count = look.policies.get("count-anaesthetic", "counted") == "counted"
    counted = [p for p in look.products if all_count or not is_anaesthetic(p)]
    if len(counted) > most:
        number = len(counted)
        yield look.finding(
            "most-products",
            *counted,
            detail=Text(
                fr=f"{number} produits pour {most} au plus",
                en=f"{number} products where {most} are allowed",
            ),
        )


def _compatibility(look: Look) -> Iterator[Finding]:
    spoiled = look.having("spoiled-by-alkali")
    if look.fluid == "bicarbonate" and spoiled:
        yield look.finding("spoiled-by-bicarbonate", *spoiled)
    every = look.edition.compatibilities if look.mixed == look.ids else ()
    listed = [entry for entry in every if _is_listed(look, entry)]
    if listed:
        # Where two observations disagree, the bad one counts.
        seen = min(listed, key=lambda entry: entry.result == "limpid")
        yield look.finding(
            "seen-limpid" if seen.result == "limpid" else "seen-unfit",
            *look.products,
            saying=seen.because,
            citing=seen.sources,
            basis=seen.basis,
            detail=_SEEN[seen.result],
        )
        return
    if len(look.mixed) > 1:
        yield from _unlisted(look)
    elif look.fluid == "bicarbonate":
        yield look.finding("single-in-bicarbonate", *look.products)
    cosolvent = look.having("cosolvent")
    if cosolvent and (len(look.mixed) > 1 or look.fluid != "none"):
        yield look.finding("cosolvent-diluted", *cosolvent)


def _is_listed(look: Look, entry: Compatibility) -> bool:
    ranges = {component.product: component for component in entry.components}
    return (
        ranges.keys() == look.ids
        and look.fluid in entry.vehicles
        and all(
            ranges[c.product.id].low <= c.strength <= ranges[c.product.id].high
            for c in look.mixture.components
        )
    )


def _unlisted(look: Look) -> Iterator[Finding]:
    yield look.finding("unlisted-combination", *look.products)
    for one, other, name in _MECHANISMS:
        first, second = look.having(one), look.having(other)
        if first and second:
            yield look.finding(name, *first, *second)
    for entry in look.edition.compatibilities:
        together = {component.product for component in entry.components}
        if entry.result != "limpid" and together <= look.ids:
            yield look.finding(
                "contains-unfit-pair",
                *(p for p in look.products if p.id in together),
                citing=entry.sources,
                basis=entry.basis,
                detail=entry.because,
            )
            return


def _anti_inflammatories(look: Look) -> Iterator[Finding]:
    found = look.having("nsaid")
    if len(found) > 1:
        with_piroxicam = any(product.id == "piroxicam" for product in found)
        yield look.finding("piroxicam-with-nsaid" if with_piroxicam else "two-nsaids", *found)
    given = [p for p in look.given_products if "nsaid" in p.classes]
    others = [p for p in given if found and p.counts_as not in {one.counts_as for one in found}]
    if others:
        with_piroxicam = any(product.id == "piroxicam" for product in (*found, *others))
        name = "piroxicam-with-nsaid" if with_piroxicam else "nsaid-given-today"
        yield look.finding(name, *found, *others)
    if found and look.therapy == "mesotherapy":
        yield look.finding("nsaid-tissue-injury", *found)


def _handling(look: Look) -> Iterator[Finding]:
    yield look.finding("visual-check")
    if len(look.mixed) > 1 or look.fluid != "none":
        yield look.finding("use-at-once")
    anaesthetics = look.having("local-anaesthetic")
    if anaesthetics:
        yield look.finding("emergency-kit", *anaesthetics)
    esters = look.having("ester-local-anaesthetic")
    if esters:
        yield look.finding("ester-test-dose", *esters)
    volume = look.mixture.volume
    for product in look.products:
        thick = product.hypertonic_above
        if thick is not None and exceeds(look.drawn(product), amount(thick, volume)):
            yield look.finding("hypertonic-undiluted", product)
    if look.therapy == "mesotherapy" and volume > USUAL_MOST_ML:
        words = {language: number_in_words(volume, "mL", language) for language in ("fr", "en")}
        yield look.finding("large-volume", detail=Text(**words))
