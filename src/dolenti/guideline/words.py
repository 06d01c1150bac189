"""Conditions, values and facts in words, French and English.

Labels come from the dictionary; only the small words between them stand here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from dolenti.guideline.birth import BirthDate, PartialDate
from dolenti.guideline.conditions import (
    NEVER_HOLDS,
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Holds,
    Not,
)
from dolenti.guideline.dates import Duration
from dolenti.guideline.facts import NEVER, Dictionary, OneOf, Value
from dolenti.guideline.knowledge import FactDefinition
from dolenti.guideline.numbers import number_in_words

_FRENCH_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_WORDS: dict[str, dict[str, str]] = {
    "fr": {
        "is": "est", "in": "parmi", "has": "comprend", "over": "au-dessus de",
        "under": "au-dessous de", "at-least": "au moins", "at-most": "au plus",
        "before": "avant le", "after": "après le", "older-than": "il y a plus de",
        "within": "il y a moins de", "ahead": "dans moins de", "and": "et", "or": "ou",
        "not": "absence de", "yes": "oui", "no": "non", "unknown": "inconnu", "never": "jamais",
        "none": "néant", "except": "sauf", "colon": "\u00a0: ",
    },
    "en": {
        "is": "is", "in": "is one of", "has": "includes", "over": "over", "under": "under",
        "at-least": "at least", "at-most": "at most", "before": "before", "after": "after",
        "older-than": "more than", "within": "less than", "ahead": "in less than", "and": "and",
        "or": "or", "not": "no", "yes": "yes", "no": "no",
        "unknown": "unknown", "never": "never", "none": "none", "except": "except", "colon": ": ",
    },
}  # fmt: skip


@lru_cache(maxsize=4096)  # a page says the rules that decided, the same for everybody
def in_words(condition: Condition, dictionary: Dictionary, language: str) -> str:
    """A condition as a person would say it: ``sexe : femme et (grossesse ou allaitement)``."""
    return _say(condition, dictionary, language, outer=True)


def _say(node: Condition, dictionary: Dictionary, language: str, *, outer: bool = False) -> str:
    words = _WORDS[language]
    if isinstance(node, Holds):
        return lower_first(dictionary.definition(node.fact).label.in_language(language))
    if isinstance(node, Compare):
        return _say_comparison(node, dictionary.definition(node.fact), language)
    if isinstance(node, Not):
        inner = _say(node.part, dictionary, language)
        return f"{words['not']} {inner}" if isinstance(node.part, Holds) else (
            f"{'non' if language == 'fr' else 'not'} {_bracketed(inner)}"
        )  # fmt: skip
    if node == NEVER_HOLDS:
        return words["never"]
    assert isinstance(node, (AllOf, AnyOf))
    joint = f" {words['and' if isinstance(node, AllOf) else 'or']} "
    text = joint.join(_say(part, dictionary, language) for part in node.parts)
    return text if outer or len(node.parts) == 1 else f"({text})"


def _bracketed(text: str) -> str:
    return text if text.startswith("(") else f"({text})"


def _say_comparison(node: Compare, definition: FactDefinition, language: str) -> str:
    words = _WORDS[language]
    label = lower_first(definition.label.in_language(language))
    operand = node.operand
    if node.operator in ("is", "in", "has"):
        options = operand if isinstance(operand, tuple) else (operand,)
        named = [option_label(definition, str(option), language) for option in options]
        listed = f" {words['or']} ".join(
            [", ".join(named[:-1]), named[-1]] if len(named) > 1 else named
        )
        return f"{label}{words['colon']}{listed}"
    if isinstance(operand, Duration):
        length = duration_in_words(operand, language)
        if node.operator == "within" and definition.future:
            return f"{label} {words['ahead']} {length}"
        ago = " ago" if language == "en" else ""
        return f"{label} {words[node.operator]} {length}{ago}"
    if isinstance(operand, date):
        return f"{label} {words[node.operator]} {date_in_words(operand, language)}"
    assert isinstance(operand, float)
    return f"{label} {words[node.operator]} {number_in_words(operand, definition.unit, language)}"


def option_label(definition: FactDefinition, option: str, language: str) -> str:
    """The label of a choice's answer or a set's member, in running text."""
    for known in definition.options:
        if known.id == option:
            return lower_first(known.label.in_language(language))
    return option


def value_in_words(value: Value | None, definition: FactDefinition, language: str) -> str:
    """A value with its unit, as people say it. ``None`` is said to be unknown."""
    words = _WORDS[language]
    if value is None:
        return words["unknown"]
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    if value is NEVER:
        return words["never"]
    if isinstance(value, float):
        return number_in_words(value, definition.unit, language)
    if isinstance(value, OneOf):
        high = number_in_words(value.high, definition.unit, language)
        return f"{number_in_words(value.low, None, language)} {words['or']} {high}"
    if isinstance(value, str):
        return option_label(definition, value, language)
    if isinstance(value, date):
        return date_in_words(value, language)
    assert isinstance(value, Mapping)
    has = [option_label(definition, m, language) for m, present in value.items() if present]
    if has:
        return ", ".join(has)
    complete = len(value) == len(definition.options)
    return words["none"] if complete else words["unknown"]


def date_in_words(day: date, language: str) -> str:
    """``1er mai 2026``, ``1 May 2026``."""
    if language == "fr":
        number = "1er" if day.day == 1 else str(day.day)
        return f"{number} {_FRENCH_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day} {day:%B} {day.year}"


def birth_in_words(born: BirthDate, language: str) -> str:
    """``le 12 mai 1950``, ``en mai 1950``, ``en 1950``; ``on 12 May 1950``, ``in May 1950``."""
    if isinstance(born, PartialDate):
        return f"{'en' if language == 'fr' else 'in'} {partial_in_words(born, language)}"
    return f"{'le' if language == 'fr' else 'on'} {date_in_words(born, language)}"


def birth_as_written(born: BirthDate, language: str) -> str:
    """``12 mai 1950``, ``mai 1950``, ``1950``: beside a word that says what it is."""
    if isinstance(born, PartialDate):
        return partial_in_words(born, language)
    return date_in_words(born, language)


def partial_in_words(born: PartialDate, language: str) -> str:
    """``mai 1950``, ``May 1950``, ``1950``."""
    return date_in_words(born.first, language).split(" ", 1)[1] if born.month else str(born)


def duration_in_words(length: Duration, language: str) -> str:
    """``3 mois``, ``8 weeks``, ``2 jours``."""
    years, months = divmod(length.months, 12)
    weeks, days = divmod(length.days, 7)
    if days:  # two days and a week are said as nine days
        weeks, days = 0, length.days
    names = {
        "fr": (("an", "ans"), ("mois", "mois"), ("semaine", "semaines"), ("jour", "jours")),
        "en": (("year", "years"), ("month", "months"), ("week", "weeks"), ("day", "days")),
    }[language]
    said = [
        f"{number} {name[number > 1]}"
        for number, name in zip((years, months, weeks, days), names, strict=True)
        if number
    ]
    return f" {_WORDS[language]['and']} ".join(said)


def upper_first(text: str) -> str:
    """A sentence that begins with a capital."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text with a small first letter, unless its first word is an abbreviation or a name."""
    first, _, rest = text.split(" ", 1)[0].partition("’")
    if len(first) == 1 and rest[:1].islower():  # “L’intérêt”
        return text[0].lower() + text[1:]
    if any(character.isupper() for character in first[1:]) or len(first) < 2:
        return text
    return text[0].lower() + text[1:]
