"""Whether what is sent fits an SMS, says no word of health, and has the same fields in both
languages."""

from __future__ import annotations

import re

from dolenti.guideline.diary.content import Content
from dolenti.guideline.diary.sms import GSM
from dolenti.guideline.knowledge import Text
from dolenti.guideline.parts_checking import Found

_FIELD = re.compile(r"\{(\w+)\}")


def problems(content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    rules = content.message_rules
    for message in content.messages:
        for text in (message.sms, message.subject, message.mail):
            yield from _fields(message.id, text)
            for language, forbidden in (("fr", rules.forbidden.fr), ("en", rules.forbidden.en)):
                said = text.in_language(language)
                word = next((w for w in forbidden if re.search(rf"(?i)\b{w}\b", said)), None)
                if word is not None:
                    yield message.id, f"says “{word}”, which no message may ({language})"
        for language in ("fr", "en"):
            sms = message.sms.in_language(language)
            strange = sorted(set(sms) - GSM - {"{", "}"})
            if strange:
                yield message.id, f"“{strange[0]}” is not in the alphabet of an SMS ({language})"
            filled = _FIELD.sub(lambda m: "x" * rules.longest.get(m[1], 0), sms)
            if len(filled) > rules.sms_length:
                yield message.id, f"may take {len(filled)} characters as an SMS ({language})"
            unknown = [name for name in _FIELD.findall(sms) if name not in rules.longest]
            if unknown:
                yield message.id, f"“{unknown[0]}” has no longest length"
    for screen in content.screens:
        yield from _fields(screen.id, screen.says)


def _fields(owner: str, text: Text) -> Found:
    if set(_FIELD.findall(text.fr)) != set(_FIELD.findall(text.en)):
        yield owner, "has other fields in French than in English"
