"""What is asked next once a form was sent: one thing at a time, what decides first before the rest.

A form of the diary judges a treatment, and one of safety watches over whoever was treated: they go
first. Then the few questions of the same window; then a questionnaire of the site. Each may be put
off, and stands where it stood whenever the link is opened again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from dolenti.calendar.moments import day_in_words, local_day
from dolenti.diary import answers, beside, link_life, links
from dolenti.diary.models import Link
from dolenti.portal import shown
from dolenti.portal.door import Visit
from dolenti.ui.language import current

Kind: TypeAlias = Literal["form", "more", "scored", "before"]


@dataclass(frozen=True)
class Then:
    """What is asked next: another ``form`` that is due, by its ``key``; ``more`` of the same
    window; a questionnaire that is ``scored``, by its ``key`` and what it is ``called``; or what
    waits at a link that was opened ``before``, by its token. ``until`` it can be put off, in words.
    ``rest``: how much else waits after it."""

    kind: Kind
    key: str = ""
    called: str = ""
    minutes: int = 0
    until: str = ""
    rest: int = 0


def of(visit: Visit, now: datetime, *, alerted: bool = False) -> Then | None:
    """The first of what waits for whoever opened a link; nothing where all is answered. Who is
    ``alerted`` is asked no more than another form that is due."""
    found = list(_forms(visit.link, now))
    if not alerted:
        found += [*_of_link(visit.link), *_before(visit)]
    return replace(found[0], rest=len(found) - 1) if found else None


def onward(visit: Visit) -> tuple[str, ...]:
    """The links to come back to from another form: whatever waits at them is offered after it."""
    return (*(one for one in visit.came if one != visit.token), visit.token)


def _forms(link: Link, now: datetime) -> Iterator[Then]:
    for one in beside.of(link, now):
        ends = min(one.due.expires, link_life.ends_at(link))
        yield Then("form", one.key, shown.place_of(one.course), until=_day(ends))


def _of_link(link: Link) -> Iterator[Then]:
    until = _day(link_life.ends_at(link))
    if answers.is_more_offered(link):
        yield Then("more", until=until)
    for one in answers.offered(link, current()):
        yield Then("scored", one.id, one.name[current()], one.minutes, until)


def _before(visit: Visit) -> Iterator[Then]:
    for token in visit.came:
        link = links.of_token(token)
        if link is not None and (waits := next(_of_link(link), None)):
            yield Then("before", token, until=waits.until)


def _day(until: datetime) -> str:
    return day_in_words(local_day(until), current())
