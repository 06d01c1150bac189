"""What a cookie is called: where TLS is on, by a name that a browser takes from this host alone.

``__Host-``: sent without TLS, by another host of the domain, or for a part of the site, it is
dropped by the browser. ``__Secure-``: only TLS is asked; for what belongs to some addresses of the
site. On this machine without TLS a browser would drop both, so the names are plain.
"""

from __future__ import annotations

from typing import Final

HOST: Final = "__Host-"
SECURE: Final = "__Secure-"


def of_site(name: str, *, tls: bool) -> str:
    """The name of a cookie of the whole site."""
    return HOST + name if tls else name


def of_addresses(name: str, *, tls: bool) -> str:
    """The name of a cookie that goes with some addresses of the site only."""
    return SECURE + name if tls else name
