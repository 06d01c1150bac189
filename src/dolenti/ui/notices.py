"""Where a sentence waits for the next page: a cookie named like the others, else the session."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

from dolenti.access import cookies


class InCookie(CookieStorage):
    """Django's, under a name of ours: its own is written into the class."""

    cookie_name = cookies.of_site("messages", tls=not settings.LOCAL)


class Notices(FallbackStorage):
    """Django's usual choice, with that cookie."""

    storage_classes = (InCookie, SessionStorage)
