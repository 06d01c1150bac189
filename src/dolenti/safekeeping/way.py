"""Whether the way to the database is safe: on this machine, or by TLS to a server whose certificate
is verified for its name."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

VERIFIED: Final = "verify-full"


def is_safe(described: Mapping[str, Any]) -> bool:
    """Of a database as Django describes it. ``sslmode=require`` is not: it takes any certificate,
    and so whoever stands between."""
    if "sqlite" in described["ENGINE"]:
        return True
    options = described.get("OPTIONS") or {}
    hosts = str(options.get("host") or described.get("HOST") or "").split(",")
    return options.get("sslmode") == VERIFIED or all(map(_is_here, hosts))


def _is_here(host: str) -> bool:
    """A socket of this machine, or its own name or address."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


__all__ = ["is_safe"]
