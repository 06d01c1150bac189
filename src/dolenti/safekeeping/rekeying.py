"""The key of the site changed: a new one made, and what the former ones sealed sealed by it.

What a former key signed (sessions, links to a new password, what a phone keeps of an opened link)
ends with it; links that patients have are kept as hashes and go on to open.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from dolenti.access import at_rest, audit, second_step, secret
from dolenti.guideline.errors import InputError
from dolenti.safekeeping import encrypted, in_use, site


@dataclass(frozen=True)
class Changed:
    """How many secrets of second steps and how many photos were sealed anew; the file of the new
    key, and that of the former ones; none where the key comes from the environment."""

    secrets: int
    photos: int
    key: Path | None = None
    former: Path | None = None


def change() -> Changed:
    """Make a new key, or take the one that ``DOLENTI_SECRET_KEY`` gives, and seal all anew by it.

    Refuses while the site is running. Stopped on the way, all stays readable, and it may be
    begun again. Raises ``InputError``.
    """
    data: Path = settings.DATA
    site.insist_current()
    with in_use.alone(data):
        if os.environ.get("DOLENTI_SECRET_KEY"):
            if not settings.FORMER_KEYS:
                raise InputError(
                    "the key comes from DOLENTI_SECRET_KEY; put the new one there and the one it "
                    "held into DOLENTI_FORMER_KEYS, and do this again",
                    fr="la clé vient de DOLENTI_SECRET_KEY\u00a0; mettez-y la nouvelle, et celle "
                    "qui s’y trouvait dans DOLENTI_FORMER_KEYS, puis recommencez",
                )
            return seal_anew(at_rest.site_keys())
        new = secret.change(data)
        done = seal_anew([new, *at_rest.site_keys()])
        return Changed(done.secrets, done.photos, *secret.files(data))


def seal_anew(keys: Sequence[str]) -> Changed:
    """Seal by the first key what any of them opens, all of it or nothing; a line of the trail.

    Raises ``InputError`` where something does not open by any of them.
    """
    with transaction.atomic():
        done = Changed(_secrets(keys), _rows(keys))
        detail = {"second-steps": done.secrets, "photos": done.photos}
        audit.record("change-key", actor=None, kind="database", detail=detail)
    return done


def _secrets(keys: Sequence[str]) -> int:
    number = 0
    for one in Authenticator.objects.select_for_update().filter(type=Authenticator.Type.TOTP):
        one.data["secret"] = second_step.sealed_anew(one.data["secret"], keys)
        one.save(update_fields=["data"])
        number += 1
    return number


def _rows(keys: Sequence[str]) -> int:
    number = 0
    for model in encrypted.models():
        every = model._base_manager.exclude(content=b"")
        for pk in list(every.values_list("pk", flat=True)):  # one in memory at a time
            row: Any = every.get(pk=pk)
            content = at_rest.seal(row.unsealed(keys), about=row.about, key=keys[0])
            every.filter(pk=pk).update(content=content)
            number += 1
    return number


__all__ = ["Changed", "change", "seal_anew"]
