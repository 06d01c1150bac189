"""The emergency page, the program that keeps it for when the network is cut, and the signatures."""

from __future__ import annotations

import hashlib

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.guard import LOGGED_IN
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.request import submission, user_of
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.emergency.shown import CardShown, call, shown
from dolenti.guideline import session as guided
from dolenti.guideline.errors import InputError
from dolenti.readiness import cards
from dolenti.ui.language import current


def _cards(request: HttpRequest) -> list[CardShown]:
    site = user_of(request).site
    signed = cards.signatures(site)
    return [
        shown(one, signed.get((one.card.id, one.sha256)), current())
        for one in guided.cards(cards.content(), signed.keys())
    ]


@page("emergency/", "emergency", LOGGED_IN)
def emergency(request: HttpRequest) -> HttpResponse:
    """Every signed card on one page, which asks nothing first and opens without the network."""
    content = cards.content()
    context = {
        "cards": _cards(request),
        "call": call(content, current()),
        "site": user_of(request).site,
        "edition": guided.cards_edition(content),
    }
    return render(request, "clinic/emergency/page.html", context)


@page("emergency/worker.js", "emergency-worker", LOGGED_IN)
def emergency_worker(request: HttpRequest) -> HttpResponse:
    """What keeps that page in the browser, and nothing else. Its text changes with the cards and
    their signatures, so that the browser then keeps the page anew."""
    signed = cards.signatures(user_of(request).site)
    number = hashlib.sha256(user_of(request).site.emergency_number.encode()).hexdigest()[:8]
    edition = guided.cards_edition(cards.content())
    stands = [edition, current(), number, *sorted(h[:8] for _, h in signed)]
    return render(
        request,
        "clinic/emergency/worker.js",
        {"stands": " ".join(stands)},
        content_type="text/javascript; charset=utf-8",
    )


@page("emergency-cards/", "emergency-cards", Permission.READ_KNOWLEDGE)
def emergency_cards(request: HttpRequest) -> HttpResponse:
    """Every card, and who of the site signed it."""
    return render(request, "clinic/emergency/cards.html", {"cards": _cards(request)})


@page("emergency-cards/<slug:card>/", "emergency-card", Permission.READ_KNOWLEDGE, form=True)
def emergency_card(request: HttpRequest, card: str) -> HttpResponse:
    """One card as it will be shown, to be read and signed by a doctor of the site."""
    found = next((one for one in _cards(request) if one.id == card), None)
    if found is None:
        raise Http404
    user, wrong = user_of(request), ""
    if request.method == "POST":
        try:
            cards.sign(submission(request), user.site, card, request.POST.get("sha256", ""))
        except InputError as error:
            wrong = sentence(error)
        else:
            messages.success(request, _("The card is signed: it is shown from now on."))
            return redirect("emergency-cards")
    context = {
        "card": found,
        "call": call(cards.content(), current()),
        "form": TokenForm(),
        "wrong": wrong,
    }
    return render(request, "clinic/emergency/card-page.html", context, status=422 if wrong else 200)
