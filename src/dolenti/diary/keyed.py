"""The links whose address is worked out again from the site's key: with another key a message leads
nowhere, and so a drill of a backup and the health page try some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final

from django.utils import timezone

from dolenti.diary import calling_back, codes, links
from dolenti.diary.models import Message
from dolenti.safekeeping.encrypted import Opens

KIND: Final = "links"
_NOT_OF_A_LINK: Final = (codes.KIND, calling_back.KIND)
"""Messages whose key is their own, and made no link."""
_MOST: Final = 20


def look(alias: str) -> Iterable[Opens]:
    """One question of the newest links that still open and that a message leads to; of ended ones
    the key may have been given up. None of them of this key: another key of the site made them."""
    live = Message.objects.using(alias).filter(
        link__revoked_at=None, link__expires_at__gt=timezone.now()
    )
    newest = live.exclude(kind__in=_NOT_OF_A_LINK).select_related("link").order_by("-pk")
    found = list(newest[:_MOST])
    return [partial(_is_any_made_by, found)] if found else []


def _is_any_made_by(messages: Sequence[Message], keys: Sequence[str]) -> bool:
    return any(any(links.tokens_of(one.link, one.key, keys)) for one in messages)


__all__ = ["KIND", "look"]
