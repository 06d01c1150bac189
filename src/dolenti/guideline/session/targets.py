"""What is found of an infiltration before it is done: target, products, dose, volume, guidance.

The product's own ceilings, allergies and interactions are the mixture's to judge, the patient's
criteria the verdict's; here is what belongs to the target. A dose that nobody said and a guidance
that nobody chose are asked for by what they leave open: neither passes as fine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Ceiling, Edition, Product, Severity, Text
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.session.content import Content, content, found
from dolenti.guideline.session.decimals import exact
from dolenti.guideline.session.findings import SEVERITIES, Finding, gravest_first
from dolenti.guideline.session.shapes.common import Said
from dolenti.guideline.session.shapes.infiltration import ProductClass, SizeCaps, Target

Guide = Literal["landmark", "ultrasound", "fluoroscopy", "ct"]
CORTICOSTEROID = "corticosteroid"
ANAESTHETIC = "local-anaesthetic"


@dataclass(frozen=True, slots=True)
class Given:
    """One product that goes in: ``dose`` in its unit (mg), ``None`` where nobody said."""

    product: str
    dose: Decimal | None


@dataclass(frozen=True, slots=True)
class PlannedInfiltration:
    """What is planned for one target. ``serum``: a unit of the patient's own.

    ``volume_ml`` is what goes in in all. ``large_joints_today`` are the other large joints of this
    visit; ``before`` how often this target was infiltrated before. ``centre``: the site has the
    equipped room of a specialised centre.
    """

    target: str
    given: tuple[Given, ...]
    volume_ml: Decimal
    guidance: Guide | None
    serum: bool = False
    large_joints_today: int = 0
    before: int = 0
    centre: bool = False


def refusal(edition: Edition, name: str) -> Finding | None:
    """What refuses a target, by its id; ``None`` where it is not among those that are refused."""
    for one in content(edition).refused:
        if one.id == name and not one.for_serum:
            return Finding.of(edition, one, "block", detail=one.label)
    return None


def judge_infiltration(edition: Edition, planned: PlannedInfiltration) -> tuple[Finding, ...]:
    """What is found, what stops it first.

    Raises ``InputError`` for a target or a product that there is not, and for a volume that is not
    above 0.
    """
    if not planned.volume_ml > 0:
        raise InputError(
            "the volume must be above 0 mL",
            "volume",
            fr="le volume doit dépasser 0\u00a0mL",
        )
    refused = refusal(edition, planned.target)
    if refused is not None:
        return (refused,)
    look = _Look(edition, planned)
    return gravest_first(
        [
            *look.of_the_serum(),
            *look.of_the_products(),
            *look.of_the_doses(),
            *look.of_the_volume(),
            *look.of_the_guidance(),
            *look.of_the_visit(),
        ]
    )


class _Look:
    """One plan before the rules of infiltration."""

    def __init__(self, edition: Edition, planned: PlannedInfiltration) -> None:
        self._edition = edition
        self._content: Content = content(edition)
        self._planned = planned
        self._target: Target = found(self._content.targets, planned.target, "targets")
        self._given = [
            (found(edition.products, given.product, "products"), given) for given in planned.given
        ]
        classes = {one.id: one for one in self._content.infiltration.product_classes}
        self._all_classes = tuple(classes.values())
        self._allowed = [classes[name] for name in self._target.products]

    def _check(self, name: str, severity: Severity | None = None, detail: Text | None = None,
               about: str | None = None) -> Finding:  # fmt: skip
        check = found(self._content.infiltration.checks, name, "checks")
        return self._say(check, severity or check.severity, detail, about)

    def _say(
        self, entry: Said, severity: Severity, detail: Text | None, about: str | None = None
    ) -> Finding:
        return Finding.of(self._edition, entry, severity, detail=detail, about=about)

    def of_the_serum(self) -> Iterator[Finding]:
        if not self._planned.serum:
            return
        if self._target.size == "spine":
            refused = next(one for one in self._content.refused if one.for_serum)
            yield self._say(refused, "block", refused.label)
        if not any(one.serum for one in self._allowed):
            yield self._check("wrong-product-for-target")
        if self._given:
            yield self._check("alone-in-its-syringe")

    def of_the_products(self) -> Iterator[Finding]:
        prednisolone_only = self._target.structure == "epidural"
        for product, _ in self._given:
            if any(is_in(one, product) for one in self._allowed):
                continue
            if ANAESTHETIC in product.classes and self._target.no_anaesthetic is not None:
                yield self._check(
                    "no-anaesthetic-here", detail=self._target.no_anaesthetic, about=product.id
                )
            elif prednisolone_only:
                yield self._check("only-prednisolone-acetate", about=product.id)
            else:
                yield self._check(
                    "wrong-product-for-target", detail=product.label, about=product.id
                )
        lonely = [
            product
            for product, _ in self._given
            if any(one.alone and is_in(one, product) for one in self._all_classes)
        ]
        if lonely and len(self._given) > 1:
            yield self._check("alone-in-its-syringe", detail=lonely[0].label, about=lonely[0].id)

    def of_the_doses(self) -> Iterator[Finding]:
        for product, given in self._given:
            if CORTICOSTEROID not in product.classes:
                continue
            here = ceilings_at(self._content, self._target, product)
            if here.entry is None or not here.ceilings:
                yield self._check("no-cap-for-target", detail=product.label, about=product.id)
            elif given.dose is None:
                yield self._check("dose-not-known", detail=product.label, about=product.id)
            elif (over := _gravest_passed(here.ceilings, given.dose)) is not None:
                detail = _of(given.dose, over.absolute or 0.0, product.unit)
                if here.borrowed:
                    yield self._check("dose-borrowed", detail=detail, about=product.id)
                else:
                    yield self._passed(here.entry, over, detail, product.id)

    def _passed(self, entry: SizeCaps, over: Ceiling, detail: Text, product: str) -> Finding:
        """The sentence of the place, with what the ceiling that was passed rests on: a judgement
        about one product never wears the label of another."""
        finding = self._say(entry, over.severity, detail, product)
        read = over.basis != "expert" and self._edition.verified(over.sources)
        return replace(finding, sources=over.sources, basis=over.basis, verified=read)

    def of_the_volume(self) -> Iterator[Finding]:
        volume, limits = self._planned.volume_ml, self._target.volume_ml
        if volume > exact(limits.most):
            yield self._check("volume-over-most", detail=_of(volume, limits.most, "mL"))
        elif volume > exact(limits.usual[1]):
            yield self._check("volume-over-usual", detail=_of(volume, limits.usual[1], "mL"))

    def of_the_guidance(self) -> Iterator[Finding]:
        needed, chosen = self._target.guidance, self._planned.guidance
        if needed == "specialised-centre" and not self._planned.centre:
            yield self._check("specialised-centre")
        if needed in ("imaging-required", "specialised-centre") and chosen in (None, "landmark"):
            yield self._check("guidance-needed", detail=self._target.guidance_note)
        elif needed == "preferred" and chosen in (None, "landmark"):
            yield self._check("guidance-preferred", detail=self._target.guidance_note)

    def of_the_visit(self) -> Iterator[Finding]:
        if self._target.size == "large" and self._planned.large_joints_today:
            yield self._check("one-large-joint")
        if self._target.repeat is not None and self._planned.before:
            yield self._check("repeat-of-target", detail=self._target.repeat)


@dataclass(frozen=True, slots=True)
class Here:
    """The ceilings of a product at a target, and what is said above them; ``borrowed`` from a
    joint of a like size, where no label that was read gives one for such a place."""

    entry: SizeCaps | None
    ceilings: tuple[Ceiling, ...]
    borrowed: bool


def ceilings_at(content: Content, target: Target, product: Product) -> Here:
    """What of a product may go into a target."""
    size = found(content.infiltration.size_classes, target.size, "sizes of a joint")
    caps: dict[str, SizeCaps] = {one.size: one for one in content.infiltration.caps}
    own = size.own
    if own is not None and any(one.joint_size == own for one in product.ceilings):
        return Here(caps[own], product.ceilings_of_joint(own), borrowed=False)
    if size.caps_of is None:
        return Here(None, (), borrowed=False)
    entry = caps[size.caps_of]
    borrowed = size.caps_of != size.id
    return Here(entry, product.ceilings_of_joint(entry.size), borrowed=borrowed)


def _gravest_passed(ceilings: Iterable[Ceiling], dose: Decimal) -> Ceiling | None:
    """The gravest of the ceilings that a dose is above; of those alike, the lowest."""
    passed = [c for c in ceilings if c.absolute is not None and dose > exact(c.absolute)]
    return min(passed, key=lambda c: (SEVERITIES.index(c.severity), c.absolute), default=None)


def is_in(kind: ProductClass, product: Product) -> bool:
    """Whether a product is of a kind that targets name."""
    return product.id in kind.products or not set(kind.classes).isdisjoint(product.classes)


def _of(part: Decimal, whole: float, unit: str) -> Text:
    return Text(
        fr=f"{number_in_words(float(part), unit, 'fr')}\u00a0; au plus "
        f"{number_in_words(whole, unit, 'fr')}",
        en=f"{number_in_words(float(part), unit, 'en')}; at most "
        f"{number_in_words(whole, unit, 'en')}",
    )
