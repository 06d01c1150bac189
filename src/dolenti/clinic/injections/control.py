"""What the map needs to be drawn on: figures, techniques, needles, devices, and what it knows of
this session. It travels with the page; the page asks back only to lay a grid and to be judged.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dolenti.clinic.injections.figures import AreaLine, MapScene, area_lines, scenes
from dolenti.guideline import session
from dolenti.guideline.body import Region
from dolenti.guideline.knowledge import Text
from dolenti.guideline.numbers import number_in_words
from dolenti.guideline.session import DrawnMap, Meant, Places, Spot, as_text_of
from dolenti.guideline.session.decimals import exact
from dolenti.guideline.session.map.spread import dead_space
from dolenti.guideline.session.shapes.places import Needle
from dolenti.ui.body import marking
from dolenti.ui.language import current

SETTINGS: dict[str, Any] = {
    "device_serial": gettext_lazy("Serial number"),
    "consumable_lot": gettext_lazy("Lot of the consumable"),
    "mode": pgettext_lazy("device", "Mode"),
    "depth_mm": gettext_lazy("Depth set (mm)"),
    "dose_per_stroke_ml": gettext_lazy("Dose per stroke (mL)"),
    "strokes": gettext_lazy("Number of strokes"),
    "last_disinfection": gettext_lazy("Last disinfection"),
}
"""The words of what a device asks to be noted."""
ANYWHERE: Final = Meant((), "")
"""Where nobody said where the pain is."""
PAINTED = ("nappage", "intra-epidermal")
"""Techniques of many small points: an area is painted, and becomes a grid."""


@dataclass(frozen=True)
class Product:
    """A product of the preparation: how much a mL holds of it, in its unit."""

    label: str
    unit: str
    per_ml: Decimal


@dataclass(frozen=True)
class Technique:
    """A technique to choose."""

    id: str
    label: str
    usual: bool


@dataclass(frozen=True)
class Control:
    """Everything ``map.html`` shows. ``value`` is what the hidden field holds, ``last`` the map of
    the session before, both as JSON; ``knows`` is what the script reckons with."""

    name: str
    value: str
    last: str
    last_label: str
    knows: str
    scenes: tuple[MapScene, ...]
    opens: str
    areas: tuple[AreaLine, ...]
    techniques: tuple[Technique, ...]
    choices: tuple[tuple[str, SafeString], ...]
    astray: str
    across: str
    beside: bool
    landmarks: str
    errors: Sequence[str]


@dataclass(frozen=True)
class About:
    """What the map knows of the session: what was prepared (mL) of which products, the patient’s
    body mass index, the zone and side of the complaint, where it is ``meant``, the technique it was
    prepared for, the needles that were taken, and the map of the session before."""

    prepared_ml: Decimal = Decimal(0)
    products: Sequence[Product] = ()
    bmi: float | None = None
    zone: str = ""
    side: str = ""
    meant: Meant = ANYWHERE
    last: DrawnMap | None = None
    last_label: str = ""
    technique: str = ""
    needles: Sequence[str] = ()


def control(
    places: Places,
    about: About,
    *,
    drawn: DrawnMap | None = None,
    typed: str | None = None,
    errors: Sequence[str] = (),
    name: str = "points",
) -> Control:
    """The map of a session that is about to be recorded.

    ``typed`` is what was sent and refused, shown again as it was. A last map of another edition of
    the figure is not offered.
    """
    language = current()
    shown = scenes(places, name)
    use = next((use for use in places.content.zones if use.zone == about.zone), None)
    usual = tuple(one.technique for one in use.usual) if use else ()
    value = typed
    if value is None:
        value = as_text_of(drawn or DrawnMap(edition=places.body.edition))
    offered = (
        about.last if about.last is not None and about.last.edition == places.body.edition else None
    )
    default = use.default if use else places.content.techniques[0].technique
    known = {one.technique for one in places.content.techniques}
    default = about.technique if about.technique in known else default
    return Control(
        name=name,
        value=value,
        last=as_text_of(offered) if offered else "",
        last_label=about.last_label,
        knows=json.dumps(
            {
                "edition": places.body.edition,
                "prepared": _number(about.prepared_ml),
                "bmi": about.bmi,
                "zones": list(about.meant.zones),
                "side": about.meant.side,
                **_beside(places, about.meant),
                "most": places.content.places.most_points,
                "dead": [_number(dead_space(places.content, tubing=t)) for t in (False, True)],
                "technique": default,
                "products": [
                    {"label": p.label, "unit": p.unit, "perMl": _number(p.per_ml)}
                    for p in about.products
                ],
                "techniques": _techniques(places, language),
                "needles": _needles(places, (*about.needles, *(use.needles if use else ()))),
                "devices": _devices(places, language),
            },
            ensure_ascii=False,
        ),
        scenes=shown,
        opens=_opens(places, use.regions if use else (), about.side),
        areas=area_lines(places, shown),
        techniques=tuple(
            Technique(one["id"], one["label"], one["id"] in usual)
            for one in _techniques(places, language)
        ),
        choices=_choices(places, about),
        astray=_rule(places, session.ZONE).in_language(language),
        across=_rule(places, session.SIDE).in_language(language),
        beside=bool(about.meant.zones or about.meant.side),
        landmarks=use.landmarks.in_language(language) if use else "",
        errors=errors,
    )


def _number(value: Decimal | float) -> str:
    return f"{value if isinstance(value, Decimal) else exact(value):f}"


def _techniques(places: Places, language: str) -> list[dict[str, Any]]:
    labels = technique_labels(places)
    return [
        {
            "id": one.technique,
            "label": labels[one.technique].in_language(language),
            "painted": one.technique in PAINTED,
            "depth": [_number(n) for n in one.depth_mm],
            "depth0": _number(one.default_depth_mm),
            "volume": [_number(n) for n in one.volume_ml] if one.volume_ml else None,
            "volume0": _number(one.default_volume_ml) if one.default_volume_ml else None,
            "spacing": [_number(n) for n in one.spacing_mm],
            "spacing0": _number(one.default_spacing_mm),
        }
        for one in places.content.techniques
    ]


def technique_labels(places: Places) -> dict[str, Text]:
    """The names of the techniques."""
    therapy = next(one for one in places.edition.therapies if one.id == "mesotherapy")
    return {one.id: one.label for one in therapy.techniques}


def needle_label(needle: Needle) -> str:
    """“27 G × 4 mm”."""
    length = f"{needle.length_mm:g}".replace(".", "," if current() == "fr" else ".")
    return f"{needle.gauge} × {length} mm".replace(" ", "\u00a0")


def _needles(places: Places, first: Sequence[str]) -> list[dict[str, Any]]:
    """The needles, those that were taken first, then those of the zone."""
    order = {name: place for place, name in reversed(list(enumerate(first)))}
    needles = sorted(places.content.needles, key=lambda one: order.get(one.id, len(first)))
    return [
        {
            "id": one.id,
            "label": needle_label(one),
            "length": _number(one.length_mm),
            "techniques": one.techniques,
        }
        for one in needles
    ]


def _devices(places: Places, language: str) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "label": one.label.in_language(language),
            "forbidden": one.forbidden,
            "hint": one.unknown.in_language(language) if one.unknown else "",
            "fields": [{"id": field, "label": str(SETTINGS[field])} for field in one.record],
        }
        for one in places.content.devices
    ]


def _opens(places: Places, regions: Sequence[str], side: str) -> str:
    """The figure that the map opens on: that on which the zone is first outlined, on its side."""
    for region in regions:
        entry = region.partition("/")[0]
        for figure in places.body.figures.values():
            sided = figure.id.endswith(("-right", "-left"))
            if figure.entry.id == entry and (
                not sided or figure.id.endswith(f"-{side or 'right'}")
            ):
                return figure.id
    return next(iter(places.body.figures))


def _choices(places: Places, about: About) -> tuple[tuple[str, SafeString], ...]:
    """The places of the figures where a point may be put, those of the pain before the others: each
    with where its point is put, and the greatest depth there, mm."""
    regions, language = places.body.regions, current()
    offers: dict[str, SafeString] = {}
    for region in regions.values():
        spot = session.spot(places, region, about.bmi)
        if spot is not None:
            offers[region.id] = _offer(region.id, region.name(language), spot, language)
    mine = [name for name in offers if _is_meant(about.meant, regions[name])]
    found = []
    if mine:
        found.append((_("Zone of the pain"), mark_safe("".join(offers[name] for name in mine))))  # noqa: S308 - escaped below
    for heading, choices in marking(places.body, name="points").choices:
        there = (one.value for one in choices if one.value not in mine)
        others = "".join(offers[name] for name in there if name in offers)
        if others:
            found.append((heading, mark_safe(others)))  # noqa: S308 - escaped below
    return tuple(found)


# Of three hundred places, which are the same for everybody, each is written once.
@lru_cache(maxsize=2048)
def _offer(region: str, name: str, spot: Spot, _language: str) -> SafeString:
    label, most = name, ""
    if spot.most_mm is not None:
        most = _number(spot.most_mm)
        label = _("%(place)s · %(most)s mm at most") % {
            "place": name,
            "most": number_in_words(float(spot.most_mm), None, current()),
        }
    option = '<option value="{}" data-at="{}" data-most="{}">{}</option>\n'
    return format_html(option, region, f"{spot.x},{spot.y}", most, label)


def _is_meant(meant: Meant, region: Region) -> bool:
    """Whether somebody said where the pain is, and this is there."""
    return bool(meant.zones) and session.strays(meant, session.where_of(region)) is None


def _beside(places: Places, meant: Meant) -> dict[str, list[str]]:
    """The places that are not where it was meant: of another zone, of the other side."""
    said = [
        (session.strays(meant, session.where_of(one)), one.id)
        for one in places.body.regions.values()
    ]
    return {
        "astray": [name for rule, name in said if rule == session.ZONE],
        "across": [name for rule, name in said if rule == session.SIDE],
    }


def _rule(places: Places, name: str) -> Text:
    """What a rule of the map says."""
    return next(one.says for one in places.content.places.rules if one.id == name)
