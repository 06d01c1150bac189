"""What stands in a command's way, as one sentence in both languages; never the text of an error of
the database, which may hold what somebody typed."""

from __future__ import annotations

import errno
import sys
from typing import Final

from dolenti.guideline.errors import InputError

_LONGEST: Final = 300
_FULL: Final = (
    "the disk is full; free some space, and try again",
    "le disque est plein\u00a0; libérez de la place, puis recommencez",
)
_BY_TROUBLE: Final = {
    "full": _FULL,
    "busy": (
        "somebody else holds the database; wait a moment, and try again",
        "la base est occupée\u00a0; attendez un moment, puis recommencez",
    ),
    "lost": (
        "the database does not answer; see that it runs and that DATABASE_URL leads to it",
        "la base ne répond pas\u00a0; vérifiez qu’elle fonctionne et que DATABASE_URL y mène",
    ),
    "other": (
        "the database cannot be used: damaged, of another version of Dolenti, or not yours to "
        "write; “dolenti serve” brings an older one up to date, “dolenti restore” brings a backup "
        "back",
        "la base ne peut pas être utilisée\u00a0: abîmée, d’une autre version de Dolenti, ou "
        "protégée en écriture\u00a0; «\u00a0dolenti serve\u00a0» met à jour une base plus "
        "ancienne, «\u00a0dolenti restore\u00a0» ramène une sauvegarde",
    ),
}


_OF_PLANS: Final = frozenset({"holidays"})
_OF_THE_SITE: Final = frozenset(
    {
        "dolenti-site", "django", "dj_database_url", "cryptography", "gunicorn", "whitenoise",
        "prometheus_client",
    }
)  # fmt: skip


def said(error: Exception) -> InputError | None:
    """The sentence for an error of the machine; ``None`` for a fault of ours."""
    if isinstance(error, ModuleNotFoundError):
        return _not_installed(error)
    if "django" in sys.modules:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management.base import SystemCheckError

        if isinstance(error, ImproperlyConfigured | SystemCheckError):
            return setting(error)
        from dolenti.safekeeping.trouble import trouble

        kind = trouble(error)
        if kind is not None:
            english, french = _BY_TROUBLE[kind.value]
            return InputError(english, fr=french)
    return _of_system(error) if isinstance(error, OSError) else None


def setting(error: Exception) -> InputError:
    """A setting of the environment that cannot be used."""
    why = " ".join(str(error).split())[:_LONGEST]
    return InputError(
        f"a setting cannot be used: {why}", fr=f"un réglage ne peut pas être utilisé\u00a0: {why}"
    )


def _not_installed(error: ModuleNotFoundError) -> InputError | None:
    """What to install; ``None`` for what nobody installs apart."""
    missing, _, inside = (error.name or "").partition(".")
    if missing == "dolenti" and inside and "." not in inside:  # a whole room: it came not with us
        missing = "dolenti-site"
    extra = "plan" if missing in _OF_PLANS else "site" if missing in _OF_THE_SITE else None
    if extra is None:
        return None
    return InputError(
        f"“{missing}” is not installed; this command needs it: pip install dolenti[{extra}]",
        fr=f"«\u00a0{missing}\u00a0» n’est pas installé\u00a0; cette commande en a besoin\u00a0: "
        f"pip install dolenti[{extra}]",
    )


def _of_system(error: OSError) -> InputError:
    place = str(error.filename or "")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return InputError(_FULL[0], place, fr=_FULL[1])
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return InputError(
            "you may not read or write this; run the command as whom the site runs as",
            place,
            fr="vous n’avez pas le droit de lire ou d’écrire ceci\u00a0; lancez la commande avec "
            "le compte qui fait fonctionner le site",
        )
    why = error.strerror or type(error).__name__
    return InputError(
        f"the machine refuses ({why}); nothing was done",
        place,
        fr=f"la machine refuse ({why})\u00a0; rien n’a été fait",
    )
