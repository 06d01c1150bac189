"""The unit of serum of a session is chosen: by its label."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.assess.answers import AnswerError
from dolenti.clinic.common.request import submission, user_of
from dolenti.clinic.session import views
from dolenti.serum import at_session
from dolenti.serum.identity import Proof
from dolenti.treatment import gate as treatment_gate


@page("sessions/<slug:public_id>/unit/", "session-unit", Permission.PREPARE, form=True)
def session_unit(request: HttpRequest, public_id: str) -> HttpResponse:
    """The unit whose label is scanned is that of this session."""
    found = treatment_gate.session(user_of(request), public_id)
    if request.method != "POST":
        return redirect("session", public_id)
    sheet = views.sheet_of(request, found)
    sheet.sent["unit"] = request.POST
    form = sheet.unit_form()
    try:
        facts = views.facts_of(request, sheet, form)
    except AnswerError as error:
        return views.refused_form(request, found, "unit", str(error), form)
    why = _("This label cannot be read: see the field.")
    return views.written(request, found, "unit", form, why, lambda: at_session.choose(
        submission(request), found, form.cleaned_data["based_on"],
        Proof(form.cleaned_data["scan"]), form.asked(), facts,
    ))  # fmt: skip
