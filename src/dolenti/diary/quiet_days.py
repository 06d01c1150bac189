"""On which days a site sends a patient nothing but what concerns safety."""

from __future__ import annotations

from datetime import date
from typing import Final

from dolenti.access.models import Site
from dolenti.calendar.opening import Region, public_holiday
from dolenti.guideline.schedule import Closed

SUNDAY: Final = 7


def closed_at(site: Site) -> Closed:
    """On which days a site sends nothing but what concerns safety: Sundays and holidays."""
    region = Region.of_zone(site.time_zone)

    def closed(day: date) -> bool:
        return day.isoweekday() == SUNDAY or public_holiday(day, region) is not None

    return closed
