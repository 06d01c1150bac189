"""A page registers itself: its address, its name, and who may open it, in one line on its view.

    @page("courses/<slug:public_id>/stop/", "course-stop", Permission.PLAN, form=True)
    def course_stop(request: HttpRequest, public_id: str) -> HttpResponse:

Nothing else has to be remembered: the addresses of a door are read from here, and the tests that
walk every page (who may open it, what it shows, what it writes when it is sent twice, how often
it asks the database) read the same list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Literal

from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

import dolenti.access.covered  # noqa: F401 - its part of an address is registered
from dolenti.access.guard import LOGGED_IN, View, logged_in, needs
from dolenti.access.roles import Permission


@dataclass(frozen=True)
class Page:
    """A page of the site. ``module`` is where its view stands."""

    address: str
    name: str
    module: str
    view: View

    @property
    def pattern(self) -> URLPattern:
        """Its address, as Django takes it."""
        return path(self.address, self.view, name=self.name)


_pages: dict[str, Page] = {}


def page(
    address: str,
    name: str,
    permission: Permission | Literal["logged-in"],
    *,
    form: bool = False,
) -> Callable[[View], View]:
    """The view of an address, for those whose role holds the permission, or ``LOGGED_IN``.

    A page is opened; one with a ``form`` is also sent. Which of the two is asked before who asks.
    Two pages of one name are refused when the site starts: one of them could never be reached.
    """
    methods = require_http_methods(["GET", "HEAD", "POST"]) if form else require_safe

    def register(view: View) -> View:
        guard = logged_in if permission == LOGGED_IN else needs(Permission(permission))
        opened: View = methods(guard(view))
        if name in _pages:
            raise ValueError(f"two pages are called {name}: give one of them another name")
        opened.takes_form = form  # type: ignore[attr-defined]
        _pages[name] = Page(address, name, view.__module__, opened)
        return opened

    return register


def pages_of(door: ModuleType) -> Iterator[Page]:
    """Every page of a package, wherever in it; one that is written out comes before one that
    stands for any: ``patients/new/`` before ``patients/<slug:public_id>/``."""
    for module in walk_packages(door.__path__, f"{door.__name__}."):
        if not module.name.endswith(".urls"):
            import_module(module.name)
    inside = (one for one in _pages.values() if one.module.startswith(f"{door.__name__}."))
    return iter(sorted(inside, key=_written_out_first))


def address_of(name: str) -> str:
    """The address of a page as a person knows it again, ``/patients/…/identity/``; nothing where
    no page is called so any more."""
    found = _pages.get(name)
    return "/" + re.sub(r"<[^>]*>", "…", found.address) if found else ""


def _written_out_first(one: Page) -> list[tuple[bool, str]]:
    return [(part.startswith("<"), part) for part in one.address.split("/")]
