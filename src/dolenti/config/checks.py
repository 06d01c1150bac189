"""System checks: what must hold before the site may start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks

from dolenti.config import private
from dolenti.guideline.errors import InputError
from dolenti.safekeeping import way

# SQLite's own advisory: the WAL-reset corruption entered with 3.7.0 and was mended in 3.51.3.
FIRST_AFFECTED, FIRST_MENDED = (3, 7, 0), (3, 51, 3)


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether two processes may write to a WAL database of this SQLite version."""
    return not FIRST_AFFECTED <= version < FIRST_MENDED


@checks.register(checks.Tags.security)
def the_list_of_leaked_passwords_is_one(**_: Any) -> list[checks.CheckMessage]:
    """Refuse a list that cannot be read, or in which nothing would be found."""
    from dolenti.access import leaked

    file = settings.LEAKED_PASSWORDS
    try:
        if file is None or leaked.is_list(file):
            return []
    except OSError:
        pass
    return [
        checks.Critical(
            f"{file} is no list of leaked passwords: the SHA-1 of each, one a line, in order.",
            hint="Change DOLENTI_LEAKED_PASSWORDS (docs/log-in.md).",
            id="dolenti.E003",
        )
    ]


@checks.register(checks.Tags.database, checks.Tags.security)
def sqlite_keeps_what_it_is_given(**_: Any) -> list[checks.CheckMessage]:
    """Refuse WAL on an SQLite that may corrupt it."""
    if not settings.DATABASES["default"]["ENGINE"].startswith("dolenti.config.sqlite"):
        return []
    from dolenti.config.sqlite.base import SQLITE_VERSION

    if wal_is_safe(SQLITE_VERSION):
        return []
    version = ".".join(map(str, SQLITE_VERSION))
    return [
        checks.Critical(
            f"SQLite {version} can corrupt a database in WAL mode.",
            hint="Install pysqlite3 0.6.1 or later, or set DATABASE_URL to a PostgreSQL.",
            id="dolenti.E001",
        )
    ]


@checks.register(checks.Tags.security)
def the_data_folder_is_its_owners(**_: Any) -> list[checks.CheckMessage]:
    """Warn where others of the machine may enter the data folder: links for a new password, the
    secret key and patients lie in it."""
    if not private.open_to_others(settings.DATA):
        return []
    return [
        checks.Warning(
            f"Other people of this machine may enter the data folder {settings.DATA}.",
            hint=f"chmod -R go= {settings.DATA}",
            id="dolenti.W001",
        )
    ]


@checks.register(checks.Tags.security)
def the_witness_is_a_second_one(**_: Any) -> list[checks.CheckMessage]:
    """Refuse a second place for the end of the trail that is the first one."""
    from dolenti.access import heads

    try:
        heads.witness_file()
    except InputError as error:
        return [checks.Critical(str(error), hint="Change DOLENTI_WITNESS.", id="dolenti.E002")]
    return []


@checks.register(checks.Tags.database, checks.Tags.security)
def the_way_to_the_database_is_safe(**_: Any) -> list[checks.CheckMessage]:
    """Warn where records go to another machine and nobody makes sure that it is the right one;
    not where somebody said why that is as good."""
    if settings.DATABASE_WAY or way.is_safe(settings.DATABASES["default"]):
        return []
    return [
        checks.Warning(
            "The database is on another machine, and its certificate is not verified: whoever "
            "stands between may read and change records.",
            hint=(
                "Add ?sslmode=verify-full&sslrootcert=/PATH/OF/ITS/CA.pem to DATABASE_URL; or, "
                "where the way is protected otherwise (a tunnel, a wire of its own), say by what "
                "in DOLENTI_DATABASE_WAY."
            ),
            id="dolenti.W002",
        )
    ]
