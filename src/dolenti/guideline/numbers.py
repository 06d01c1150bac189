"""Numbers and units as people write them, in French and in English."""

from __future__ import annotations

import math
import re
from decimal import Decimal

_COMMA = re.compile(r"\s*([0-9]{1,12}),([0-9]{1,12})\s*")
_BARE = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]{1,12})?)\s*")
_RATIO = re.compile(r"\s*1\s*[:/]\s*([0-9]{1,3}(?:[ \u00a0\u202f.]?[0-9]{3})*|[0-9]{1,9})\s*")
_WITH_UNIT = re.compile(
    r"\s*([0-9]{1,12}(?:[.,][0-9]{1,12})?)\s*"
    r"(µg|μg|mcg|ug|microgrammes?|micrograms?|g|mg|UI|IU|U\.I\.|mL|ml)(?:\s*/\s*m[lL])?\s*"
)
_MICROGRAMS = ("µg", "μg", "mcg", "ug", "microgramme", "microgrammes", "microgram", "micrograms")
MILLIGRAMS_IN = {"g": 1000.0, "mg": 1.0, **dict.fromkeys(_MICROGRAMS, 0.001)}
"""Milligrams in one of a unit of mass, by the ways in which people write it."""

_EVERYWHERE = {
    "Cel": "°C", "kg/m2": "kg/m²", "1": "", "{score}": "", "{INR}": "", "um": "µm", "/uL": "/µL",
    "/mm3": "/mm³", "10*9/L": "×\u00a010⁹/L", "10*3/uL": "×\u00a010³/µL",
    "10*3/mm3": "×\u00a010³/mm³",
}  # fmt: skip
_SHOWN_UNITS = {
    "fr": {
        "a": "ans", "d": "jours", "mo": "mois", "[lb_av]": "livres", "wk": "SA",
        "[in_i]": "pouces", "IU": "UI", "mL/min/{1.73_m2}": "mL/min/1,73 m²",
        "mL/min/1.73m2": "mL/min/1,73 m²", "mL/min/1.73.m2": "mL/min/1,73 m²", **_EVERYWHERE,
    },
    "en": {
        "a": "years", "d": "days", "mo": "months", "[lb_av]": "lb", "wk": "weeks",
        "[in_i]": "in", "mL/min/{1.73_m2}": "mL/min/1.73 m²",
        "mL/min/1.73m2": "mL/min/1.73 m²", "mL/min/1.73.m2": "mL/min/1.73 m²", **_EVERYWHERE,
    },
}  # fmt: skip


def finite(number: float) -> float | None:
    """A number as a float; ``None`` where it is infinite, too large for one, or no number."""
    try:
        value = float(number)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def number_in_words(value: float, unit: str | None, language: str) -> str:
    """``62,5 kg`` in French, ``62.5 kg`` in English; a UCUM unit is shown as people write it."""
    text = f"{float(value):.6g}"  # of a Decimal, “g” keeps the zeros behind
    if "e" in text:  # nobody reads 1e+06, nor 1e-05
        text = f"{Decimal(f'{value:.12g}'):f}"
    if language == "fr":
        text = text.replace(".", ",")
    shown = unit_in_words(unit, language)
    return f"{text}\u00a0{shown}" if shown else text


def grouped(count: int, language: str) -> str:
    """A count by thousands: narrow spaces that do not break in French, commas in English."""
    text = f"{count:,}"
    return text.replace(",", "\u202f") if language == "fr" else text


def unit_in_words(unit: str | None, language: str) -> str:
    """A UCUM unit as people write it; empty where there is none. Of a strength (``IU/mL``), or
    of a dose by weight, what it counts is written so too."""
    shown = _SHOWN_UNITS[language]
    if unit is None or unit in shown:
        return shown.get(unit or "", "")
    counted, per, rest = unit.partition("/")
    return f"{shown.get(counted, counted)}{per}{rest}"


def dose_unit(strength: str, language: str) -> str:
    """In what a dose is told, as people write it: of ``IU/mL`` in French ``UI``."""
    return unit_in_words(strength.removesuffix("/mL"), language)


def as_to_be_written(raw: object) -> tuple[str, str] | None:
    """What to write (French, English) instead of a number that was written as on a label or in
    French: 62,5; 1:1000; 50 µg; 100 UI. ``None`` where it is not one of these."""
    if not isinstance(raw, str):
        return None
    if plain := _BARE.fullmatch(raw):
        return (f"écrivez {plain[1]}, sans guillemets", f"write {plain[1]}, without quotes")
    if comma := _COMMA.fullmatch(raw):
        number = f"{comma[1]}.{comma[2]}"
        return (
            f"écrivez {number}, avec un point et sans guillemets",
            f"write {number}, with a point and without quotes",
        )
    if ratio := _RATIO.fullmatch(raw):
        parts = int(re.sub(r"[^0-9]", "", ratio[1]))
        if parts:
            number = f"{1000 / parts:.6g}"
            return (
                f"1:{parts} correspond à {number.replace('.', ',')} mg/mL\u00a0; écrivez {number}",
                f"1:{parts} is {number} mg/mL; write {number}",
            )
    if with_unit := _WITH_UNIT.fullmatch(raw):
        value, unit = float(with_unit[1].replace(",", ".")), with_unit[2]
        if unit in _MICROGRAMS:
            number = f"{value / 1000:.6g}"
            return (
                f"{with_unit[1]} µg font {number.replace('.', ',')} mg\u00a0; écrivez {number} si "
                "l’unité attendue est le mg",
                f"{with_unit[1]} µg is {number} mg; write {number} where mg is expected",
            )
        number = f"{value * MILLIGRAMS_IN.get(unit, 1.0):.12g}"
        bare = unit if unit not in ("UI", "U.I.") else "UI"
        return (
            f"écrivez le nombre seul, {number}, sans l’unité ({'mg' if unit == 'g' else bare})",
            f"write the bare number, {number}, without the unit ({'mg' if unit == 'g' else bare})",
        )
    return None
