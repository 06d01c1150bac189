"""From the invented clinic to a real one: the demo is set aside, whole, and never deleted."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from dolenti import demo
from dolenti.access import heads
from dolenti.access.models import Site, User
from dolenti.demo import staff
from dolenti.guideline.errors import InputError
from dolenti.medicines.store import LOADED
from dolenti.safekeeping import in_use, places

STAYS: Final = {in_use.FILE, LOADED, "secret-key", "former-keys"}
"""What is the machine's and no clinic's. A copy of the key goes too: the demo's secrets need it."""
ASIDE: Final = "demo."


def is_demo() -> bool:
    """Whether the invented clinic stands here, and nobody made anything else beside it."""
    if demo.login() is None:
        return False
    if Site._meta.db_table not in connection.introspection.table_names():
        return False
    sites = set(Site.objects.values_list("name", flat=True))
    people = User.objects.exclude(email__endswith=f"@{staff.DOMAIN}")
    return bool(sites) and sites <= {name for name, *_ in staff.SITES} and not people.exists()


def refuse_beside_a_clinic() -> None:
    """Nobody invents patients beside real ones. Raises ``InputError``."""
    if Site.objects.exclude(name__in=[name for name, *_ in staff.SITES]).exists():
        raise InputError(
            "a clinic is set up here, and fictitious patients have no place beside its own; choose "
            "another folder for the demo (DOLENTI_DATA)",
            fr="un établissement existe ici, et des patients fictifs n’ont pas leur place à côté "
            "des "
            "siens\u00a0; choisissez un autre dossier pour la démonstration (DOLENTI_DATA)",
        )


def insist_on_demo() -> None:
    """Raises ``InputError`` where something else than the demo stands, or nothing."""
    if not is_demo():
        raise InputError(
            "what is here is not the demo alone, and is left as it is; for another clinic, "
            "choose another folder (DOLENTI_DATA)",
            "--leave-demo",
            fr="ce qui existe ici n’est pas la seule démonstration, et reste tel quel\u00a0; "
            "pour un autre établissement, choisissez un autre dossier (DOLENTI_DATA)",
        )


def set_aside() -> Path:
    """Put the demo's database and files into a folder of their own; where that is.

    Refuses while the site runs, and where something else than the demo stands.
    """
    data: Path = settings.DATA
    with in_use.alone(data):
        insist_on_demo()
        name = places.before(datetime.now(UTC))
        folder = data / f"{ASIDE}{name}"
        heads.set_aside(name, of=slice(1, None))  # elsewhere: it would find the clinic's trail cut
        folder.mkdir()
        for one in heads.broken_files():
            shutil.move(one, folder / one.name)
        _database_into(folder, name)
        for one in sorted(data.iterdir()):
            if one.name not in STAYS and not one.name.startswith(ASIDE):
                one.rename(folder / one.name)
        key = data / "secret-key"
        if key.exists():
            shutil.copy2(key, folder / key.name)
        return folder


def _database_into(folder: Path, schema: str) -> None:
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        places.close_for_good(DEFAULT_DB_ALIAS)
        shutil.move(file, folder / file.name)
        return
    with transaction.atomic():
        places.move_aside(DEFAULT_DB_ALIAS, schema)
    (folder / "schema").write_text(f"{schema}\n")
    connections.close_all()
