"""What is said of a product by itself, whatever it is for and whoever receives it: that it may not
be used, or is not sold, in a country on a day. What is authorised and sold has nothing said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dolenti.guideline.knowledge import Citation, Edition, Product, Severity, StatusState, Text
from dolenti.guideline.mixture.one_product import AUTHORISATION, status_on


@dataclass(frozen=True)
class NotUsed:
    """Why a product is not used, or only with a reason: the rule that says so of every syringe with
    it (``block``: never; ``override``: decided in writing), its state, and where it was read."""

    product: Product
    rule: str
    severity: Severity
    state: StatusState
    says: Text
    sources: tuple[Citation, ...]


def not_used(
    edition: Edition, products: Iterable[str], jurisdiction: str, day: date
) -> tuple[NotUsed, ...]:
    """Of these products, by their ids, those that are suspended, not authorised or not sold; a
    device is none of it, and of what nothing is on file nothing is said here."""
    wanted = set(products)
    severities = {one.id: one.severity for one in edition.mixture_rules}
    found = []
    for product in edition.products:
        period = status_on(product, jurisdiction, day) if product.id in wanted else None
        if period is None or product.kind == "device" or period.state not in AUTHORISATION:
            continue
        rule = AUTHORISATION[period.state]
        found.append(
            NotUsed(product, rule, severities[rule], period.state, period.because, period.sources)
        )
    return tuple(found)
