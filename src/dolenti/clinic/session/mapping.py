"""The map of points on the page of a session: drawn, looked at, held against another session’s."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from dolenti.calendar.moments import local_day
from dolenti.clinic.injections.control import About, Control, Product, control
from dolenti.clinic.injections.shown import Compared, Shown, compared, shown
from dolenti.clinic.session.forms import MAP, InjectedForm
from dolenti.clinic.session.shown import Sheet
from dolenti.guideline import session as guided
from dolenti.guideline.numbers import dose_unit
from dolenti.guideline.session import DrawnMap, Places
from dolenti.guideline.words import date_in_words
from dolenti.records import engine
from dolenti.records.places import zones_of
from dolenti.treatment import mapped
from dolenti.treatment.content import Preparation
from dolenti.treatment.models import SessionRecord
from dolenti.ui.language import current

MAPPED = ("mesotherapy",)
"""The therapies whose points are drawn."""


def drawing(sheet: Sheet, form: InjectedForm, errors: Sequence[str] = ()) -> Control | None:
    """The map to draw on: as it was typed, as it stands, or begun from the session before; none for
    a therapy that has no points."""
    if sheet.now.therapy not in MAPPED:
        return None
    wrong = [*form.errors.get(MAP, ()), *errors]
    return control(
        sheet.now.places, _about(sheet), typed=form[MAP].value() or "", errors=wrong, name=MAP
    )


def _about(sheet: Sheet) -> About:
    now = sheet.now
    last, pain = now.last, now.treated
    places = zones_of(pain.condition, pain.zone)
    return About(
        prepared_ml=now.preparation.volume,
        products=_products(now.preparation),
        bmi=now.bmi,
        zone=places[0] if len(places) == 1 else "",
        side=pain.side,
        meant=now.meant,
        last=mapped.read(last.points) if last else None,
        last_label=name_of(last) if last else "",
        technique=now.preparation.technique,
        needles=[
            one.id
            for name in now.needles()
            if (one := guided.needle_of(now.places.content, name)) is not None
        ],
    )


def _products(preparation: Preparation) -> list[Product]:
    volume = preparation.volume
    if not volume:
        return []
    labels = {p.id: p.label.in_language(current()) for p in engine.edition_in_force().products}
    return [
        Product(
            one.item if part.product == one.product else labels.get(part.product, part.product),
            dose_unit(part.unit, current()),
            (part.strength * one.volume / volume).quantize(Decimal("0.0001")),
        )
        for one in preparation.drawn
        for part in one.ingredients
    ]


def name_of(record: SessionRecord) -> str:
    """“Session 2, 3 March 2026”."""
    number = _("Session %(number)s") % {"number": record.session.number}
    if record.delivered_at is None:
        return number
    return f"{number}, {date_in_words(local_day(record.delivered_at), current())}"


def shown_of(record: SessionRecord, name: str) -> Shown | None:
    """A record’s map to look at; none where nothing was drawn."""
    drawn = mapped.read(record.points)
    return shown(_places(), drawn, name) if drawn is not None else None


def _places() -> Places:
    return guided.places(engine.edition_in_force())


def compared_maps(before: SessionRecord, after: SessionRecord) -> Compared:
    """The maps of two records, held against each other: both have one."""
    one, other = (_map(record) for record in (before, after))
    return compared(_places(), one, other)


def _map(record: SessionRecord) -> DrawnMap:
    drawn = mapped.read(record.points)
    assert drawn is not None, "only those with a map are compared"
    return drawn
