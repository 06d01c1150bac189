"""What a patient wishes of the reception, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from dolenti.calendar.preferred import Preferred
from dolenti.diary import visiting
from dolenti.diary import when as words
from dolenti.diary.models import Wish
from dolenti.ui.language import current


@dataclass(frozen=True)
class Matching:
    """The wish for which a time is looked for, where there is one, and whether ``every`` free time
    is shown or those at which its patient can come; ``other`` is the address of the other."""

    wish: Wish | None = None
    every: bool = False
    other: str = ""

    @property
    def preferred(self) -> Preferred:
        """The free times that are shown."""
        if self.wish is None or self.every:
            return Preferred()
        return visiting.preferred(self.wish)


def matching(request: HttpRequest, wishes: Sequence[Wish]) -> Matching:
    """The wish that an address names, or the only one there is."""
    named = [one for one in wishes if one.public_id == request.GET.get("wish")]
    chosen = next(iter(named or (wishes if len(wishes) == 1 else ())), None)
    asked = request.GET.copy()
    every = asked.pop("all", None) is not None
    if chosen is not None:
        asked["wish"] = chosen.public_id
    if not every:
        asked["all"] = "1"
    return Matching(chosen, every, f"?{asked.urlencode()}")


def when(wish: Wish) -> list[str]:
    """The days on which a patient can come: those of the week by name, and between which dates."""
    said = (words.weekdays(wish, current()), *words.limits(wish, current()))
    return [one for one in said if one]
