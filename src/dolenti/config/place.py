"""Which site a command works on: its folder and its database, found out without making either.

Everything here is read from the environment before Django's settings are, because reading those
makes the data folder and the secret key.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dolenti.guideline.errors import InputError
from dolenti.safekeeping.databases import database

USUAL: Final = "var"


@dataclass(frozen=True)
class Place:
    """A site's data folder, whether somebody named it, and Django's description of its database."""

    data: Path
    named: bool
    database: Mapping[str, Any]

    @property
    def file(self) -> Path | None:
        """The file of the database, where it is one."""
        return Path(self.database["NAME"]) if "sqlite" in self.database["ENGINE"] else None

    def is_there(self) -> bool:
        """Whether a site may stand here. A database elsewhere is asked later."""
        if self.file is not None:
            return self.file.is_file() and self.file.stat().st_size > 0
        return (self.data / "secret-key").is_file() or bool(os.environ.get("DOLENTI_SECRET_KEY"))

    def __str__(self) -> str:
        """The folder and the database; never a password."""
        if self.file is None:
            said = self.database
            host = f"{said.get('HOST') or 'localhost'}:{said.get('PORT') or 5432}"
            return f"{self.data} (PostgreSQL {said['NAME']}, {host})"
        inside = self.file.parent == self.data
        return f"{self.data} ({self.file.name if inside else self.file})"


def here() -> Place:
    """The place that the environment names. Raises ``InputError`` for a database it cannot read."""
    data = Path(os.environ.get("DOLENTI_DATA", USUAL)).resolve()
    described = database(os.environ.get("DATABASE_URL"), data)
    return Place(data, "DOLENTI_DATA" in os.environ, described)


def insist() -> Place:
    """The place, where a site stands. Raises ``InputError``, and makes nothing."""
    place = here()
    if not place.is_there():
        raise nothing_here(place)
    return place


def insist_on_tables(place: Place) -> None:
    """That the database is a site's; asks it. Raises ``InputError``."""
    from dolenti.config.serve import prepare

    prepare()
    from django.db import connection

    if "access_site" not in connection.introspection.table_names():
        raise nothing_here(place)


def named_or_there() -> Place:
    """The place, where somebody named it or a site stands: a restore may begin a site, but not
    wherever one happens to be. Raises ``InputError``."""
    place = here()
    if not (place.named or place.is_there()):
        raise nothing_here(place)
    return place


def nothing_here(place: Place) -> InputError:
    """The refusal to do something with a site that is not there."""
    unset = "" if place.named else "; DOLENTI_DATA is not set"
    non_dit = "" if place.named else "\u00a0; DOLENTI_DATA n’est pas défini"
    return InputError(
        f"there is no site here ({place}{unset}); name its folder by DOLENTI_DATA, or make one by "
        "“dolenti setup” (a demo one by “dolenti demo”)",
        fr=f"il n’y a pas de site ici ({place}{non_dit})\u00a0; indiquez son dossier par "
        "DOLENTI_DATA, ou créez-en un par «\u00a0dolenti setup\u00a0» (un site fictif par "
        "«\u00a0dolenti demo\u00a0»)",
    )
