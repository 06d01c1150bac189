"""What the patient's own device needs to keep an answer that was begun: under which name, sealed
with which key, and until when.

The key is made of the link and of the secret of the site. It is given in pages that no browser
keeps, to whoever opened the link by the birth date: what lies on the device is read by nobody
else.
"""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.crypto import salted_hmac

from dolenti.diary import link_life
from dolenti.portal.door import Visit

LONGEST: Final = timedelta(days=7)
"""How long an answer that was begun is kept, at most: the link may end before."""
_ABOUT: Final = "dolenti.portal.drafts"


def about(visit: Visit, form: str) -> dict[str, Any] | None:
    """What a form of a link is kept by; nothing on a device that nobody said to be the patient's
    own."""
    if visit.own is not True:
        return None
    link = visit.link
    key = salted_hmac(_ABOUT, link.public_id, algorithm="sha256").digest()
    until = min(timezone.now() + LONGEST, link_life.closes_at(link))
    return {
        "name": f"{link.public_id}-{form}",
        "seal": base64.b64encode(key).decode(),
        "until": int(until.timestamp() * 1000),
    }
