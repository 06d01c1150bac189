"""Someone who works at several sites goes from one to another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access import accounts
from dolenti.access.guard import LOGGED_IN
from dolenti.access.pages import page
from dolenti.clinic.common.request import user_of


@page("places/", "places", LOGGED_IN, form=True)
def places(request: HttpRequest) -> HttpResponse:
    """The sites where one works; pressing one goes there, in the role one has there. And those
    that ask one to work there too, which only a yes makes one's own."""
    user = user_of(request)
    if request.method == "POST" and "invitation" in request.POST:
        accepted = request.POST.get("answer") == "yes"
        if not accounts.answer(user, request.POST["invitation"], accepted=accepted):
            messages.warning(request, _("This invitation was answered, or withdrawn by the site."))
        return redirect("places")
    if request.method == "POST":
        accounts.go_to(user, request.POST.get("site", ""))
        return redirect("home")
    context = {"places": accounts.places(user), "invitations": accounts.invitations(user)}
    return render(request, "clinic/people/places.html", context)
