"""How the pages of the phone look, written in the page itself: on a slow network a first page that
waits for no second file is there a second sooner. The policy of the page names the digest of these
very words, and lets in no other style.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.http import HttpResponse
from django.utils.safestring import SafeString, mark_safe

from dolenti import portal, ui

FILES: Final = (
    Path(ui.__file__ or "").parent / "static" / "ui" / "tokens.css",
    Path(portal.__file__ or "").parent / "static" / "portal" / "portal.css",
)


@cache
def style() -> SafeString:
    """Both style sheets without what is said to people, and without the letters that the phone
    does not load: it has its own."""
    whole = "\n".join(file.read_text() for file in FILES)
    bare = re.sub(r"/\*.*?\*/|@font-face\s*\{[^}]*\}", "", whole, flags=re.DOTALL)
    return mark_safe(re.sub(r"\s*\n\s*", "\n", bare).strip())  # noqa: S308 - two files of ours


@cache
def digest() -> str:
    """The style as the policy names it."""
    return f"'sha256-{base64.b64encode(sha256(style().encode()).digest()).decode()}'"


def let_in(answer: HttpResponse) -> HttpResponse:
    """Let the style of the phone, and no other, stand in a page."""
    answer._csp_update = {"style-src": [digest()]}  # type: ignore[attr-defined] # django-csp reads it
    return answer
