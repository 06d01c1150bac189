"""A form of the site as a check meets it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.test import Client

from dolenti.access.models import User


@dataclass
class Met:
    """The form of the page ``name``: somebody's own browser, where it goes, its fields filled in as
    a person would."""

    name: str
    entered: Client
    path: str
    fields: dict[str, str]
    shown: Any
    """The page that holds the form."""
    user: User
    """Whoever opened it."""

    @cached_property
    def browser(self) -> Client:
        """A browser with the log-in of whoever opened the form, which no other check uses."""
        client = Client()
        client.cookies = deepcopy(self.entered.cookies)
        return client

    @property
    def is_page(self) -> bool:
        """Whether there is something to type into: no button of another page, no file."""
        kind = self.shown["Content-Type"] if self.shown.status_code == 200 else ""
        return kind.startswith("text/html") and not self.shown.streaming
