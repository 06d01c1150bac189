"""The report of an adverse event, filled in as far as the record knows: for a professional to read,
complete by hand and send. What is not known is left blank, and named on the first page.

The patient is on it by three letters of the name and one of the first name, never whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dolenti.ui.print import words
from dolenti.ui.print.heads import clinic_head
from dolenti.ui.print.pages import pdf
from dolenti.ui.print.values import Clinic
from dolenti.ui.print.writing import moment


@dataclass(frozen=True)
class ReportField:
    """One field of the form. ``lines`` are what is known; none: it is left blank. ``missing`` says
    which part of it nobody knows."""

    label: str
    lines: tuple[str, ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class EventReport:
    """A report. ``route`` is to whom, ``to`` how it is reached, ``limits`` by when; ``because`` why
    it is due, or may be; ``notice`` what has to be known of the text itself. ``made_at`` is aware.
    """

    route: str
    to: str
    limits: tuple[str, ...]
    because: tuple[str, ...]
    notice: str
    clinic: Clinic
    fields: tuple[ReportField, ...]
    code: str
    made_at: datetime


def event_report(report: EventReport, language: str) -> bytes:
    """The PDF/UA of a report, in ``fr`` or ``en``."""
    return pdf("event", _content(report, language), report.made_at)


def _content(report: EventReport, language: str) -> dict[str, Any]:
    fixed = words.in_language(words.SHARED, words.EVENT, language=language)
    return {
        "lang": language,
        "words": fixed,
        "title": f"{fixed['title']} {report.route}",
        "clinic": clinic_head(report.clinic, language),
        "patient": {"line": ""},
        "to": report.to,
        "limits": list(report.limits),
        "because": list(report.because),
        "notice": report.notice,
        "blank": [
            one.label + (f" – {one.missing}" if one.lines else "")
            for one in report.fields
            if not one.lines or one.missing
        ],
        "fields": [
            {"label": one.label, "lines": list(one.lines), "missing": one.missing}
            for one in report.fields
        ],
        "code": report.code,
        "made": moment(report.made_at, language),
        "sources": [],
    }
