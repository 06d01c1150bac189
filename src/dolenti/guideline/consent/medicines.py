"""What a patient is told of each product planned: what its label covers, and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dolenti.guideline.consent import words
from dolenti.guideline.consent.told import Teller, find
from dolenti.guideline.consent.values import ConsentRequest, Medicine, Statement
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import NEVER_USED, GroupRule, Product, StatusPeriod, Text, Therapy
from dolenti.guideline.mixture.of_patient import rules_about
from dolenti.guideline.mixture.one_product import status_on


def planned(tell: Teller, therapy: Therapy, request: ConsentRequest) -> Iterator[Medicine]:
    """Each planned product, in its order. Raises ``InputError`` for one that may not be used."""
    for name in dict.fromkeys(request.products):
        product = find(tell.edition.products, name, "product", "ce produit")
        period = status_on(product, request.jurisdiction, request.day)
        _refuse(product, period, therapy)
        off_label = product.off_label
        yield Medicine(
            product=product.id,
            label=product.label,
            off_label=(
                tell.told(f"{product.id}-off-label", off_label)
                if off_label is not None and therapy.id in off_label.therapies
                else None
            ),
            authorisation=_authorisation(tell, product, period),
            unsourced_use=(
                None
                if therapy.id in product.used_in
                else tell(f"{product.id}-unsourced-use", words.UNSOURCED_USE, product)
            ),
            warnings=tuple(_warnings(tell, product, therapy, request)),
        )


def _warnings(
    tell: Teller, product: Product, therapy: Therapy, request: ConsentRequest
) -> Iterator[Statement]:
    """What is told wherever the product is planned, and what its rules hold against this patient:
    where nobody wrote that in a patient's words, that there is something to be spoken of."""
    for rule in rules_about(tell.edition, product):
        holds = rule.id in request.against
        always = not isinstance(rule, GroupRule) and rule.told is not None
        if not holds and not (always and (not rule.therapies or therapy.id in rule.therapies)):
            continue
        yield tell.told(rule.id, rule) if rule.told else tell(rule.id, words.AGAINST, rule)


def _refuse(product: Product, period: StatusPeriod | None, therapy: Therapy) -> None:
    if period is not None and period.state in NEVER_USED:
        raise InputError(
            f"this product may not be used ({period.because.en}) Plan another one",
            product.id,
            fr=f"ce produit ne peut pas être employé\u00a0: {period.because.fr} Choisissez-en un "
            "autre",
        )
    excluded = set(product.classes) & set(therapy.description.not_done_with)
    if excluded:
        raise InputError(
            f"{therapy.description.label.en} is not done with this class of product; plan "
            "another one",
            product.id,
            fr="ce traitement ne se fait pas avec cette classe de produit\u00a0; choisissez-en "
            "un autre",
        )


def _authorisation(tell: Teller, product: Product, period: StatusPeriod | None) -> Statement:
    name = f"{product.id}-authorisation"
    if product.kind == "device":
        return tell(name, words.DEVICE, product)
    if period is None:
        return tell(name, words.NO_STATUS, product)
    said = tell(name, period.told or _state(product, period), period)
    if not period.labelled_routes:
        return said
    return replace(said, note=Text(fr=_routes(period, "fr"), en=_routes(period, "en")))


def _state(product: Product, period: StatusPeriod) -> Text:
    """The words of a status that was read from the public base of medicines. What the base does
    not hold of a product (``beyond``) are devices, of which it says nothing."""
    if product.in_base is not None and product.in_base.beyond is not None:
        return words.MEDICINE_OR_DEVICE
    where = words.COUNTRY.get(period.jurisdiction, words.THIS_COUNTRY)
    says = words.AUTHORISATION[period.state]
    return Text(fr=says.fr.format(where=where.fr), en=says.en.format(where=where.en))


def _routes(period: StatusPeriod, language: str) -> str:
    named = [
        words.ROUTE[route].in_language(language) if route in words.ROUTE else route
        for route in period.labelled_routes
    ]
    return words.ROUTES.in_language(language).format(routes=", ".join(named))
