"""What holds of every entry of the room: sound by itself, its conditions and names leading on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from dolenti.guideline.conditions import Condition, leaves
from dolenti.guideline.judge import type_problem
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.parts_checking import Found, entry_problems
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.shapes.events import ReportFields

DIAGNOSTIC_BLOCK = "diagnostic-block"
"""The one act of the room that is no therapy of the edition."""


def problems(edition: Edition, content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    yield from entry_problems(edition, content, "session")
    yield from _conditions(edition, content)
    yield from _names(edition, content)


def conditions_of(content: Content) -> Iterator[tuple[str, Condition]]:
    """Every condition over the dictionary, with the entry it belongs to."""
    for line in content.lines:
        if line.when is not None:
            yield line.id, line.when
        yield from ((line.id, degree.when) for degree in line.degrees if degree.when is not None)
    for one in content.leaflet_rules.variants:
        if one.when is not None:
            yield one.id, one.when


def _conditions(edition: Edition, content: Content) -> Found:
    facts = {fact.id: fact for fact in edition.facts}
    for place, condition in conditions_of(content):
        for leaf in leaves(condition):
            definition = facts.get(leaf.fact)
            if definition is None:
                yield place, f"there is no fact “{leaf.fact}”"
            elif problem := type_problem(leaf, definition):
                yield place, problem.what


def _names(edition: Edition, content: Content) -> Found:
    """Names that lead nowhere."""
    regions = (
        {f"{figure.id}/{region.id}" for figure in edition.body.figures for region in figure.regions}
        if edition.body is not None
        else set()
    )
    known: dict[str, set[str]] = {
        "fact": {fact.id for fact in edition.facts},
        "act": {*(therapy.id for therapy in edition.therapies), DIAGNOSTIC_BLOCK},
        "class of products": {name for product in edition.products for name in product.classes},
        "product": {product.id for product in edition.products},
        "condition": {condition.id for condition in edition.conditions},
        "zone": {zone.id for zone in edition.zones},
        "adverse effect": {e.id for t in edition.therapies for e in t.adverse_effects},
        "technique": {t.id for therapy in edition.therapies for t in therapy.techniques},
        "figure": {f.id for f in edition.body.figures} if edition.body is not None else set(),
        "region": regions,
        "turn_to": _ids_of(content.turn_to),
        "line": _ids_of(content.lines),
        "dose": _ids_of(content.doses),
        "route": _ids_of(content.routes),
        "field of a report": _ids_of(content.report_fields.fields),
        "scale": _ids_of(content.scales),
        "card": _ids_of(content.cards),
        "event": _ids_of(content.events),
        "variant": _ids_of(content.leaflet_rules.variants),
        "field": _ids_of(content.leaflet_rules.fields),
        "needle": _ids_of(content.needles),
        "area": _ids_of(content.areas),
        "size": _ids_of(content.infiltration.size_classes),
        "kind of product": _ids_of(content.infiltration.product_classes),
        "thing to watch": _ids_of(content.infiltration.watch),
    }
    named = chain(_named_in_room(content), _named_in_kit(content), _named_by_needle(content))
    for entry, kind, name in named:
        if name not in known[kind]:
            yield entry, f"“{name}” is no {kind}"


def _ids_of(entries: tuple[Any, ...]) -> set[str]:
    return {entry.id for entry in entries}


Named = Iterator[tuple[str, str, str]]


def _named_in_room(content: Content) -> Named:
    for line in content.lines:
        yield line.id, "turn_to", line.red.turn_to
        yield from ((line.id, "fact", fact) for fact in line.facts)
        yield from ((line.id, "class of products", name) for name in line.product_classes)
        for degree in line.degrees:
            yield from ((line.id, "fact", fact) for fact in degree.unknown)
            yield from ((line.id, "act", name) for name in degree.therapies)
            yield from ((line.id, "class of products", name) for name in degree.product_classes)
    for one in content.checklists:
        yield one.id, "act", one.therapy
        yield from ((one.id, "line", name) for name in (*one.lines, *one.then))
        if one.product_class is not None:
            yield one.id, "class of products", one.product_class
        if one.deep is not None:
            yield from ((one.id, "line", name) for name in (one.deep.use, one.deep.instead_of))
    for card in content.cards:
        yield from ((card.id, "dose", step.dose) for step in card.steps if step.dose is not None)
        yield from ((card.id, "route", name) for name in card.report)
    for event in content.events:
        yield event.id, "scale", event.grades
        yield from ((event.id, "act", name) for name in event.therapies)
        yield from ((event.id, "adverse effect", name) for name in event.effects)
        yield from ((event.id, "route", rule.route) for rule in event.report)
        if event.card is not None:
            yield event.id, "card", event.card
    for cluster in content.clusters:
        named = (*cluster.events, *cluster.one_is_enough)
        yield from ((cluster.id, "event", name) for name in named)
        if cluster.scale is not None:
            yield cluster.id, "scale", cluster.scale
    yield from _named_in_reports(content.report_fields)
    yield from _named_in_leaflets(content)


def _named_in_reports(reports: ReportFields) -> Named:
    for field in reports.fields:
        yield from ((field.id, "route", name) for name in field.routes)
    yield from (("report-fields", "route", name) for name in reports.never_in_record)
    for order in reports.orders:
        yield "report-fields", "route", order.route
        yield from (("report-fields", "field of a report", name) for name in order.asks)


def _named_in_kit(content: Content) -> Named:
    for item in content.kit.items:
        yield from ((item.id, "dose", one.dose) for one in item.holds)


def _named_in_leaflets(content: Content) -> Named:
    for leaflet in content.leaflets:
        yield leaflet.id, "act", leaflet.therapy
        if leaflet.product_class is not None:
            yield leaflet.id, "class of products", leaflet.product_class
        for part in leaflet.parts:
            for line in part.lines:
                variants = (line.only_if, line.unless)
                yield from ((leaflet.id, "variant", name) for name in variants if name is not None)
    rules = content.leaflet_rules
    for variant in rules.variants:
        yield from ((variant.id, "product", name) for name in variant.products)
    yield from (("leaflet-rules", "field", instead.field) for instead in rules.instead)
    for lasting in rules.lasting:
        yield from (("leaflet-rules", "product", name) for name in lasting.products)


def _named_by_needle(content: Content) -> Named:
    for needle in content.needles:
        yield from ((needle.id, "technique", name) for name in needle.techniques)
    yield from ((one.technique, "technique", one.technique) for one in content.techniques)
    for use in content.zones:
        yield use.zone, "zone", use.zone
        yield use.zone, "technique", use.default
        yield from ((use.zone, "technique", usual.technique) for usual in use.usual)
        yield from ((use.zone, "region", name) for name in use.regions)
        yield from ((use.zone, "needle", name) for name in use.needles)
        yield from ((use.zone, "area", name) for name in use.avoid)
    yield from ((area.id, "figure", area.figure) for area in content.areas)
    yield from ((scale.figure, "figure", scale.figure) for scale in content.figure_scales)
    lean = content.places.lean
    yield from ((lean.id, "zone", name) for name in lean.zones)
    yield from ((lean.id, "region", name) for name in lean.regions)
    for target in content.targets:
        yield target.id, "zone", target.zone
        yield target.id, "region", target.region
        yield target.id, "size", target.size
        yield from ((target.id, "kind of product", name) for name in target.products)
        yield from ((target.id, "condition", name) for name in target.usual_for)
        yield from ((target.id, "area", name) for name in target.avoid)
        yield from ((target.id, "thing to watch", name) for name in target.watch)
    for left in content.infiltration.no_target:
        yield left.condition, "condition", left.condition
    for kind in content.infiltration.product_classes:
        yield from ((kind.id, "product", name) for name in kind.products)
        yield from ((kind.id, "class of products", name) for name in kind.classes)
        yield from ((kind.id, "thing to watch", name) for name in kind.watch)
    for caps in content.infiltration.caps:
        yield caps.id, "size", caps.size
    for size in content.infiltration.size_classes:
        yield from ((size.id, "thing to watch", name) for name in size.watch)
        if size.caps_of is not None:
            yield size.id, "size", size.caps_of
    yield from ((nerve.id, "region", nerve.region) for nerve in content.nerves)
    for mixture in content.usual_mixtures:
        yield mixture.id, "technique", mixture.technique
        yield from ((mixture.id, "zone", name) for name in mixture.zones)
        yield from ((mixture.id, "product", one.product) for one in mixture.components)
