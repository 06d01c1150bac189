"""Whether what a target offers may go there: its products, its doses, what is watched after.

The product says where it may not go and how much of it may; the target may not say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dolenti.guideline.conditions import Compare, Condition, Leaf, Truth, evaluate, leaves
from dolenti.guideline.knowledge import Edition, Product
from dolenti.guideline.mixture.of_patient import rules_about
from dolenti.guideline.parts_checking import Found
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.shapes.infiltration import Target
from dolenti.guideline.session.targets import CORTICOSTEROID, ceilings_at, is_in

THERAPY = "infiltration"
TECHNIQUE_OF = {
    "joint": "intra-articular",
    "bursa": "bursal",
    "sheath": "tendon-sheath",
    "enthesis": "periarticular",
    "nerve": "periarticular",
    "epidural": "epidural",
}
"""How each structure is reached: the word in which a product refuses a kind of place."""


IMAGED = ("imaging-required", "specialised-centre")
GUIDED = re.compile(
    r"sous guidage|guidée? par|contrôle de l’(image|imagerie)|image.guid|guided", re.IGNORECASE
)


def problems(edition: Edition, content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    yield from _guided(edition, content)
    yield from _indicated(edition, content)
    for target in content.targets:
        offered = tuple(_offered(edition, content, target))
        for product in offered:
            yield from ((target.id, what) for what in _refused(edition, target, product))
            yield from ((target.id, what) for what in _doses(content, target, product))
        yield from ((target.id, what) for what in _watched(content, target))


def _indicated(edition: Edition, content: Content) -> Found:
    """What a target is drawn for is an indication, or the target says why not; and what is an
    indication has a target, or it is said why not."""
    indicated = {
        name
        for therapy in edition.therapies
        if therapy.id == THERAPY
        for one in therapy.criteria
        if one.kind == "indication"
        for name in _conditions(one.when)
    }
    for target in content.targets:
        lacking = [name for name in target.usual_for if name not in indicated]
        if bool(lacking) != (target.without_indication is not None):
            names = ", ".join(lacking) or "nothing"
            yield target.id, f"says why {names} is no indication, if it is none"
    drawn = {name for target in content.targets for name in target.usual_for}
    drawn |= {one.condition for one in content.infiltration.no_target}
    yield from ((name, "is an indication, and no target") for name in sorted(indicated - drawn))


def _guided(edition: Edition, content: Content) -> Found:
    """A criterion that promises imaging is about places whose targets are never done without."""
    imaged = {one.zone for one in content.targets if one.guidance in IMAGED}
    zones = {one.id: one.zones for one in edition.conditions}
    therapy = next((one for one in edition.therapies if one.id == THERAPY), None)
    for one in therapy.criteria if therapy is not None else ():
        texts = (one.because, *((one.told,) if one.told is not None else ()))
        if one.kind != "indication" or not any(
            GUIDED.search(text.in_language(language)) for text in texts for language in ("fr", "en")
        ):
            continue
        for zone in sorted(
            {zone for name in _conditions(one.when) for zone in zones[name]} - imaged
        ):
            yield one.id, f"promises imaging, and targets of {zone} are done by landmarks"


def _conditions(when: Condition) -> Iterator[str]:
    for leaf in leaves(when):
        if isinstance(leaf, Compare) and leaf.fact == "condition":
            named = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
            yield from (name for name in named if isinstance(name, str))


def _offered(edition: Edition, content: Content, target: Target) -> Iterator[Product]:
    """The products that may be drawn up for a target by what it names; none that is not made."""
    kinds = [one for one in content.infiltration.product_classes if one.id in target.products]
    for product in edition.products:
        if any(is_in(kind, product) for kind in kinds):
            yield product


def _refused(edition: Edition, target: Target, product: Product) -> Iterator[str]:
    """The rules of a product that forbid this kind of place, whoever the patient is."""

    def truth_of(leaf: Leaf) -> Truth:
        if not isinstance(leaf, Compare) or leaf.fact != "zone":
            return None
        named = leaf.operand if isinstance(leaf.operand, tuple) else (leaf.operand,)
        return target.zone in named

    for rule in rules_about(edition, product):
        if rule.severity != "block" or (rule.therapies and THERAPY not in rule.therapies):
            continue
        if rule.techniques and TECHNIQUE_OF[target.structure] not in rule.techniques:
            continue
        if evaluate(rule.when, truth_of):
            yield f"offers {product.id}, which refuses such a place ({rule.id})"


def _doses(content: Content, target: Target, product: Product) -> Iterator[str]:
    """A ceiling on file is one that is known here; a target that takes one product alone holds no
    more of it than its ceiling, or says what stops before the volume does."""
    if CORTICOSTEROID not in product.classes:
        return
    of_a_joint = [one for one in product.ceilings if one.per == "joint"]
    limits = [c.absolute for c in ceilings_at(content, target, product).ceilings if c.absolute]
    if of_a_joint and not limits:
        yield f"says that no cap is known for {product.id}, which has one"
    if not limits or target.volume_ml.note is not None or _may_be_thinned(content, target):
        return
    full = target.volume_ml.most * max(product.usual_strengths or product.strength_range)
    if full > min(limits):
        yield f"holds {full:g} {product.unit} of {product.id}, of which {min(limits):g} may go in"


def _watched(content: Content, target: Target) -> Iterator[str]:
    """What its products and its size owe is watched for; no entry is owed and left out."""
    rules = content.infiltration
    by_product = [one.watch for one in rules.product_classes if one.id in target.products]
    by_size = [one.watch for one in rules.size_classes if one.id == target.size]
    owed = dict.fromkeys(name for names in (*by_product, *by_size) for name in names)
    yield from (f"does not watch for {name}" for name in owed if name not in target.watch)


def _may_be_thinned(content: Content, target: Target) -> bool:
    """Whether something else goes in with the corticosteroid, which takes part of the volume."""
    kinds = [one for one in content.infiltration.product_classes if one.id in target.products]
    return any("local-anaesthetic" in kind.classes for kind in kinds)
