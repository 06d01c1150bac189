"""Rows whose content is encrypted (``access.at_rest``): a backup holds them as they are, and
a drill opens one of each kind, so that nobody learns after a fire that the key was lost."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections

from dolenti.access import at_rest
from dolenti.access.at_rest import UnsealedError
from dolenti.guideline.errors import InputError


def models() -> list[Any]:
    """The models whose rows hold sealed bytes (``at_rest.KeptSealed``)."""
    return [one for one in apps.get_models() if hasattr(one, "unsealed")]


def they_open(alias: str, key: str | None, *, is_site_here: bool) -> bool | None:
    """Whether the last encrypted row of each kind in a database opens, with the secret key that
    came with it or one of this place; ``None`` where there is none.

    Where no site stands and the backup holds no key, the key of this place may be another one,
    made a moment ago: what does not open then proves nothing, and is ``False``. Else raises
    ``InputError`` where one does not open.
    """
    opened = None
    keys = [*([key] if key else []), *at_rest.site_keys()]
    there = set(connections[alias].introspection.table_names())
    for model in models():
        if model._meta.db_table not in there:
            continue
        last = model._base_manager.using(alias).exclude(content=b"").order_by("pk").last()
        if last is None:
            continue
        try:
            last.unsealed(keys)
            opened = True
        except UnsealedError:
            if not is_site_here and key is None:
                return False
            raise InputError(
                "every row is there, but the photos in it do not open with this secret key; bring "
                "the key that the site had (the file secret-key), or name it in "
                "DOLENTI_FORMER_KEYS",
                fr="toutes les lignes y sont, mais les photos ne s’ouvrent pas avec cette clé "
                "secrète\u00a0; apportez la clé qu’avait le site (le fichier secret-key), ou "
                "indiquez-la dans DOLENTI_FORMER_KEYS",
            ) from None
    return opened


__all__ = ["models", "they_open"]
