"""What an operator says in the environment, refused in a sentence where it means nothing: a switch
that is misspelled is not off, and a name with a space is no name."""

from __future__ import annotations

import os
import re
from typing import Final
from urllib.parse import urlsplit

from dolenti.access.bad_setting import SettingError

_HOST: Final = re.compile(r"\.?[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")


def is_on(name: str) -> bool:
    """Whether a switch is ``1``; not, where it is ``0`` or unsaid. Raises ``SettingError``."""
    said = os.environ.get(name, "").strip()
    if said not in ("", "0", "1"):
        raise SettingError(
            f"{name} is 1 or 0, not “{said[:60]}”",
            fr=f"{name} vaut 1 ou 0, et non «\u00a0{said[:60]}\u00a0»",
        )
    return said == "1"


def hosts(name: str) -> list[str]:
    """Names of machines with commas between, none where it is unsaid. Raises ``SettingError``."""
    told = [one.strip() for one in os.environ.get(name, "").split(",") if one.strip()]
    for one in told:
        if not _HOST.fullmatch(one):
            raise SettingError(
                f"{name} is the names the site answers to, with commas between and without a port: "
                f"“{one[:60]}” is none",
                fr=f"{name} donne les noms auxquels le site répond, séparés par des virgules et "
                f"sans port\u00a0: «\u00a0{one[:60]}\u00a0» n’en est pas un",
            )
    return told


def address(name: str) -> str:
    """The site's address without a slash at its end, empty where it is unsaid. Raises
    ``SettingError``."""
    told = os.environ.get(name, "").strip().rstrip("/")
    if told and not _is_address(told):
        raise SettingError(
            f"{name} is written https://clinic.example.org, and “{told[:60]}” is no such address",
            fr=f"{name} s’écrit https://clinique.example.org\u00a0: «\u00a0{told[:60]}\u00a0» "
            "n’est pas une telle adresse",
        )
    return told


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:  # a port that is none
        return False
    bare = f"[{host}]" if ":" in host else host
    is_whole = parts.scheme in ("http", "https") and bool(_HOST.fullmatch(bare))
    return is_whole and not (parts.path or parts.query or parts.fragment or parts.username)
