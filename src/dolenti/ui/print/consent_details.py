"""What stands behind a consent: every sentence of it with its figures, its notes and its sources.

It names no patient, so that it can be read wherever the text is; the fingerprint says of which
consent it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dolenti.guideline.consent import Benefit, Consent, Medicine, Risk, Statement, digest
from dolenti.guideline.consent.words import FREQUENCY, NOT_COUNTED
from dolenti.guideline.knowledge import Source, Text
from dolenti.ui.print import words
from dolenti.ui.print.heads import clinic_head
from dolenti.ui.print.pages import pdf
from dolenti.ui.print.references import References
from dolenti.ui.print.values import Clinic
from dolenti.ui.print.writing import day, fingerprint


@dataclass(frozen=True)
class ConsentDetails:
    """``sources`` are those of the consent's own edition; ``made_at`` is an aware time."""

    consent: Consent
    sources: tuple[Source, ...]
    clinic: Clinic
    made_at: datetime


def consent_details(document: ConsentDetails, language: str) -> bytes:
    """The PDF/UA of the sources and details of a consent, in ``fr`` or ``en``."""
    return pdf("consent_details", _content(document, language), document.made_at)


def _content(document: ConsentDetails, language: str) -> dict[str, Any]:
    told = document.consent
    cite = References(document.sources, language)

    def said(statements: Iterable[Statement]) -> list[dict[str, Any]]:
        return [cite.said(statement) for statement in statements]

    def text(value: Text) -> str:
        return value.in_language(language)

    fixed = words.in_language(words.SHARED, words.CONSENT, words.DETAILS, language=language)
    content: dict[str, Any] = {
        "lang": language,
        "words": fixed,
        "title": f"{fixed['title']} – {text(told.label)}",
        "heading": fixed["title"],
        "therapy": text(told.label),
        "place": " · ".join(text(part) for part in (told.site, told.condition) if part),
        "of": f"{fixed['text-of']} {day(told.day, language)}",
        "clinic": clinic_head(document.clinic, language),
        "patient": {"line": ""},
        "proposal": said(told.proposal),
        "practice": said(told.practice),
        "purpose": said(told.purpose),
        "particular": [cite.unnumbered(statement) for statement in told.particular],
        "medicines": [_medicine(cite, medicine, language) for medicine in told.medicines],
        "about-medicines": said(told.about_medicines),
        "benefits": _benefits(cite, told.benefits, language),
        "risks": _risks(cite, told.risks, language),
        "urgent": said(told.urgent),
        "aftercare": said(told.aftercare),
        "alternatives": [_noted(cite, s, language) for s in told.alternatives],
        "price": said(told.price),
        "rights": said(told.rights),
        "record": said(told.record),
        "declarations": said(told.declarations),
        "edition": f"{told.edition_version} · {told.edition_sha256[:12]}",
        "hash": fingerprint(digest(told, language)),
    }
    content["sources"] = cite.listed()
    return content


def _medicine(cite: References, medicine: Medicine, language: str) -> dict[str, Any]:
    return {
        "name": medicine.label.in_language(language),
        "off-label": medicine.off_label is not None,
        "says": [_noted(cite, statement, language) for statement in medicine.statements],
    }


def _benefits(
    cite: References, benefits: Iterable[Benefit], language: str
) -> list[dict[str, Any]]:  # fmt: skip
    """Each claim beside its findings; a finding already shown is only pointed to."""
    shown: set[str] = set()
    rows = []
    for benefit in benefits:
        fresh = [f for f in benefit.findings if f.says.in_language(language) not in shown]
        again = [f for f in benefit.findings if f not in fresh]
        shown |= {finding.says.in_language(language) for finding in fresh}
        found = cite.said(benefit.found)
        if benefit.findings:
            found["refs"] = []  # they stand beside the findings
        rows.append(
            {
                "claim": cite.said(benefit.claim),
                "found": found,
                "findings": [cite.said(finding) for finding in fresh],
                "again": cite.numbers(citation for f in again for citation in f.sources),
                "note": benefit.claim.note.in_language(language) if benefit.claim.note else "",
            }
        )
    return rows


def _risks(cite: References, risks: Iterable[Risk], language: str) -> dict[str, Any]:
    """The rows of the table of risks, and the notes that its letters lead to."""
    letters: dict[str, str] = {}
    rows = []
    for risk in risks:
        note = risk.statement.note.in_language(language) if risk.statement.note else ""
        if note:
            letters.setdefault(note, chr(ord("a") + len(letters)))
        rows.append(
            {
                **cite.said(risk.statement),
                "serious": risk.serious,
                "frequency": risk.frequency.in_language(language),
                # “frequency not known” already says that nobody has counted
                "counted": (
                    ""
                    if risk.frequency == FREQUENCY["unknown"] and risk.counted == NOT_COUNTED
                    else risk.counted.in_language(language)
                ),
                "onset": risk.onset.in_language(language),
                "lasts": risk.lasts.in_language(language),
                "letter": letters.get(note, ""),
            }
        )
    return {"rows": rows, "notes": [[letter, note] for note, letter in letters.items()]}


def _noted(cite: References, statement: Statement, language: str) -> dict[str, Any]:
    note = statement.note.in_language(language) if statement.note else ""
    return {**cite.said(statement), "note": note}
