"""What the patient's own device keeps for when it has no network: whom to call, and nothing else.

It is one page of a link, without a name, an answer or a word of the record; on a shared device
nothing is kept.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dolenti.portal.door import page, show, visit_of


@page()
def phone_offline(request: HttpRequest, token: str) -> HttpResponse:
    """There is no network: whom to call. Before the birth date the same of a link that nobody
    knows."""
    return show(request, "offline", {"token": token}, visit_of(request, token))


@page()
def phone_worker(request: HttpRequest, token: str) -> HttpResponse:
    """What keeps that page: it sees the addresses of this link alone."""
    return render(
        request, "portal/worker.js", {"token": token}, content_type="text/javascript; charset=utf-8"
    )
