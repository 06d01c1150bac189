"""Long lists, a page at a time. Nobody is counted where nobody asked how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Page as CountedPage
from django.core.paginator import Paginator
from django.http import HttpRequest

PER_PAGE: Final = 25
FARTHEST: Final = 10_000
"""The last page that a number in an address leads to: nobody reads so far."""


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and whether others come before and after."""

    object_list: list[Any]
    number: int
    has_next: bool

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1


def page_of(request: HttpRequest, found: Any) -> Page:
    """The page that ``?page=`` asks for, in one query; anything strange is the first one."""
    text = request.GET.get("page", "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    number = min(max(asked, 1), FARTHEST)
    start = (number - 1) * PER_PAGE
    rows = list(found[start : start + PER_PAGE + 1])
    return Page(rows[:PER_PAGE], number, len(rows) > PER_PAGE)


def counted_page_of(request: HttpRequest, found: Any) -> CountedPage[Any]:
    """The same for a list whose length is said on the page."""
    return Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
