"""What is found of the patient's allergies: the product itself, then its excipients.

Excipients are known by the label: of the vial, where somebody read it out (``excipients`` of the
component); of each speciality that the public base names; of the product, where neither is. What
nobody looked up is unknown, never none: the label is then asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dolenti.guideline.conditions import Compare, Proof
from dolenti.guideline.dates import read_date
from dolenti.guideline.knowledge import (
    EXCIPIENT_NAMES,
    Citation,
    ExcipientsOf,
    Product,
    Text,
    members_of,
)
from dolenti.guideline.mixture.look import EXCIPIENTS, Finding, Look

RULES = ("allergy", "allergy-excipient", "allergy-possible-excipient", "excipients-unread")


@dataclass(frozen=True, slots=True)
class Excipients:
    """What is known of the excipients of a product in this syringe.

    ``certain`` are in what was drawn up whatever its presentation, ``possible`` in some of them;
    ``unread`` are the presentations that nobody looked up, by name (empty: the product itself).
    """

    certain: frozenset[str]
    possible: frozenset[str]
    unread: tuple[str, ...] | None
    sources: tuple[Citation, ...] = ()


def look_at_allergies(look: Look, product: Product) -> Iterator[Finding]:
    """Everything found of the allergies of this patient to one product."""
    yield from _judged(look, product, "allergy", product.allergens)
    known = excipients_of(look, product)
    yield from _judged(look, product, "allergy-excipient", known.certain, known.sources)
    yield from _judged(look, product, "allergy-possible-excipient", known.possible, known.sources)
    if known.unread is not None:
        yield from _unread(look, product, known)


def _judged(
    look: Look,
    product: Product,
    name: str,
    members: Iterable[str],
    citing: tuple[Citation, ...] = (),
) -> Iterator[Finding]:
    proofs = [
        look.proof(Compare("allergy", "has", member))
        for member in members_of(look.allergens, members)
    ]
    if any(proof.holds for proof in proofs):
        yield look.finding(
            name, product, citing=citing, proof=Proof(holds=True, decided=("allergy",))
        )
    elif any(proof.holds is None for proof in proofs):
        yield look.finding(name, product, proof=Proof(None, open=("allergy",)))


def _unread(look: Look, product: Product, known: Excipients) -> Iterator[Finding]:
    """An allergy to an excipient, and a label that nobody read: the label decides."""
    told = {*known.certain, *known.possible}
    others = [name for name in EXCIPIENT_NAMES if name not in told]
    proofs = [
        look.proof(Compare("allergy", "has", member))
        for member in members_of(look.allergens, others)
    ]
    if any(proof.holds for proof in proofs):
        yield look.finding(
            "excipients-unread",
            product,
            proof=Proof(None, open=(EXCIPIENTS,)),
            detail=_named(known.unread or ()),
        )
    elif any(proof.holds is None for proof in proofs):
        yield look.finding("excipients-unread", product, proof=Proof(None, open=("allergy",)))


def _named(unread: tuple[str, ...]) -> Text | None:
    names = ", ".join(dict.fromkeys(name.partition(", ")[0] for name in unread))
    if not names:
        return None
    return Text(fr=f"Étiquettes non relevées\u00a0: {names}.", en=f"Labels not looked up: {names}.")


def excipients_of(look: Look, product: Product) -> Excipients:
    """What is known of the excipients of a product, by the best that was read."""
    read = [c.excipients for c in look.components(product)]
    told = [frozenset(excipients) for excipients in read if excipients is not None]
    certain, on_file = frozenset[str]().union(*told), _on_file(look, product)
    if len(told) < len(read):
        both = on_file.certain | certain
        return replace(on_file, certain=both, possible=on_file.possible - both)
    # A label read as without what every presentation here holds: the vial is looked at once more.
    return Excipients(certain, on_file.certain - certain, None, on_file.sources)


def _on_file(look: Look, product: Product) -> Excipients:
    """What is known of a product whose label nobody read out."""
    named = frozenset(product.named_excipients)
    sold = _specialities(look, product)
    if not sold:
        unread = () if not isinstance(product.excipients, tuple) else None
        possible = frozenset(product.possible_excipients)
        return Excipients(named, possible - named, unread, product.sources)
    by_cis = {one.id: one for one in look.edition.excipients}
    labels: list[ExcipientsOf] = [by_cis[cis] for cis, _ in sold if cis in by_cis]
    sets = [frozenset(one.excipients) for one in labels]
    missing = tuple(name for cis, name in sold if cis not in by_cis)
    everywhere = frozenset.intersection(*sets) if sets and not missing else frozenset[str]()
    return Excipients(
        certain=named | everywhere,
        possible=frozenset[str]().union(*sets) - named - everywhere,
        # What the product says of every presentation holds for those not read one by one.
        unread=missing if missing and not isinstance(product.excipients, tuple) else None,
        sources=tuple(dict.fromkeys(c for one in labels for c in one.sources)),
    )


def _specialities(look: Look, product: Product) -> list[tuple[str, str]]:
    """CIS and name of the specialities that the base gave for this country."""
    found: list[tuple[str, str]] = []
    for period in product.status:
        if period.jurisdiction == look.jurisdiction and read_date(period.since) <= look.as_of:
            found += [(one[:8], one[9:]) for one in period.specialities]
    return found
