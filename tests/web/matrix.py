"""Every page of the site: what it registers itself as, and what was approved of it.

``PAGES`` is read from the addresses of the site: who may open each page, and whether it takes a
form. ``matrix.txt`` beside this file is the same list as people approved it, with what the tests
see of each page: what it ``shows`` (a ``page``; ``else`` is a file, or a way elsewhere) and what
becomes of its form ``sent`` as it stands (``written``, ``refused``, or ``-`` where there is none).
A test whose page is not as approved prints the line that would approve it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from django.urls import URLPattern, URLResolver, get_resolver

from dolenti.access.guard import LOGGED_IN
from dolenti.access.roles import PERMISSIONS, Permission, Role

APPROVED: Final = Path(__file__).with_name("matrix.txt")
STRANGER: Final = "stranger"
# Whoever makes what the tests look at comes first; each page is asked as the first who may.
READERS: Final = (
    Role.PRACTITIONER, Role.ADMINISTRATOR, Role.SECRETARY, Role.AUDITOR, Role.NURSE, Role.ANALYST,
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """A page as it registers itself. ``permission`` is None where no log-in is asked."""

    name: str
    address: str
    permission: Permission | str | None
    takes_form: bool | None
    """None where somebody else's code answers: the pages of the door."""
    view: Any = None

    @property
    def arguments(self) -> list[str]:
        """The names of what stands in its address, in their order."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.address)

    @property
    def kind(self) -> str:
        """The word that stands before the first of them: what the page is about."""
        before, found, _ = self.address.partition("<")
        return before.strip("/").rpartition("/")[2] if found else ""

    def opens_to(self, role: Role) -> bool:
        """Whether somebody in a role may open it."""
        return self.permission in (None, LOGGED_IN) or self.permission in PERMISSIONS[role]

    @property
    def reader(self) -> Role:
        """A role that may open it."""
        return next(role for role in READERS if self.opens_to(role))

    @property
    def refused(self) -> Role | None:
        """A role that may not, another from page to page: one guard refuses all, by a table."""
        return self._by_turns([role for role in READERS if not self.opens_to(role)])

    @property
    def opened_too(self) -> Role | None:
        """A role besides the reader that may, another from page to page: one table opens all."""
        return self._by_turns([one for one in Role if self.opens_to(one) and one != self.reader])

    def _by_turns(self, roles: Sequence[Role]) -> Role | None:
        return roles[crc32(self.name.encode()) % len(roles)] if roles else None


@dataclass(frozen=True)
class Approved:
    """A line of the approved list."""

    shows: str
    sent: str


def _all(patterns: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _all(pattern.url_patterns, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern), pattern


def _pages() -> Iterator[Listed]:
    for address, pattern in _all(get_resolver().url_patterns):
        view = pattern.callback
        takes_form = getattr(view, "takes_form", None)
        yield Listed(
            pattern.name or "", address, getattr(view, "permission", None), takes_form, view
        )


def _approved() -> Iterator[tuple[str, Approved]]:
    for line in APPROVED.read_text().splitlines():
        if line and not line.startswith("#"):
            name, *_, shows, sent = line.split()
            yield name, Approved(shows, sent)


def line_of(page: Listed, shows: str = "", sent: str = "") -> str:
    """The line that approves a page; what is not said stays as it was approved."""
    was = APPROVED_PAGES.get(page.name, Approved("?", "?"))
    who = page.permission or STRANGER
    return f"{page.name:38} {who:16} {shows or was.shows:5} {sent or was.sent}"


PAGES: Final = {page.name: page for page in _pages()}
APPROVED_PAGES: Final = dict(_approved())
GUARDED: Final = [page.name for page in PAGES.values() if page.permission is not None]
SHOWN: Final = [
    name for name in PAGES if name in APPROVED_PAGES and APPROVED_PAGES[name].shows == "page"
]
FORMS: Final = [page.name for page in PAGES.values() if page.takes_form]


def dozens(names: Sequence[Any]) -> list[Sequence[Any]]:
    """Twelve at a time: so many share the world of one test, and no test is long."""
    return [names[first : first + 12] for first in range(0, len(names), 12)]


def first_of(names: Sequence[Any]) -> str:
    """What a dozen is called by: its first page."""
    return f"from {getattr(names[0], 'name', names[0])}"


def said(wrong: str) -> str:
    """What to do where a page is not as approved."""
    return f"where this is meant, put into tests/web/{APPROVED.name}, in its order:\n{wrong}"
