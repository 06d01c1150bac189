"""Which signs ask for what, for a page that is read without a network: of a phase of any treatment,
and of nobody. It holds no name, no therapy, no answer, and no day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext

from dolenti.access.models import Site
from dolenti.diary import following
from dolenti.guideline.diary import warnings
from dolenti.guideline.diary.shapes.alarms import UrgencyId
from dolenti.guideline.knowledge import Text
from dolenti.guideline.words import lower_first
from dolenti.portal import shown
from dolenti.portal.door import OF_A_COURSE, Visit
from dolenti.records import engine
from dolenti.ui.language import current

_CALLED_BACK: Final = "soon"
"""Who is called back is told so by a page that was sent; without a network they tell us first."""


@dataclass(frozen=True)
class Signs:
    """The signs of one urgency, below what they ask for."""

    urgency: str
    says: str
    signs: tuple[str, ...]


def of_visit(visit: Visit | None) -> list[Signs]:
    """Those of the phase of the treatment of a link; nothing before the birth date was given, and
    by a link that is of no treatment."""
    if visit is None or visit.link.purpose not in OF_A_COURSE:
        return []
    given = following.sessions_of_all([visit.link.of_course])[visit.link.of_course.pk]
    if not given:
        return []
    hours = (timezone.now() - given[-1].ended) / following.HOUR if given[-1].ended else 0
    phase: warnings.Phase = "early" if hours < warnings.EARLY_HOURS else "late"
    return _in_words(phase, visit.link.patient.site)


def of_anybody() -> list[Signs]:
    """Those of the first days, for whoever opens the icon of the phone without a link."""
    return _in_words("early", None)


def _in_words(phase: warnings.Phase, site: Site | None) -> list[Signs]:
    urgencies = {
        one.id: one.patient.in_language(current()) for one in following.content().urgencies
    }
    found = []
    for urgency, labels in _found(engine.edition_in_force().sha256, phase):
        says = shown.with_phone(urgencies[urgency], site)
        if urgency == _CALLED_BACK:
            says = gettext("Call us within two working days.")
        found.append(
            Signs(urgency, lower_first(says), tuple(one.in_language(current()) for one in labels))
        )
    return found


@lru_cache(maxsize=4)
def _found(
    sha256: str, phase: warnings.Phase
) -> tuple[tuple[UrgencyId, tuple[Text, ...]], ...]:  # fmt: skip
    """By the edition: worked out once."""
    signs = warnings.by_urgency(following.content(), phase)
    return tuple((urgency, tuple(o.label for o in each)) for urgency, each in signs.items())
