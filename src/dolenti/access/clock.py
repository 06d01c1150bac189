"""At which site we are: the day, the hour, and the zone in which pages write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dolenti.access.models import Site, User
from dolenti.calendar.moments import local_day
from dolenti.calendar.zone import in_zone


@contextmanager
def in_time_zone(name: str) -> Iterator[None]:
    """Do what follows on the clock of a zone: its days, and the hours that Django writes."""
    with in_zone(name), timezone.override(name):
        yield


def at_site(site: Site) -> AbstractContextManager[None]:
    """Do what follows on the clock of a site."""
    return in_time_zone(site.time_zone)


def today() -> date:
    """The day it is at the site where we are. Raises ``NoZoneError`` where nobody said it."""
    return local_day(timezone.now())


class SiteClockMiddleware:
    """A logged-in person is at their site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User):
            return self.get_response(request)
        with at_site(request.user.site):
            return self.get_response(request)
