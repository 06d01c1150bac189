"""The patient's browser: a form of the phone leads on to the page that answers it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from dolenti.portal import steps


class Phone(Client):
    """A browser that asks for the page which answers a form, as browsers do of themselves; any
    other redirect is left to whoever looks at it."""

    def post(self, *args: Any, **kwargs: Any) -> Any:
        answer = super().post(*args, **kwargs)
        if steps.STEP not in parse_qs(urlsplit(answer.headers.get("Location", "")).query):
            return answer
        return self.get(answer.headers["Location"])
