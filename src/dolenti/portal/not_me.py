"""« Ce n’est pas moi »: asked once more, then said back the same whoever presses on what link."""

from __future__ import annotations

from typing import Final

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse

from dolenti.diary import mistaken, networks
from dolenti.portal.door import page, show, steady, visit_of
from dolenti.portal.forget import clear

NOT_ME: Final = "not-me"
"""What an address presses: heard however often, but no thread waits for one that presses on."""


@page(form=True)
def phone_not_me(request: HttpRequest, token: str) -> HttpResponse:
    """The link reached the wrong person. It works before the birth date, and needs none."""
    noted = request.method == "POST"
    if noted:
        opened = visit_of(request, token) is not None
        network = get_adapter().get_client_ip(request) or ""
        with steady(NOT_ME, network):
            mistaken.hear(token, opened=opened)
        networks.count(NOT_ME, network)
    answer = show(request, "not-me", {"token": token, "noted": noted}, None)
    if noted:
        clear(request, token, answer)
    return answer
