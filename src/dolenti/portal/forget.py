"""« Effacer ce qui est sur cet appareil »: what a browser holds of a link goes; what was sent stays
with whoever cares for the patient."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from dolenti.portal.cookies import cookie
from dolenti.portal.door import DEVICE, close, page, show


@page(form=True)
def phone_forget(request: HttpRequest, token: str) -> HttpResponse:
    """Asked once more, then done. It needs no birth date, and says the same of any link."""
    gone = request.method == "POST"
    answer = show(request, "forget", {"token": token, "gone": gone}, None)
    if gone:
        clear(request, token, answer)
    return answer


def clear(request: HttpRequest, token: str, answer: HttpResponse) -> None:
    """Nothing of the patient’s stays in this browser."""
    close(request, token, answer)
    answer.delete_cookie(cookie(DEVICE), path="/s/", samesite="Lax")
