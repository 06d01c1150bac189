"""« J’ai terminé, fermer »: the visit of a link ends in this browser, and whoever takes up the
device next is asked for the birth date."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dolenti.portal.door import close, page, show, visit_of


@page(form=True)
def phone_close(request: HttpRequest, token: str) -> HttpResponse:
    """Closed, whoever presses on what link; what was begun on the patient's own device stays."""
    if request.method == "POST":
        return close(request, token, redirect("phone-close", token))
    if visit_of(request, token) is not None:  # nothing was closed
        return redirect("phone", token)
    return show(request, "closed-now", {"token": token}, None)
