"""The first page after logging in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dolenti.access.guard import logged_in
from dolenti.clinic.present.listing import assessment_lines, complaint_lines
from dolenti.clinic.views.common import user_of, words
from dolenti.records import engine, gate

SHOWN = 6


@require_safe
@logged_in
def home(request: HttpRequest) -> HttpResponse:
    """What to begin, what was begun, and the knowledge in force."""
    user = user_of(request)
    edition = engine.edition_in_force()
    return render(
        request,
        "clinic/home.html",
        {
            "complaints": complaint_lines(
                gate.complaints(user).select_related("author", "patient")[:SHOWN], user, words()
            ),
            "assessments": assessment_lines(gate.assessments(user)[:SHOWN], words()),
            "edition": edition,
            "counts": {
                "rules": len(edition.red_flags) + sum(len(t.criteria) for t in edition.therapies),
                "facts": len(edition.facts),
                "sources": len(edition.sources),
                "products": len(edition.products),
            },
        },
    )
