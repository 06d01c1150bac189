"""Patient global impression of change (PGIC): one answer, 1 to 7.

1 is very much improved, 4 no change, 7 very much worse. Responders are "much" and "very much
improved". Source: fact base, section 5.
"""

from __future__ import annotations

from dolenti.guideline.scoring.exact import whole

RESPONDER_AT_MOST = 2


def pgic(value: object, where: str = "pgic") -> int:
    """A PGIC from 1 (very much improved) to 7 (very much worse). Raises ``InputError``."""
    return whole(value, where, 1, 7)


def is_responder(value: object) -> bool:
    """Whether the answer is 1 or 2. Raises ``InputError``."""
    return pgic(value) <= RESPONDER_AT_MOST
