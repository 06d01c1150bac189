"""From an extract of the public base in two tables to a ``Base``.

The delivered base was made from such an extract (``docs/medicines.md`` says of which days). It says
for each speciality whether its substances come from a composition or from its generic group.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from datetime import date

from dolenti.guideline.errors import InputError
from dolenti.medicines.base import Base, base_of
from dolenti.medicines.official import Loaded
from dolenti.medicines.values import Pack, Provenance, Speciality, Substance

MEDICINES, PRESENTATIONS = "medicines.tsv.gz", "presentations.tsv.gz"
_HEADS = {
    MEDICINES: "cis name form routes authorisation marketed authorised_on substances_from "
    "substances",
    PRESENTATIONS: "cis cip7 cip13 label marketing",
}
_NEXT_SUBSTANCE = re.compile(r"; (?=(?:SA|FT):)")


def read_extract(medicines: bytes, presentations: bytes, days: tuple[date, date, date]) -> Loaded:
    """A base from the two tables; ``days`` are of specialities, packs and compositions."""
    packs: dict[str, list[Pack]] = defaultdict(list)
    for cis, cip7, cip13, label, marketing in _rows(PRESENTATIONS, presentations):
        packs[cis].append(Pack(cip7, cip13, label, marketing))
    read = [_speciality(fields, packs) for fields in _rows(MEDICINES, medicines)]
    base: Base = base_of(Provenance(*days, made_from=f"{MEDICINES}, {PRESENTATIONS}"), read)
    strays = sum(len(found) for cis, found in packs.items() if cis not in base)
    return Loaded(base, {PRESENTATIONS: strays} if strays else {})


def _rows(name: str, data: bytes) -> list[list[str]]:
    head, *lines = gzip.decompress(data).decode().rstrip("\n").split("\n")
    if head.split("\t") != _HEADS[name].split():
        raise InputError(
            f"these are not the columns of {name}",
            f"{name}:1",
            fr=f"ce ne sont pas les colonnes de {name}",
        )
    return [line.split("\t") for line in lines]


def _speciality(fields: list[str], packs: dict[str, list[Pack]]) -> Speciality:
    cis, name, form, routes, authorisation, marketed, day, known_from, substances = fields
    return Speciality(
        cis=cis,
        name=name,
        form=form,
        routes=tuple(routes.split(";")) if routes else (),
        authorisation=authorisation,
        marketed=marketed == "yes",
        authorised_on=day,
        composition=_composition(substances) if known_from == "composition" else (),
        generic_group=substances if known_from == "generic-group" else "",
        packs=tuple(packs.get(cis, ())),
    )


def _composition(text: str) -> tuple[Substance, ...]:
    found = []
    for part in _NEXT_SUBSTANCE.split(text):
        kind, link, code, rest = part.split(":", 3)
        name, _, dose = rest.rpartition(":")
        found.append(Substance(kind, link, code, name, dose))
    return tuple(found)
