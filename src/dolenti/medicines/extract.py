"""From an extract of the public base in two tables to a ``Base``.

The delivered base was made from such an extract (``docs/medicines.md`` says of which days). It says
for each speciality whether its substances come from a composition or from its generic group.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from dolenti.guideline.errors import InputError
from dolenti.medicines.base import Base, base_of
from dolenti.medicines.official import Loaded
from dolenti.medicines.unpacking import NotPackedError, unpacked
from dolenti.medicines.values import Pack, Provenance, Speciality, Substance

MEDICINES, PRESENTATIONS = "medicines.tsv.gz", "presentations.tsv.gz"
_HEADS = {
    MEDICINES: "cis name form routes authorisation marketed authorised_on substances_from "
    "substances",
    PRESENTATIONS: "cis cip7 cip13 label marketing",
}
_NEXT_SUBSTANCE = re.compile(r"; (?=(?:SA|FT):)")


def read_extract(medicines: bytes, presentations: bytes, days: tuple[date, date, date]) -> Loaded:
    """A base from the two tables; ``days`` are of specialities, packs and compositions. Raises
    ``InputError``."""
    packs: dict[str, list[Pack]] = defaultdict(list)
    for cis, cip7, cip13, label, marketing in _rows(PRESENTATIONS, presentations):
        packs[cis].append(Pack(cip7, cip13, label, marketing))
    read = []
    for number, fields in enumerate(_rows(MEDICINES, medicines), 2):
        try:
            read.append(_speciality(fields, packs))
        except ValueError:
            raise _not_a_row(MEDICINES, number) from None
    base: Base = base_of(Provenance(*days, made_from=f"{MEDICINES}, {PRESENTATIONS}"), read)
    strays = sum(len(found) for cis, found in packs.items() if cis not in base)
    return Loaded(base, {PRESENTATIONS: strays} if strays else {})


def _rows(name: str, data: bytes) -> list[list[str]]:
    try:
        head, *lines = unpacked(data).rstrip("\n").split("\n")
    except NotPackedError:
        raise InputError(
            "the file is damaged or cut; make the extract again",
            name,
            fr="le fichier est abîmé ou coupé\u00a0; refaites l’extraction",
        ) from None
    columns = _HEADS[name].split()
    if head.split("\t") != columns:
        raise InputError(
            f"these are not the columns of {name}",
            f"{name}:1",
            fr=f"ce ne sont pas les colonnes de {name}",
        )
    rows = [line.split("\t") for line in lines]
    for number, row in enumerate(rows, 2):
        if len(row) != len(columns):
            raise _not_a_row(name, number)
    return rows


def _not_a_row(name: str, number: int) -> InputError:
    return InputError(
        "this line is not as the extract has them; make the extract again",
        f"{name}:{number}",
        fr="cette ligne n’est pas celle d’une extraction\u00a0; refaites l’extraction",
    )


def _speciality(fields: list[str], packs: dict[str, list[Pack]]) -> Speciality:
    cis, name, form, routes, authorisation, marketed, _day, known_from, substances = fields
    return Speciality(
        cis=cis,
        name=name,
        form=form,
        routes=tuple(routes.split(";")) if routes else (),
        authorisation=authorisation,
        marketed=marketed == "yes",
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
