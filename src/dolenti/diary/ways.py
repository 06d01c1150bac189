"""By which ways a link may have come to whoever holds it: whoever reads one mailbox, or one
telephone, reads whatever follows from a link that went there.

A link of our own messages came by their channels; one that somebody of the clinic handed over came
by hand; one that a form led on to came by every way of the link that led there. What is of none of
them came by a way that nobody knows, which may be any.
"""

from __future__ import annotations

from typing import Final

from dolenti.diary.models import Link, Message

CODE: Final = "code"
"""The kind of message that holds a code and no link, by its id in the knowledge."""
HAND: Final = "hand"
"""Handed over by the clinic, to the person who was there."""


def of(link: Link) -> frozenset[str]:
    """The ways by which a link may have come, channels and ``HAND``; none where it is not known."""
    sent = Message.objects.filter(link=link).exclude(kind=CODE)
    found = {str(one) for one in sent.values_list("channel", flat=True)}
    led = set(link.led_by.split())
    if not found and link.author_id is not None:
        found.add(HAND)
    return frozenset(found | led)


def lead_on(link: Link, from_: Link) -> None:
    """A link is opened from another one: what came by the one leads to it from now on. Inside the
    transaction that opens it."""
    _add(link, of(from_) or {"mail", "sms"})


def went(link: Link, channel: str) -> None:
    """A message with this link was handed to a channel, and goes by another from now on: whoever
    got it first still has it. Inside the transaction that notes it."""
    _add(link, {channel})


def _add(link: Link, ways: frozenset[str] | set[str]) -> None:
    link.led_by = " ".join(sorted({*link.led_by.split(), *map(str, ways)}))
    Link.objects.filter(pk=link.pk).update(led_by=link.led_by)
