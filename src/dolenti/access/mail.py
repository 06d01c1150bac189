"""Where the site's few messages go: a mail server, or files in the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from dolenti.access.bad_setting import SettingError

PORTS = {"smtp": 587, "smtps": 465}
OF_DEMO: Final = "demo-password"
"""The file of a data folder whose patients are invented."""


def is_invented(data: Path) -> bool:
    """Whether the demo stands in a data folder: what it sends may be a file, and reach nobody."""
    return (data / OF_DEMO).is_file()


@dataclass(frozen=True)
class MailServer:
    """A mail server; the way to it is always encrypted."""

    host: str
    port: int
    user: str
    password: str
    ssl: bool  # from the first byte; otherwise by STARTTLS


def read_mail_address(address: str) -> MailServer | None:
    """The server in ``smtp://user:password@host:port``; ``None`` for an empty text.

    Raises ``SettingError`` for anything else.
    """
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme not in PORTS or not parts.hostname:
        raise SettingError(
            "DOLENTI_MAIL is written smtp://user:password@host:port, or smtps://",
            fr="DOLENTI_MAIL s’écrit smtp://utilisateur:mot-de-passe@hôte:port, ou smtps://",
        )
    return MailServer(
        parts.hostname,
        parts.port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.scheme == "smtps",
    )
