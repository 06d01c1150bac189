"""Stored assessments: the list, and one of them exactly as it was stored."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.present.assessment import show
from dolenti.clinic.present.courses import decisions
from dolenti.clinic.present.listing import assessment_lines
from dolenti.clinic.present.lookup import lookup
from dolenti.clinic.present.strip import flags_of, of_case, strip
from dolenti.clinic.views.common import user_of, words
from dolenti.guideline.errors import InputError
from dolenti.records import engine, gate
from dolenti.records.facts.inputs import case_from_json
from dolenti.records.judging import choosing, passings
from dolenti.ui.language import current
from dolenti.ui.paging import page_of


@require_safe
@needs(Permission.READ_RECORDS)
def assessment_list(request: HttpRequest) -> HttpResponse:
    """The stored assessments of the site, newest first."""
    page = page_of(request, gate.assessments(user_of(request)))
    context = {"page": page, "assessments": assessment_lines(page, words())}
    return render(request, "clinic/assessments/list.html", context)


@require_safe
@needs(Permission.READ_RECORDS)
def assessment(request: HttpRequest, public_id: str) -> HttpResponse:
    """One assessment as stored, judged again beside it: identical, or said not to be."""
    stored = gate.assessment(user_of(request), public_id)
    replay = engine.replay(stored)
    try:
        edition = engine.edition_of(stored.edition)
        language_words = lookup(edition, current())
        items = strip(case_from_json(stored.inputs, language_words.dictionary), language_words)
    except InputError:  # a shape that this engine no longer reads: today's words, and no strip
        language_words, items = words(), []
    shown = show(stored.results[current()], stored.inputs, stored.attestations, language_words)
    context = {
        "stored": stored,
        "complaint": stored.complaint,
        "shown": shown,
        "strip": of_case(
            stored.complaint.patient, items, flags_of(shown), language_words, stored.as_of
        ),
        "identical": replay.identical,
        "why": replay.why.in_language(current()) if replay.why else "",
        "decisions": decisions(stored, passings.of(stored), last=choosing.is_last(stored)),
        "living": False,
        "in_force": stored.edition.sha256 == engine.edition_in_force().sha256,
    }
    return render(request, "clinic/assessments/page.html", context)
