"""Where the map asks back while it is drawn: JSON in, JSON out. Nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.request import words
from dolenti.clinic.injections import judging
from dolenti.clinic.injections.judging import AskedGrid, AskedJudgement
from dolenti.guideline import session
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import Places, finding_as_json
from dolenti.records import engine
from dolenti.ui.language import current


@page("injection-map/judge/", "injection-map-judge", Permission.READ_RECORDS, form=True)
def judge(request: HttpRequest) -> HttpResponse:
    """What the rules find of a map as it stands."""

    def answer(places: Places) -> dict[str, Any]:
        found = judging.judged(places, judging.read(AskedJudgement, request.body))
        lookup = words()
        language = current()
        lines = [(said, lookup.cited(said.finding.sources)) for said in found]
        return {
            "stops": session.stops(tuple(said.finding for said in found)),
            "findings": [
                {**finding_as_json(said.finding, language), "about": said.numbers} for said in found
            ],
            "html": render_to_string("clinic/injections/findings.html", {"lines": lines}).strip(),
        }

    return _answered(request, answer)


@page("injection-map/grid/", "injection-map-grid", Permission.READ_RECORDS, form=True)
def grid(request: HttpRequest) -> HttpResponse:
    """The points of what was painted."""
    return _answered(
        request, lambda places: judging.laid(places, judging.read(AskedGrid, request.body))
    )


def _answered(request: HttpRequest, answer: Callable[[Places], dict[str, Any]]) -> HttpResponse:
    if request.method != "POST":
        return redirect("home")
    if request.content_type != "application/json":
        return JsonResponse({"said": _("Load the page again."), "where": ""}, status=422)
    try:
        return JsonResponse(answer(session.places(engine.edition_in_force())))
    except InputError as error:
        said = error.sentence(current())
        return JsonResponse({"said": said, "where": error.where}, status=422)
