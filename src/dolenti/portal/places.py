"""Whom to call, and when somebody answers there: the number and the opening hours of a site, or,
for whoever is not known, of every site. They are public, and tell nothing of a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext, pgettext

from dolenti.access import clock
from dolenti.access.models import Site
from dolenti.agenda.timetable import opening_of
from dolenti.calendar.moments import WEEKDAYS
from dolenti.calendar.opening import Hours, Opening
from dolenti.ui.language import current


@dataclass(frozen=True)
class Place:
    """A site as a patient calls it; ``hours``: a line for the days that are alike, and one where
    today is not as usual."""

    name: str
    phone: str
    hours: tuple[str, ...]
    is_closed: bool = False
    """Whether nobody answers there now, as far as the hours are written."""


@dataclass(frozen=True)
class Desk:
    """A site as a page asks it, as often as it likes, whether somebody answers there now."""

    site: Site

    @cached_property
    def is_closed(self) -> bool:
        """Whether the site is closed at this moment, by its hours, closures and holidays; of a site
        that wrote no hours nobody knows. One query, where it is asked at all."""
        with clock.at_site(self.site):
            return _is_closed(opening_of(self.site))


def _is_closed(opening: Opening) -> bool:
    known = any(opening.week.values())
    return known and not opening.is_open(timezone.now(), timedelta(minutes=1)).open


def of_site(site: Site) -> Place:
    """A site, on its own clock. One query."""
    with clock.at_site(site):
        opening = opening_of(site)
        return Place(site.name, site.phone, _in_words(opening), _is_closed(opening))


def of_every_site() -> list[Place]:
    """Every site that has a number, by its name."""
    return [of_site(one) for one in Site.objects.exclude(phone="").order_by("name", "pk")]


def _in_words(opening: Opening) -> tuple[str, ...]:
    colon = pgettext("colon", ": ")
    lines = [
        f"{_days([day for day, _ in days])}{colon}{_hours(hours)}"
        for hours, days in groupby(sorted(opening.week.items()), key=_hours_of)
        if hours
    ]
    if lines and (today := clock.today()).weekday() in opening.week:
        why = opening.closed_because(today)
        if why is not None:
            closed = why.in_language(current())
            lines.append(gettext("Today: %(closed)s") % {"closed": closed})
    return tuple(lines)


def _hours_of(day: tuple[int, tuple[Hours, ...]]) -> tuple[Hours, ...]:
    return day[1]


def _hours(hours: tuple[Hours, ...]) -> str:
    return ", ".join(one.in_words(current()) for one in hours)


def _days(days: list[int]) -> str:
    """« Lundi à vendredi » of days that follow each other, else each by its name."""
    names: Mapping[int, str] = {day: WEEKDAYS[day].in_language(current()) for day in days}
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        first, last = names[days[0]].capitalize(), names[days[-1]]
        words = pgettext("days of the week", "%(first)s to %(last)s")
        return words % {"first": first, "last": last}
    return ", ".join(names.values()).capitalize()
