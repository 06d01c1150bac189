"""The base that is delivered, the newer one that a site loaded, and which of them counts.

The newest counts: a site that loads the official files is ahead of what was delivered, until a
new version of the program brings something newer still.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dolenti.guideline.errors import InputError
from dolenti.medicines.base import Base, from_bytes, to_bytes

DELIVERED = Path(__file__).parent.parent / "knowledge" / "medicines" / "public-base.tsv.xz"
LOADED = "public-base-of-medicines.tsv.xz"
"""The file in a site's data folder."""

FEWEST_KEPT = 0.8
"""A newer base with less than this share of the specialities of the last one was cut short."""


@dataclass(frozen=True)
class Bases:
    """The base that counts, the one delivered, and the one loaded here, if any."""

    delivered: Base
    loaded: Base | None

    @property
    def in_force(self) -> Base:
        ours = self.delivered.provenance.newest_order
        if self.loaded is not None and self.loaded.provenance.newest_order >= ours:
            return self.loaded
        return self.delivered


@cache
def delivered() -> Base:
    """The base that comes with the program, read once."""
    return from_bytes(DELIVERED.read_bytes(), DELIVERED.name)


def bases(folder: Path) -> Bases:
    """The bases of a site with this data folder; a damaged one is an ``InputError``."""
    file = folder / LOADED
    loaded = from_bytes(file.read_bytes(), str(file)) if file.is_file() else None
    return Bases(delivered(), loaded)


def keep(base: Base, folder: Path) -> Path:
    """Put a newer base in the data folder, whole or not at all. Raises ``InputError``.

    An older one than the one in force is refused, and one that lost a fifth of its specialities.
    """
    before = bases(folder).in_force
    new, old = base.provenance, before.provenance
    if new.newest_order < old.newest_order:
        raise InputError(
            f"these files are of {new.specialities}, older than the base in use "
            f"({old.specialities}); download newer ones, or give the day of each with --date",
            fr=f"ces fichiers sont du {new.specialities}, plus anciens que la base en usage "
            f"({old.specialities})\u00a0; téléchargez-en de plus récents, ou donnez le jour de "
            "chacun avec --date",
        )
    if len(base) < FEWEST_KEPT * len(before):
        raise InputError(
            f"these files hold {len(base)} specialities and the base in use {len(before)}: they "
            "were cut short; download them again",
            fr=f"ces fichiers comptent {len(base)} spécialités et la base en usage "
            f"{len(before)}\u00a0: ils ont été tronqués\u00a0; téléchargez-les de nouveau",
        )
    return write(base, folder / LOADED)


def write(base: Base, file: Path) -> Path:
    """Write a base to a file in one step: a reader sees the old one or the new one."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as out:
            try:
                out.write(to_bytes(base))
                out.flush()
                os.fsync(out.fileno())
                if file == DELIVERED:  # everybody's, as the rest of the program is
                    Path(out.name).chmod(0o644)
                Path(out.name).replace(file)
            except OSError:
                Path(out.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise InputError(
            f"the base cannot be written ({error.strerror}); free some space or choose another "
            "folder (DOLENTI_DATA)",
            str(file),
            fr=f"la base ne peut pas être écrite ({error.strerror})\u00a0; libérez de la place ou "
            "choisissez un autre dossier (DOLENTI_DATA)",
        ) from None
    return file
