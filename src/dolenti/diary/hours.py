"""When messages leave a site: within which hours, on a day on which they may."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dolenti.access.models import Site
from dolenti.calendar.moments import day_bounds, local_day, to_local
from dolenti.diary import following
from dolenti.diary.quiet_days import closed_at


def next_hour(site: Site, since: datetime) -> datetime:
    """When messages may go from a moment on: then, within the hours of every message; else when
    they begin next, on no Sunday or holiday. On the clock of the site."""
    sending, local = following.content().rules.sending, to_local(since)
    closed = closed_at(site)
    day = local.date()
    if not closed(day) and sending.is_open_at(local):
        return local
    if closed(day) or local.hour >= sending.until_hour:
        day += timedelta(days=1)
    while closed(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(sending.from_hour), local.tzinfo)


def is_last_day(site: Site, expires: datetime, day: date) -> bool:
    """Whether what ends then could go on no day after this one."""
    return expires <= next_hour(site, day_bounds(day)[1])


def tomorrow(now: datetime) -> datetime:
    """When the next day of the site begins."""
    return day_bounds(local_day(now))[1]
