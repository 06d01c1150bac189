"""A consent as plain text, as JSON, and its SHA-256: what the signature answers for.

The text holds every word that the patient is shown, in one language, with the ids of the sources.
The same consent gives the same text, and so the same digest, on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from dolenti.guideline.consent.values import Consent, Statement
from dolenti.guideline.knowledge import Text


def as_text(consent: Consent, language: str) -> str:
    """The whole consent, a line per statement: ``[id] what it says (sources; mark)``."""
    return "\n".join(_lines(consent, language)) + "\n"


def digest(consent: Consent, language: str) -> str:
    """SHA-256 of ``as_text``, in hexadecimal."""
    return hashlib.sha256(as_text(consent, language).encode()).hexdigest()


def as_json(consent: Consent) -> dict[str, Any]:
    """The consent as plain dicts, lists and strings, both languages side by side."""
    content: dict[str, Any] = msgspec.to_builtins(consent)
    return content


def from_json(content: dict[str, Any]) -> Consent:
    """The consent that ``as_json`` wrote: its text and its digest are the same."""
    return msgspec.convert(content, Consent)


def _lines(consent: Consent, language: str) -> Iterator[str]:
    def said(text: Text | None) -> str:
        return text.in_language(language) if text else ""

    yield f"{said(consent.label)} | {said(consent.site)} | {said(consent.condition)}"
    yield f"{consent.therapy} {consent.jurisdiction} {consent.day.isoformat()}"
    yield f"edition {consent.edition_version} {consent.edition_sha256}"
    for medicine in consent.medicines:
        yield f"[{medicine.product}] {said(medicine.label)}"
    for risk in consent.risks:
        told = (risk.frequency, risk.counted, risk.onset, risk.lasts)
        yield f"[{risk.statement.id}] " + " | ".join(said(text) for text in told)
    for statement in consent.statements():
        yield _line(statement, language)


def _line(statement: Statement, language: str) -> str:
    cited = ", ".join(f"{c.id} {c.at}" if c.at else c.id for c in statement.sources)
    mark = "" if statement.verified else "; unverified"
    note = f" — {statement.note.in_language(language)}" if statement.note else ""
    return f"[{statement.id}] {statement.says.in_language(language)}{note} ({cited}{mark})"
