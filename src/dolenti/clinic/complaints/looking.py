"""Looking for a diagnosis while a complaint is described: the list as one types, and as one marks.

Whoever has no script sends the whole form with a button of its own; it comes back with the list,
and nothing is stored.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.request import today
from dolenti.clinic.complaints.body import BodyAnswer, read_body
from dolenti.clinic.complaints.edit_forms import PlaceForm
from dolenti.guideline.body import body_map
from dolenti.records import engine
from dolenti.ui.language import current

LOOK = "look"
"""The button that looks; its value is what was last touched."""
FIGURE = "figure"


def is_looking(request: HttpRequest, answer: BodyAnswer | None = None) -> bool:
    """Whether somebody is still at it, and nothing is to be stored."""
    return LOOK in request.POST or (answer is not None and answer.marking)


def as_typed(request: HttpRequest, answer: BodyAnswer | None = None) -> dict[str, Any]:
    """The fields as they stand, for a form that is still being filled in. A point on the figure
    says the side."""
    typed: dict[str, Any] = {name: values[-1] for name, values in request.POST.lists()}
    marked = answer.marked if answer else None
    if request.POST.get(LOOK) == FIGURE and marked and marked.side:
        typed["side"] = marked.side
    return typed


@page("diagnoses/", "diagnosis-find", Permission.WRITE_RECORDS, form=True)
def diagnoses(request: HttpRequest) -> HttpResponse:
    """The diagnoses that a text may mean, those of the marked zone first; with zone and side."""
    if request.method != "POST":
        return redirect("home")
    edition = engine.edition_in_force()
    answer = read_body(request.POST, body_map(edition))
    form = PlaceForm(
        initial=as_typed(request, answer), answer=answer, edition=edition, language=current(),
        as_of=today(),
    )  # fmt: skip
    return render(request, "clinic/complaints/place.html", {"form": form})
