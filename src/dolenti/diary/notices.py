"""What a mail server says later of a mail that it took: a delivery status notification (RFC 3464).

It is mail from strangers: only its few fields are read, and nothing of it is shown or kept. Which
of our messages it is about is told by the ``Message-ID`` that we gave it, and by nothing else: an
address alone would let anybody silence anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Final

_OURS: Final = re.compile(r"<([a-z0-9]{16})@[^<>\s]{1,255}>")
"""A mail’s id as ``senders.by_mail`` writes it: the public id of the message, and the host."""
_STATUS: Final = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
_NO_ADDRESS: Final = re.compile(r"5\.(1\.\d+|2\.[01]|4\.4)\b")
"""No such mailbox, no such host, no route to it, or a mailbox that is closed (RFC 3463). A mailbox
that is full, or a server that refused the words of a mail, is another matter."""


@dataclass(frozen=True)
class Notice:
    """A mail that was not delivered after all: of which message, by its public id, and whether its
    address takes none (``is_dead``) rather than not this one."""

    message: str
    is_dead: bool


def read(raw: bytes) -> Notice | None:
    r"""What a mail says of one of ours that failed for good; ``None`` where it is no such notice: a
    delay, a receipt, a mail of a person.

    >>> read(b"Subject: hello\n\nIs anybody there?") is None
    True
    """
    try:
        return _read(message_from_bytes(raw))
    except RecursionError:  # parts within parts, a thousand deep: written to stop whoever reads it
        return None


def _read(mail: Message) -> Notice | None:
    if mail.get_content_type() != "multipart/report":
        return None
    failed = [
        status
        for part in mail.walk()
        if part.get_content_type() == "message/delivery-status"
        for status in _failed(part)
    ]
    names = list(_names(mail)) if failed else []
    if not names:
        return None
    return Notice(names[0], any(_NO_ADDRESS.match(one) for one in failed))


def _failed(part: Message) -> Iterator[str]:
    """The status of each recipient of whom delivery failed for good."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Message) and _said(block, "Action").strip().lower() == "failed":
            found = _STATUS.match(_said(block, "Status"))
            yield ".".join(found.groups()) if found else ""


def _names(mail: Message) -> Iterator[str]:
    """Our messages that a notice returns, by their ids: of the mail that came back with it, whole
    or its head alone; else of what the notice says that it answers."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            given = part.get_payload(decode=True)
            head = message_from_bytes(given if isinstance(given, bytes) else b"")
            yield from _OURS.findall(_said(head, "Message-ID"))
        elif part is not mail and kind != "message/rfc822":
            yield from _OURS.findall(_said(part, "Message-ID"))
    for header in ("In-Reply-To", "References"):
        yield from _OURS.findall(_said(mail, header))


def _said(part: Message, header: str) -> str:
    return str(part.get(header, ""))
