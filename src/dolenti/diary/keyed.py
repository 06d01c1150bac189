"""The links whose address is worked out again from the site's key: with another key a message leads
nowhere, and so a drill of a backup and the health page try some of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final

from django.utils import timezone

from dolenti.diary import codes, links
from dolenti.diary.models import Message
from dolenti.safekeeping.encrypted import Opens, ends

KIND: Final = "links"


def look(alias: str) -> Iterable[Opens]:
    """Of the links that still open and that a message leads to, the oldest and the newest: a code
    has a key of its own, and a former key may be given up once its links have ended."""
    live = Message.objects.using(alias).filter(
        link__revoked_at=None, link__expires_at__gt=timezone.now()
    )
    found = live.exclude(kind=codes.KIND).select_related("link")
    return [partial(links.is_made_by, one.link, one.key) for one in ends(found)]


__all__ = ["KIND", "look"]
