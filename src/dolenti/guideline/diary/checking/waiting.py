"""Whether the sheets handed over after an act say as long without sport as the rule that dates it:
one number an act, wherever a patient meets it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dolenti.guideline import session
from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.facts import truth
from dolenti.guideline.diary.shapes.rehabilitation import AfterAct
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.parts_checking import Found
from dolenti.guideline.session.shapes.aftercare import Leaflet, LeafletLine

STEROID = "corticosteroid"


def problems(edition: Edition, content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    rules = content.rehabilitation.after_act
    for sheet in session.content(edition).leaflets:
        if not any(one.therapy == sheet.therapy for one in rules):
            continue
        steroid = sheet.product_class == STEROID
        given = {"corticosteroid-given": steroid}
        usual = _hours(rules, sheet, {**given, "corticosteroid-beside-tendon": False})
        beside = _hours(rules, sheet, {**given, "corticosteroid-beside-tendon": True})
        lines = list(_lines(sheet))
        if not lines:
            yield sheet.id, "says nowhere how long to go without sport (no_sport_hours)"
        for words, line in lines:
            wanted = (usual, beside if steroid else None)
            if (line.no_sport_hours, line.no_sport_beside_tendon) != wanted:
                yield (
                    sheet.id,
                    f"says {line.no_sport_hours} hours without sport "
                    f"({line.no_sport_beside_tendon} beside a tendon); after_act says {wanted[0]} "
                    f"({wanted[1]})",
                )
            yield from (
                (sheet.id, f"its words on sport do not say {hours} hours, or {hours // 24} days")
                for hours in (line.no_sport_hours, line.no_sport_beside_tendon)
                if hours is not None and not all(_says(text, hours) for text in words)
            )


def _lines(sheet: Leaflet) -> Iterator[tuple[tuple[str, ...], LeafletLine]]:
    """The lines that say how long, each with its words under its heading, by language."""
    for part in sheet.parts:
        for line in part.lines:
            if line.no_sport_hours is not None:
                texts = (part.heading, line.says) if part.heading else (line.says,)
                yield tuple(" ".join(t.in_language(of) for t in texts) for of in ("fr", "en")), line


def _hours(rules: tuple[AfterAct, ...], sheet: Leaflet, given: Mapping[str, bool]) -> int:
    return max(
        one.sport_hours
        for one in rules
        if one.therapy == sheet.therapy and (one.when is None or truth(one.when, given))
    )


def _says(text: str, hours: int) -> bool:
    # « 7 jours (14 près d’un tendon) » says the second number without its unit.
    return bool(
        re.search(rf"\b{hours}\s(heures|hours)\b|\b{hours // 24}\s(jours|days|près|beside)", text)
    )
