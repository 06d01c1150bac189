"""Stored assessments: the list, and one of them exactly as it was stored."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.assess.shown import show, supposed_lines
from dolenti.clinic.common.against import beside_verdicts
from dolenti.clinic.common.listing import assessment_lines
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.common.request import today, user_of, words
from dolenti.clinic.common.strip import flags_of, of_case, strip
from dolenti.clinic.courses.shown import decisions
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case
from dolenti.records import engine, gate
from dolenti.records.facts.inputs import Aside, aside_from_json, case_from_json
from dolenti.records.judging import choosing, passings
from dolenti.ui.language import current
from dolenti.ui.paging import page_of


@page("assessments/", "assessments", Permission.READ_RECORDS)
def assessment_list(request: HttpRequest) -> HttpResponse:
    """The stored assessments of the site, newest first."""
    user = user_of(request)
    page = page_of(request, gate.assessments(user))
    gate.seen_all(user, "assessment", ((one.public_id, one.complaint.patient) for one in page))
    context = {"page": page, "assessments": assessment_lines(page, words(), today())}
    return render(request, "clinic/assessments/list.html", context)


@page("assessments/<slug:public_id>/", "assessment", Permission.READ_RECORDS)
def assessment(request: HttpRequest, public_id: str) -> HttpResponse:
    """One assessment as stored, judged again beside it: identical, or said not to be."""
    stored = gate.assessment(user_of(request), public_id)
    replay = engine.replay(stored)
    try:
        edition = engine.edition_of(stored.edition)
        language_words = lookup(edition, current())
        judged = case_from_json(stored.inputs, language_words.dictionary)
        aside = aside_from_json(stored.inputs, language_words.dictionary)
        items = strip(judged, language_words, aside.stale, aside.supposed, aside.named)
        case: Case | None = judged
    except InputError:  # a shape that this engine no longer reads: today's words, and no strip
        language_words, items, aside, case = words(), [], Aside(), None
    shown = show(
        stored.results[current()],
        stored.inputs,
        stored.attestations,
        language_words,
        stored.complaint.onset,
    )
    shown = replace(
        shown, assumed=[*shown.assumed, *supposed_lines(aside.supposed, language_words)]
    )
    chosen = decisions(stored, passings.of(stored), last=choosing.is_last(stored))
    context = {
        "stored": stored,
        "to_plan": [
            (one.therapy, one.label)
            for one in shown.columns
            if one.therapy in chosen and chosen[one.therapy].choosable
        ],
        "against": beside_verdicts(stored.complaint, case, shown.columns) if case else {},
        "complaint": stored.complaint,
        "shown": shown,
        "strip": of_case(
            stored.complaint.patient, items, flags_of(shown), language_words, stored.as_of
        ),
        "identical": replay.identical,
        "why": replay.why.in_language(current()) if replay.why else "",
        "decisions": chosen,
        "prices": {},  # of today, and no part of what was stored
        "living": False,
        "in_force": stored.edition.sha256 == engine.edition_in_force().sha256,
    }
    return render(request, "clinic/assessments/page.html", context)
