"""What the patient's own device keeps for when it has no network: whom to call, and the signs that
ask for it.

It is one page of a link, without a name, an answer or a word of the record: its signs are those of
a phase of any treatment. On a shared device nothing is kept. The icon of the phone, which has no
link, keeps its own page.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dolenti.portal import signs
from dolenti.portal.app import for_anybody
from dolenti.portal.door import page, show, visit_of


@page()
def phone_offline(request: HttpRequest, token: str) -> HttpResponse:
    """There is no network: whom to call. Before the birth date the same of a link that nobody
    knows, and no sign."""
    visit = visit_of(request, token)
    return show(request, "offline", {"token": token, "signs": signs.of_visit(visit)}, visit)


@page()
def phone_worker(request: HttpRequest, token: str) -> HttpResponse:
    """What keeps that page: it sees the addresses of this link alone."""
    return render(
        request, "portal/worker.js", {"token": token}, content_type="text/javascript; charset=utf-8"
    )


@for_anybody()
def phone_start_worker(request: HttpRequest) -> HttpResponse:
    """What keeps the page of the icon: for the addresses that have no worker of their own."""
    return render(request, "portal/worker.js", {}, content_type="text/javascript; charset=utf-8")
