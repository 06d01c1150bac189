"""The leaflet of a session in its patient’s language, as it is printed and as it opens on the
phone: the same words by both ways. It reads the record, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dolenti.calendar.moments import local_day, to_local
from dolenti.guideline import diary
from dolenti.guideline import session as guided
from dolenti.guideline.ageing import anti_doping
from dolenti.guideline.conditions import Truth
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.knowledge import Product
from dolenti.guideline.numbers import unit_in_words
from dolenti.guideline.session.shapes.aftercare import Leaflet, LeafletField
from dolenti.guideline.words import date_in_words, value_in_words
from dolenti.identity.phone import as_read
from dolenti.records.copying import language_of
from dolenti.records.places import zones_of
from dolenti.treatment.content import Happened, doses, plain, read
from dolenti.treatment.models import Session
from dolenti.treatment.recorded import CORTICOSTEROID
from dolenti.treatment.room import BLOCK, Standing


def sheet_of(now: Standing) -> guided.Sheet:
    """The leaflet of a session as it stands, in the patient’s language. Raises ``InputError`` for
    what is needed and not known yet."""
    language = language_of(now.session.course.patient)
    content = guided.content(now.edition)
    leaflet, variants, fields = _parts(now, language)
    return guided.compose(content, leaflet, variants, fields, language)


def lacking(now: Standing) -> tuple[LeafletField, ...]:
    """What is to be written before there is a leaflet. Raises ``InputError`` where none is written
    for what was given."""
    content = guided.content(now.edition)
    leaflet, variants, fields = _parts(now, language_of(now.session.course.patient))
    return tuple(guided.lacking(content.leaflet_rules, leaflet, variants, fields))


def _parts(now: Standing, language: str) -> tuple[Leaflet, dict[str, Truth], dict[str, str]]:
    act = BLOCK if now.is_block else now.therapy
    leaflet = guided.leaflet_of(guided.content(now.edition), act, now.classes() or frozenset())
    given = doses(now.preparation, now.injected)
    variants = guided.variants_of(now.edition, now.case, given)
    return leaflet, variants, _fields(now, leaflet.product_class, language)


def _fields(now: Standing, kind: str | None, language: str) -> dict[str, str]:
    """What is known of the session, in words. ``kind`` is the class of products that the leaflet
    speaks of: it names these, and not the anaesthetic that went in with them."""
    found = now.session
    content = guided.content(now.edition)
    products = {p.id: p for p in now.edition.products}
    all_given = doses(now.preparation, now.injected)
    given = {
        one: dose
        for one, dose in all_given.items()
        if kind is None or (one in products and kind in products[one].classes)
    }
    names = [products[one].label.in_language(language) for one in given if one in products]
    dosed = {
        one: f"{plain(dose, language)} {unit_in_words(products[one].unit, language)}"
        for one, dose in all_given.items()
        if one in products
    }
    units = [dosed[one] for one in given if one in products]
    # What is of another class was in the same syringe, and its dose counts as well: a patient is
    # asked for it elsewhere that day.
    beside = [
        f"{products[one].label.in_language(language)} {dose}"
        for one, dose in dosed.items()
        if one not in given
    ]
    if given and beside:
        units[-1] += ("\u00a0; avec " if language == "fr" else "; with ") + ", ".join(beside)
    nerve = now.injected.freezing or now.injected.block
    nerves = {one.id: one.label.in_language(language) for one in content.nerves}
    lasting = next(
        (said for one in all_given if (said := guided.lasting(content, one)) is not None), None
    )
    day = now.record.delivered_at if now.record and now.record.delivered_at else now.now
    next_one = _next(found)
    numbers = list(found.course.sessions.filter(standing=True).values_list("number", flat=True))
    pain = read(Happened, now.record.happened if now.record else {}).pain_before
    return {
        "date": date_in_words(local_day(day), language),
        "practitioner": found.course.practitioner.name,
        "phone": as_read(found.course.site.phone),
        "zone": _place(now, language),
        "side": _side(now, language),
        "products": ", ".join(names),
        "product": names[0] if names else "",
        "dose": ", ".join(units),
        "nerve": nerves.get(nerve.nerve, "") if nerve else "",
        "lot": ", ".join(
            one.number
            for one in now.preparation.drawn
            if not given.keys().isdisjoint(part.product for part in one.ingredients)
        ),
        "unit": now.injected.unit.number if now.injected.unit else "",
        "n": str(sum(number <= found.number for number in numbers)),
        "total": str(len(numbers)),
        "washout_date": _competition_from(
            now, [products[one] for one in given if one in products], language
        ),
        "duration": lasting.in_language(language) if lasting else "",
        "pain_before": "" if pain is None else str(pain),
        "next_visit": date_in_words(next_one, language) if next_one else "",
    }


def _competition_from(now: Standing, products: Sequence[Product], language: str) -> str:
    """The first day of a competition after what was given, and of which year the list is that says
    so; empty where none says how long."""
    steroids = [one for one in products if CORTICOSTEROID in one.classes]
    delay = diary.washout(steroids, _zone(now))
    at = now.record.delivered_at if now.record else None
    if delay is None or at is None:
        return ""
    act = diary.Act(now.therapy, to_local(at), local_day(at), washout=delay)
    first = date_in_words(diary.competition_from(act, 0), language)
    return first + anti_doping(delay.list_year).beside(act.day).in_language(language)


def _side(now: Standing, language: str) -> str:
    sides = {one.side for one in now.where() if one.side}
    given = "both" if len(sides) > 1 else next(iter(sides), "")
    side = given or now.treated.side
    return (
        value_in_words(side, Dictionary.of(now.edition).definition("side"), language)
        if side
        else ""
    )


def _zone(now: Standing) -> str:
    """Where the pain was that was treated; empty where neither it nor its condition says."""
    places = zones_of(now.treated.condition, now.treated.zone)
    return places[0] if len(places) == 1 else ""


def _place(now: Standing, language: str) -> str:
    """Where it went: the target, the zones of its points, else the zone, else what is treated."""
    pain = now.treated
    targets = {one.id: one.label for one in guided.content(now.edition).targets}
    if now.injected.target in targets:
        return targets[now.injected.target].in_language(language)
    zones = dict.fromkeys(one.zone for one in now.where())
    labels = {one.id: one.label.in_language(language) for one in now.edition.zones}
    if zones:
        return ", ".join(labels.get(one, one) for one in zones)
    zone = _zone(now)
    wanted = zone or pain.condition
    known = now.edition.zones if zone else now.edition.conditions
    return next((one.label.in_language(language) for one in known if one.id == wanted), wanted)


def _next(found: Session) -> date | None:
    after = found.course.sessions.filter(number__gt=found.number, standing=True)
    first = after.select_related("appointment").order_by("number").first()
    return local_day(first.appointment.start) if first else None
