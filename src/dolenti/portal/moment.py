"""When something happened, as it stands inside a sentence: « à 12 h 55 », and with its day where
that is not today."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import pgettext

from dolenti.access import clock
from dolenti.calendar.moments import clock as hour_in_words
from dolenti.calendar.moments import day_in_words, to_local
from dolenti.ui.language import current


def in_words(moment: datetime) -> str:
    """On the clock of the site that is in force."""
    local = to_local(moment)
    hour = hour_in_words(local.time(), current())
    if local.date() == clock.today():
        return pgettext("moment", "at %(hour)s") % {"hour": hour}
    day = day_in_words(local.date(), current())
    return pgettext("moment", "on %(day)s at %(hour)s") % {"day": day, "hour": hour}
