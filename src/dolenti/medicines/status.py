"""The status of our products in France, read from the public base: never typed.

A product is marketed where one of its specialities is authorised and sold; authorised but not
marketed where one is authorised and none sold; not authorised where none is authorised. What is
archived, abrogated, withdrawn or suspended is in the base and is not authorised. Devices are not
in the base, so a product that is one says nothing of itself here (it has no ``in_base``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import msgspec

from dolenti.guideline.knowledge import Citation, LabelledAt, NotLocal, Product, StatusRead, Text
from dolenti.guideline.words import date_in_words, lower_first
from dolenti.medicines.base import Base
from dolenti.medicines.matching import matched
from dolenti.medicines.values import Speciality

State = Literal["authorised", "not-marketed", "not-authorised"]

SOURCE = "public-base-of-medicines"
MOST_NAMED = 3
"""Specialities named in a sentence; the entry lists them all."""

_PER_ML = re.compile(
    r"([0-9]+(?:,[0-9]+)?)\s*(mg|g|microgrammes|µg|U\.?I\.?)\s*/\s*([0-9]+(?:,[0-9]+)?)?\s*ml\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"([0-9]+(?:,[0-9]+)?)\s*(?:%|POUR CENT)")
_IN_UNIT = {
    ("mg", "mg"): 1.0,
    ("g", "mg"): 1000.0,
    ("microgrammes", "mg"): 0.001,
    ("µg", "mg"): 0.001,
    ("ui", "IU"): 1.0,
}
_ROUTES = {
    "infiltration": "infiltration",
    "intra-articulaire": "intra-articular",
    "périarticulaire": "periarticular",
    "intralésionnelle": "intralesional",
    "intradermique": "intradermal",
    "sous-cutanée": "subcutaneous",
    "intramusculaire": "intramuscular",
    "intraveineuse": "intravenous",
    "périneurale": "perineural",
    "péridurale": "epidural",
    "orale": "oral",
    "cutanée": "cutaneous",
}


_ELSEWHERE: Final = {
    "dental": Text(fr="dentaires", en="dental"),
    "intrathecal": Text(fr="intrathécales", en="intrathecal"),
}
"""What the other injectable specialities of a substance are for."""

_LOCAL = (
    "infiltration", "intra-articulaire", "périarticulaire", "intralésionnelle", "intradermique",
    "sous-cutanée",
)  # fmt: skip
"""Routes by which a product is injected on the spot."""


@dataclass(frozen=True)
class Status:
    """What the base says of a product on its day, and the specialities it rests on. ``elsewhere``:
    for what else its substance is injected (``_ELSEWHERE``), where nothing of ours is
    authorised."""

    product: Product
    as_of: date
    state: State
    marketed: tuple[Speciality, ...]
    not_marketed: tuple[Speciality, ...]
    not_authorised: tuple[Speciality, ...]
    elsewhere: tuple[str, ...] = ()

    @property
    def rests_on(self) -> tuple[Speciality, ...]:
        """Those of the best state that there is."""
        return self.marketed or self.not_marketed or self.not_authorised

    @property
    def routes(self) -> tuple[str, ...]:
        """The labelled routes of what is sold, or else authorised, by our own ids."""
        told = {route for one in self.marketed or self.not_marketed for route in one.routes}
        return tuple(ours for theirs, ours in _ROUTES.items() if theirs in told)

    @property
    def not_local(self) -> tuple[Speciality, ...]:
        """Those sold without a route by which they are injected on the spot, where others have
        one: an ampoule of the same strength may be of either kind."""
        without = tuple(one for one in self.marketed if not set(_LOCAL) & set(one.routes))
        return without if len(without) < len(self.marketed) else ()

    @property
    def strengths(self) -> tuple[float, ...]:
        """The strengths of what is sold, or else authorised, in the product's unit per mL; empty
        unless every name tells its own (``100 mg/2 ml``, ``15 POUR CENT``) or the product knows
        what the others hold."""
        told = {
            strength_in(one.name, self.product.unit) for one in self.marketed or self.not_marketed
        }
        silent = None in told
        if silent and not self.product.usual_strengths:
            return ()
        usual = self.product.usual_strengths if silent else ()
        return tuple(sorted({*usual, *(strength for strength in told if strength is not None)}))

    @property
    def labelled_at(self) -> tuple[LabelledAt, ...]:
        """The routes on the labels of each strength of what is sold, or else authorised."""
        routes: dict[float | None, set[str]] = {}
        for one in self.marketed or self.not_marketed:
            routes.setdefault(strength_in(one.name, self.product.unit), set()).update(one.routes)
        return tuple(
            LabelledAt(
                strength=strength,
                routes=tuple(ours for theirs, ours in _ROUTES.items() if theirs in told),
            )
            for strength, told in sorted(routes.items(), key=lambda one: one[0] or 0.0)
        )


def strength_in(name: str, unit: str) -> float | None:
    """The strength that the name of a speciality tells, in ``unit`` per mL."""
    if found := _PER_ML.search(name):
        amount, per = _figure(found[1]), _figure(found[3] or "1")
        factor = _IN_UNIT.get((found[2].replace(".", "").lower(), unit))
        return None if factor is None or not per else round(amount * factor / per, 9)
    found = _PERCENT.search(name)
    return round(_figure(found[1]) * 10, 9) if found and unit == "mg" else None


def _figure(written: str) -> float:
    return float(written.replace(",", "."))


def status_in_france(product: Product, base: Base) -> Status | None:
    """The status of a product; ``None`` where it does not say what it is in the base."""
    return next(iter(_statuses([product], base)), None)


def statuses_in_france(products: Iterable[Product], base: Base) -> tuple[Status, ...]:
    """The status of every product that says what it is in the base."""
    return tuple(_statuses(products, base))


def _statuses(products: Iterable[Product], base: Base) -> Iterator[Status]:
    asked = [product for product in products if product.in_base is not None]
    routes = {route for product in asked if product.in_base for route in product.in_base.routes}
    every = sorted(base, key=lambda one: one.cis)
    dental = [one for one in every if _is_dental(one)]
    intrathecal = [one for one in every if "intrathécale" in one.routes]
    beside = {"dental": dental, "intrathecal": intrathecal}
    possible = [one for one in every if routes & set(one.routes) and not _is_dental(one)]
    for product in asked:
        assert product.in_base is not None
        meant = [one for one in possible if matched(one, product.in_base)]
        anywhere = msgspec.structs.replace(product.in_base, routes=(), alone=False)
        marketed = tuple(one for one in meant if one.authorised and one.marketed)
        not_marketed = tuple(one for one in meant if one.authorised and not one.marketed)
        yield Status(
            product=product,
            as_of=base.provenance.specialities,
            state="authorised"
            if marketed
            else "not-marketed"
            if not_marketed
            else "not-authorised",
            marketed=marketed,
            not_marketed=not_marketed,
            not_authorised=tuple(one for one in meant if not one.authorised),
            elsewhere=tuple(
                use
                for use, ones in beside.items()
                if any(one.authorised and matched(one, anywhere) for one in ones)
            ),
        )


def _is_dental(one: Speciality) -> bool:
    return "dentaire" in one.routes or "usage dentaire" in one.name.lower()


def as_entry(status: Status) -> StatusRead:
    """The status as an entry of the knowledge, with its sentence and its source."""
    return StatusRead(
        id=status.product.id,
        as_of=status.as_of.isoformat(),
        state=status.state,
        labelled_routes=status.routes,
        strengths=status.strengths,
        labelled_at=status.labelled_at,
        specialities=tuple(f"{one.cis} {one.name}" for one in status.rests_on),
        not_local=tuple(
            NotLocal(speciality=one.name, strength=strength_in(one.name, status.product.unit))
            for one in status.not_local
        ),
        because=_because(status),
        sources=(Citation(id=SOURCE),),
        encodes=("2C",),
    )


def _because(status: Status) -> Text:
    says = _says(status)
    beyond = status.product.in_base.beyond if status.product.in_base else None
    if beyond is None:
        return says
    return Text(fr=f"{says.fr} {beyond.fr}", en=f"{says.en} {beyond.en}")


def _says(status: Status) -> Text:
    label = status.product.label
    name = Text(fr=lower_first(label.fr), en=lower_first(label.en))
    day = Text(fr=date_in_words(status.as_of, "fr"), en=date_in_words(status.as_of, "en"))
    fr, en = f"base publique des médicaments, {day.fr}", f"public base of medicines, {day.en}"
    if status.state == "authorised":
        named = _named(status.marketed)
        return Text(
            fr=f"Spécialités injectables autorisées et commercialisées en France pour ce "
            f"produit ({name.fr})\u00a0: {named.fr} ({fr}).",
            en=f"Injectable specialities authorised and marketed in France for this product "
            f"({name.en}): {named.en} ({en}).",
        )
    if status.state == "not-marketed":
        named = _named(status.not_marketed)
        return Text(
            fr=f"Aucune spécialité injectable de ce produit ({name.fr}) n’est commercialisée en "
            f"France\u00a0; il en reste d’autorisées\u00a0: {named.fr} ({fr}).",
            en=f"No injectable speciality of this product ({name.en}) is marketed in France; "
            f"some are still authorised: {named.en} ({en}).",
        )
    if status.elsewhere:
        uses = [_ELSEWHERE[use] for use in status.elsewhere]
        return Text(
            fr=f"Aucune spécialité de ce produit ({name.fr}) n’est autorisée en France pour cet "
            f"usage local\u00a0; celles qui existent sont {' ou '.join(one.fr for one in uses)} "
            f"({fr}).",
            en=f"No product of {name.en} is authorised in France for this local use; those that "
            f"exist are {' or '.join(one.en for one in uses)} ({en}).",
        )
    return Text(
        fr=f"Aucune spécialité injectable de ce produit ({name.fr}) n’est autorisée en France "
        f"({fr}).",
        en=f"No injectable speciality of this product ({name.en}) is authorised in France ({en}).",
    )


def _named(specialities: tuple[Speciality, ...]) -> Text:
    names = tuple(dict.fromkeys(one.name.partition(", ")[0] for one in specialities))
    more = len(names) - MOST_NAMED
    shown = ", ".join(names[:MOST_NAMED])
    return Text(
        fr=f"{shown}, et {more} autres" if more > 1 else ", ".join(names),
        en=f"{shown} and {more} others" if more > 1 else ", ".join(names),
    )


@dataclass(frozen=True)
class Difference:
    """A product of which the knowledge says another status than a base does."""

    product: Product
    said: StatusRead | None
    read: StatusRead


def differences(
    products: Iterable[Product], said: Iterable[StatusRead], base: Base
) -> tuple[Difference, ...]:
    """Where the statuses that the knowledge holds are not those of a base, whatever its day."""
    by_product = {status.id: status for status in said}
    found = []
    for status in statuses_in_france(products, base):
        before, now = by_product.get(status.product.id), as_entry(status)
        if before is None or _told(before) != _told(now):
            found.append(Difference(status.product, before, now))
    return tuple(found)


def _told(status: StatusRead) -> tuple[object, ...]:
    return (
        status.state, status.labelled_routes, status.strengths, status.labelled_at,
        status.specialities, status.not_local,
    )  # fmt: skip
