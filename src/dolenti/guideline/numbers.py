"""Numbers and units as people write them, in French and in English."""

from __future__ import annotations

_SHOWN_UNITS = {
    "fr": {
        "a": "ans", "wk": "SA", "Cel": "°C", "kg/m2": "kg/m²", "1": "", "{score}": "", "IU": "UI",
    },
    "en": {"a": "years", "wk": "weeks", "Cel": "°C", "kg/m2": "kg/m²", "1": "", "{score}": ""},
}  # fmt: skip


def number_in_words(value: float, unit: str | None, language: str) -> str:
    """``62,5 kg`` in French, ``62.5 kg`` in English; a UCUM unit is shown as people write it."""
    text = f"{value:.6g}"
    if language == "fr":
        text = text.replace(".", ",")
    shown = unit_in_words(unit, language)
    return f"{text}\u00a0{shown}" if shown else text


def unit_in_words(unit: str | None, language: str) -> str:
    """A UCUM unit as people write it; empty where there is none."""
    return _SHOWN_UNITS[language].get(unit or "", unit or "")
