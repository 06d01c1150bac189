"""A person's browser, as far as a crash can see it: one connection for each request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from django.test import Client

from dolenti.access.models import User
from tests.people import enter

CSRF = "c" * 32
_INPUT = re.compile(r"<(?:input|textarea)\b[^>]*>")


class LostError(Exception):
    """No answer came: nobody knows whether the form was written."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    location: str
    page: str

    @property
    def inputs(self) -> dict[str, str]:
        """The inputs of the page, by name, as they would be sent."""
        found = {}
        for tag in _INPUT.findall(self.page):
            told = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
            if "name" in told:
                found[told["name"]] = unescape(told.get("value", ""))
        return found

    @property
    def words(self) -> str:
        """The page without its tags: what somebody reads, to be shown where it was not expected."""
        text = re.sub(r"<[^>]*>", " ", self.page.partition("<main")[2])
        return f"{self.status} {' '.join(text.split())[:1500]}"


class Browser:
    """Logged in as a user, on a port of this machine."""

    def __init__(self, port: int, user: User) -> None:
        client = Client()
        enter(client, user)
        self.port = port
        self.cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF}"

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form. Raises ``LostError`` where no whole answer comes."""
        return self._ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": CSRF}))

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": self.cookie, "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            with connection.getresponse() as answer:
                location = answer.getheader("Location") or ""
                return Answer(answer.status, location, answer.read().decode())
        except (OSError, HTTPException) as error:
            raise LostError(type(error).__name__) from error
        finally:
            connection.close()
