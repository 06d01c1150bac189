"""What is sealed with the key of the site: a backup holds it as it is, and a drill, a restore and
the health page try some of each kind, so that nobody learns after a fire that the key was lost.

A kind is a name and a look into a database: what is found there, each as a question to some keys.
Rooms above add theirs (``also``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import connections

from dolenti.access import at_rest, second_step, secret
from dolenti.access.at_rest import UnsealedError
from dolenti.guideline.errors import InputError

Opens: TypeAlias = Callable[[Sequence[str]], bool]
"""Whether one value that is stored opens with some keys."""
Look: TypeAlias = Callable[[str], Iterable[Opens]]
"""The oldest and the newest value of a kind in the database of that alias."""

APPS: Final = "apps"
PHOTOS: Final = "photos"
_WORDS: Final = {
    APPS: ("the apps that people log in with", "les applications de connexion"),
    PHOTOS: ("the photos", "les photos"),
    "links": ("the links of patients", "les liens des patients"),
}


@dataclass(frozen=True)
class Tried:
    """The kinds of which values opened, of which none is stored, and of which some stayed shut."""

    opened: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    shut: tuple[str, ...] = ()


def models() -> list[Any]:
    """The models whose rows hold sealed bytes (``at_rest.KeptSealed``)."""
    return [one for one in apps.get_models() if hasattr(one, "unsealed")]


def ends(found: Any) -> list[Any]:
    """The oldest and the newest row: what was restored with another key, and used since, holds
    values of both."""
    rows = found.order_by("pk")
    return [one for one in (rows.first(), rows.last()) if one is not None]


def _apps(alias: str) -> Iterable[Opens]:
    kept = Authenticator.objects.using(alias).filter(type=Authenticator.Type.TOTP)
    return [partial(second_step.reads, one.data.get("secret", "")) for one in ends(kept)]


def _rows(alias: str) -> Iterable[Opens]:
    there = set(connections[alias].introspection.table_names())
    return [
        partial(_unseals, row)
        for model in models()
        if model._meta.db_table in there
        for row in ends(model._base_manager.using(alias).exclude(content=b""))
    ]


def _unseals(row: Any, keys: Sequence[str]) -> bool:
    try:
        row.unsealed(keys)
    except UnsealedError:
        return False
    return True


_LOOKS: Final[dict[str, Look]] = {APPS: _apps, PHOTOS: _rows}


def also(kind: str, look: Look) -> None:
    """Try another kind too: said once, when its room is made ready."""
    _LOOKS[kind] = look


def tried(alias: str, keys: Sequence[str]) -> Tried:
    """What opens in a database with these keys; without any, nothing does."""
    found: dict[str, list[str]] = {"opened": [], "none": [], "shut": []}
    for kind, look in _LOOKS.items():
        answers = [bool(keys) and opens(keys) for opens in look(alias)]
        where = "none" if not answers else "opened" if all(answers) else "shut"
        found[where].append(kind)
    return Tried(*(tuple(found[one]) for one in ("opened", "none", "shut")))


def here() -> list[str]:
    """The keys of this place; none where the one in use was made a moment ago, for nothing."""
    data: Path = settings.DATA
    is_there = secret.is_there(data) and not secret.is_stand_in(settings.SECRET_KEY)
    return at_rest.site_keys() if is_there else list(settings.FORMER_KEYS)


def insist(alias: str, keys: Sequence[str], *, without_key: bool = False) -> Tried:
    """That all which was tried opens with these keys, unless somebody said that it may stay shut.
    Raises ``InputError``, which says what to do."""
    found = tried(alias, keys)
    if found.shut and not without_key:
        raise _shut(found.shut, is_known=bool(keys))
    return found


def _shut(kinds: Sequence[str], *, is_known: bool) -> InputError:
    english, french = (", ".join(_WORDS[one][place] for one in kinds) for place in (0, 1))
    file = f"{settings.DATA}/{secret.KEY}"
    why, pourquoi = (
        ("do not open with this secret key", "la clé secrète d’ici ne l’ouvre pas")
        if is_known
        else ("need the site’s secret key, which is not here", "la clé secrète n’est pas ici")
    )
    return InputError(
        f"every row is there, but {english} {why}; nothing was changed. Bring the key that the "
        f"site had (its copy goes to {file}), or name it in DOLENTI_FORMER_KEYS; a key inside the "
        "backup is used by --with-secret-key. Where it is lost for good, --without-key goes on: "
        "what is sealed stays shut",
        fr=f"toutes les lignes y sont, mais {pourquoi} ({french})\u00a0; rien n’a été modifié. "
        f"Apportez la clé qu’avait le site (sa copie va dans {file}), ou indiquez-la dans "
        "DOLENTI_FORMER_KEYS\u00a0; une clé contenue dans la sauvegarde s’utilise par "
        "«\u00a0--with-secret-key\u00a0». Si elle est perdue pour de bon, "
        "«\u00a0--without-key\u00a0» passe outre\u00a0: ce qui est chiffré reste fermé",
    )


def in_words(kinds: Sequence[str], language: str) -> str:
    """Kinds as a person reads them."""
    return ", ".join(_WORDS[one][0 if language == "en" else 1] for one in kinds)


__all__ = [
    "APPS", "PHOTOS", "Look", "Opens", "Tried", "also", "ends", "here", "in_words", "insist",
    "models", "tried",
]  # fmt: skip
