"""The verdicts of a site’s pains, counted: nobody is named, and no small number is said."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.request import today, user_of, words
from dolenti.guideline.statuses import STATUS
from dolenti.records.judging import verdict_counts


@page("counts/", "verdict-counts", Permission.READ_STATISTICS)
def counts(request: HttpRequest) -> HttpResponse:
    """By therapy, how many pains had which verdict the last time that they were assessed."""
    found = verdict_counts.of_site(user_of(request), today())
    known = words().therapies
    statuses = [str(status) for status in STATUS]
    context = {
        "found": found,
        "fewest": verdict_counts.FEWEST,
        "statuses": statuses,
        "rows": [
            (therapy.description.short.in_language(words().language),
             [(status, found.by_therapy[name].get(status, 0)) for status in statuses])
            for name, therapy in known.items()
            if name in found.by_therapy
        ],
    }  # fmt: skip
    return render(request, "clinic/counts/page.html", context)
