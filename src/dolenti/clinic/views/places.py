"""Someone who works at several sites goes from one to another."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dolenti.access import accounts
from dolenti.access.guard import logged_in
from dolenti.clinic.views.common import user_of


@require_http_methods(["GET", "HEAD", "POST"])
@logged_in
def places(request: HttpRequest) -> HttpResponse:
    """The sites where one works; pressing one goes there, in the role one has there."""
    user = user_of(request)
    if request.method == "POST":
        accounts.go_to(user, request.POST.get("site", ""))
        return redirect("home")
    return render(request, "clinic/places.html", {"places": accounts.places(user)})
