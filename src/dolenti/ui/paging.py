"""Long lists, a page at a time."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 25


def page_of(request: HttpRequest, found: Any) -> Page[Any]:
    """The page that ``?page=`` asks for; anything strange is the first or the last one."""
    return Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
