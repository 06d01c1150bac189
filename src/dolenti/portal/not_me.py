"""« Ce n’est pas moi »: asked once more, then said back the same whoever presses on what link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from dolenti.diary import mistaken
from dolenti.portal.door import page, show, steady, visit_of
from dolenti.portal.forget import clear


@page(form=True)
def phone_not_me(request: HttpRequest, token: str) -> HttpResponse:
    """The link reached the wrong person. It works before the birth date, and needs none."""
    noted = request.method == "POST"
    if noted:
        opened = visit_of(request, token) is not None
        with steady():
            mistaken.hear(token, opened=opened)
    answer = show(request, "not-me", {"token": token, "noted": noted}, None)
    if noted:
        clear(request, token, answer)
    return answer
