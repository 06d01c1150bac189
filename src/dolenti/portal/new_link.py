"""« Recevoir un nouveau lien »: where a link does not open, one more press sends another to the
address that the clinic holds. What is said back is the same whoever presses, on whatever link."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse

from dolenti.diary import following, networks, new_link
from dolenti.portal.door import page, show, steady
from dolenti.ui.language import current


@page(form=True)
def phone_new_link(request: HttpRequest, token: str) -> HttpResponse:
    """Asked once more, then sent if there is anything to send. It works before the birth date."""
    asked = request.method == "POST"
    if asked:
        heard(request, token=token)
    context = {"token": token, "asked": asked, "said": said()}
    return show(request, "new-link", context, None)


def heard(request: HttpRequest, token: str = "", contact: str = "") -> None:
    """Another link is asked for, with the one that no longer opens or with a number or an address:
    as often as one network address may, and as long whatever becomes of it."""
    network = get_adapter().get_client_ip(request) or ""
    if networks.is_too_often(new_link.ASK, network):
        return
    with steady(new_link.ASK, network):
        networks.count(new_link.ASK, network)
        if token:
            new_link.ask(token)
        else:
            new_link.ask_by(contact)


def said() -> str:
    """What whoever asks is told, whatever the cause."""
    screens = following.content().screens
    return next(one for one in screens if one.id == "new-link-asked").says.in_language(current())
