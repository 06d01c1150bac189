"""Passwords that leaked elsewhere, held against a list of this machine: nobody is asked.

The list is the operator's (``DOLENTI_LEAKED_PASSWORDS``): the SHA-1 of each in hexadecimal, one a
line, in order, with or without ``:COUNT`` behind it, as Pwned Passwords gives it. It is looked at
by halves, so that one of forty gigabytes is a matter of some forty reads.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

_DIGITS: Final = 40
_LINE: Final = re.compile(rb"[0-9A-Fa-f]{40}(:[0-9]+)?\r?\n?")


class NotLeaked:
    """A password may not be one of the list, where the operator gives one."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ``ValidationError``; where the list cannot be read, too: nothing is supposed."""
        file: Path | None = settings.LEAKED_PASSWORDS
        if file is None:
            return
        try:
            found = holds(file, password)
        except OSError:
            raise ValidationError(
                gettext(
                    "The list of leaked passwords cannot be read, so this one cannot be checked: "
                    "tell an administrator."
                ),
                code="leaked_passwords_unread",
            ) from None
        if found:
            raise ValidationError(
                gettext(
                    "This password leaked from another site, and is tried on all others. Take "
                    "four words that have nothing to do with each other."
                ),
                code="password_leaked",
            )

    def get_help_text(self) -> str:
        """Nothing: whoever makes a good one never meets it."""
        return ""


def holds(file: Path, password: str) -> bool:
    """Whether a password is in a list. Raises ``OSError``."""
    # SHA-1 is the form of the list; nothing is protected by it.
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb") as lines:
        low, high = 0, file.stat().st_size
        while low < high:
            middle = (low + high) // 2
            line = _after(lines, middle)
            if line and line[:_DIGITS].upper() < digest:
                low = middle + 1
            else:
                high = middle
        return _after(lines, low)[:_DIGITS].upper() == digest


def is_list(file: Path) -> bool:
    """Whether a file begins as such a list does, in order. Raises ``OSError``."""
    with file.open("rb") as lines:
        first = [line for line in (lines.readline(128) for _ in range(100)) if line]
    return (
        bool(first)
        and all(_LINE.fullmatch(line) for line in first)
        and first == sorted(first, key=lambda line: line[:_DIGITS].upper())
    )


def _after(lines: BinaryIO, place: int) -> bytes:
    """The first line that begins at a place or after it; nothing past the last."""
    if place:
        lines.seek(place - 1)
        lines.readline()
    else:
        lines.seek(0)
    return lines.readline()
