"""The one clock: the time zone of the site whose work is being done, and nothing else.

Whoever opens a door (a page, a command, the worker) says at which site it is, once; every day and
hour below is of that site. Neither the machine's zone nor a setting stands in where nobody said
it: ``here`` fails, because a wrong day in a record is worse than a page that does not come.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from dolenti.guideline.knowledge import Text

USUAL: Final = "Europe/Paris"
"""What a new site is given until somebody says otherwise."""

FRENCH: Final = {
    "Europe/Paris": Text(fr="France métropolitaine", en="Metropolitan France"),
    "America/Guadeloupe": Text(fr="Guadeloupe", en="Guadeloupe"),
    "America/Martinique": Text(fr="Martinique", en="Martinique"),
    "America/Cayenne": Text(fr="Guyane", en="French Guiana"),
    "Indian/Reunion": Text(fr="La Réunion", en="La Réunion"),
    "Indian/Mayotte": Text(fr="Mayotte", en="Mayotte"),
    "America/Miquelon": Text(fr="Saint-Pierre-et-Miquelon", en="Saint Pierre and Miquelon"),
    "America/St_Barthelemy": Text(fr="Saint-Barthélemy", en="Saint Barthélemy"),
    "America/Marigot": Text(fr="Saint-Martin", en="Saint Martin"),
    "Pacific/Noumea": Text(fr="Nouvelle-Calédonie", en="New Caledonia"),
    "Pacific/Tahiti": Text(fr="Polynésie française", en="French Polynesia"),
    "Pacific/Wallis": Text(fr="Wallis-et-Futuna", en="Wallis and Futuna"),
}
"""Where a site of the French health system may stand, by its zone in the tz database."""

_here: ContextVar[ZoneInfo] = ContextVar("the zone of the site")


class NoZoneError(RuntimeError):
    """Somebody asked for the day or the hour without having said at which site."""


def here() -> ZoneInfo:
    """The zone of the site whose work is being done. Raises ``NoZoneError``."""
    zone = _here.get(None)
    if zone is None:
        raise NoZoneError("say first at which site this is: access.clock.at_site(site)")
    return zone


@contextmanager
def in_zone(name: str) -> Iterator[None]:
    """Be at a site of this zone for a while."""
    token = _here.set(ZoneInfo(name))
    try:
        yield
    finally:
        _here.reset(token)


def is_known(name: str) -> bool:
    """Whether the tz database knows the zone."""
    return name in available_timezones()


def near(name: str) -> str:
    """The zone whose name is most like a mistyped one."""
    place = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(available_timezones())}
    last = name.rpartition("/")[2].strip().replace(" ", "_").casefold()
    found = difflib.get_close_matches(last, place, n=1)
    return place[found[0]] if found else USUAL
