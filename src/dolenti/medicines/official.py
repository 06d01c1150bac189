"""From the official files of the public base to a ``Base``: all of it, or one error.

What each column means is what the publisher's own description of the files says. A pack, a
composition or a group may name a speciality that the file of specialities does not have yet,
because the files are not of one day: a few are set aside and counted, many are an error.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dolenti.guideline.errors import InputError
from dolenti.medicines.base import Base, base_of
from dolenti.medicines.tables import (
    COMPOSITIONS,
    GROUPS,
    MAJOR_INTEREST,
    NEEDED,
    PACKS,
    SPECIALITIES,
    Row,
    read_table,
)
from dolenti.medicines.values import Pack, Provenance, Speciality, Substance

MOST_STRAYS = 0.01
"""The share of the rows of a file that may name a speciality which is not there."""

_MARKETED: Mapping[str, bool] = {"Commercialisée": True, "Non commercialisée": False}
_DAY = re.compile(r"\d\d/\d\d/\d{4}\Z")
_AUTHORISATION = "Autorisation "
_REGISTERED = "Enregistrement "  # how homeopathic and plant medicines are entered


@dataclass(frozen=True)
class Loaded:
    """A base, and how many rows of each file named a speciality that is not there."""

    base: Base
    strays: Mapping[str, int]


@dataclass(frozen=True)
class OfficialFile:
    """One file as it was found: its bytes, and its day."""

    data: bytes
    day: date


def read_official(files: Mapping[str, OfficialFile]) -> Loaded:
    """A base from the official files, by their names. Raises ``InputError``."""
    missing = [table for table in NEEDED if table.file not in files]
    if missing:
        raise InputError(
            f"these official files are missing: {', '.join(t.file for t in missing)}; download "
            "them all from the site of the public base of medicines",
            fr=f"il manque ces fichiers officiels\u00a0: {', '.join(t.file for t in missing)}"
            "\u00a0; téléchargez-les tous sur le site de la base publique des médicaments",
        )
    specialities = read_table(SPECIALITIES, files[SPECIALITIES.file].data)
    known = _first_places(specialities)
    strays: dict[str, int] = {}

    def belonging(rows: list[Row], column: int, file: str) -> dict[str, list[Row]]:
        by_cis: dict[str, list[Row]] = defaultdict(list)
        lost = []
        for row in rows:
            cis = row.fields[column]
            if cis in known:
                by_cis[cis].append(row)
            else:
                lost.append(row)
        if len(lost) > MOST_STRAYS * len(rows):
            raise _too_many_strays(lost, column, len(rows))
        if lost:
            strays[file] = len(lost)
        return by_cis

    packs = belonging(read_table(PACKS, files[PACKS.file].data), 0, PACKS.file)
    compositions = belonging(
        read_table(COMPOSITIONS, files[COMPOSITIONS.file].data), 0, COMPOSITIONS.file
    )
    groups = belonging(read_table(GROUPS, files[GROUPS.file].data), 2, GROUPS.file)
    major: dict[str, list[Row]] = {}
    if MAJOR_INTEREST.file in files:
        rows = read_table(MAJOR_INTEREST, files[MAJOR_INTEREST.file].data)
        major = belonging(rows, 0, MAJOR_INTEREST.file)
    provenance = Provenance(
        specialities=files[SPECIALITIES.file].day,
        packs=files[PACKS.file].day,
        compositions=files[COMPOSITIONS.file].day,
        made_from=", ".join(sorted(files)),
    )
    read = (
        _speciality(
            row,
            compositions.get(row.fields[0], []),
            groups.get(row.fields[0], []),
            major.get(row.fields[0], []),
            packs.get(row.fields[0], []),
        )
        for row in specialities
    )
    return Loaded(base_of(provenance, read), strays)


def _first_places(rows: list[Row]) -> dict[str, str]:
    places: dict[str, str] = {}
    for row in rows:
        cis = row.fields[0]
        if cis in places:
            raise InputError(
                f"the speciality {cis} is written twice, here and at {places[cis]}; download the "
                "file again",
                row.place,
                fr=f"la spécialité {cis} est écrite deux fois, ici et à {places[cis]}\u00a0; "
                "téléchargez le fichier de nouveau",
            )
        places[cis] = row.place
    return places


def _too_many_strays(lost: list[Row], column: int, rows: int) -> InputError:
    first = lost[0]
    return InputError(
        f"{len(lost)} rows of {rows} name specialities that {SPECIALITIES.file} does not have "
        f"(here {first.fields[column]}); download all files on one day",
        first.place,
        fr=f"{len(lost)} lignes sur {rows} nomment des spécialités absentes de "
        f"{SPECIALITIES.file} (ici {first.fields[column]})\u00a0; téléchargez tous les fichiers le "
        "même jour",
    )


def _speciality(
    row: Row, composition: list[Row], groups: list[Row], major: list[Row], packs: list[Row]
) -> Speciality:
    cis, name, form, routes, authorisation, _procedure, marketing, day, *_ = row.fields
    if marketing not in _MARKETED:
        raise _unknown_word(marketing, "Commercialisée / Non commercialisée", row.place)
    status = authorisation.removeprefix(_AUTHORISATION).removeprefix(_REGISTERED)
    if status in ("", authorisation):
        raise _unknown_word(authorisation, "Autorisation … / Enregistrement …", row.place)
    if not _DAY.match(day):
        raise _unknown_word(day, "jj/mm/aaaa", row.place)
    return Speciality(
        cis=cis,
        name=name,
        form=form,
        routes=tuple(route.strip() for route in routes.split(";") if route.strip()),
        authorisation=status,
        marketed=_MARKETED[marketing],
        composition=tuple(map(_substance, composition)),
        generic_group=groups[0].fields[1] if groups else "",
        atc=major[0].fields[1] if major else "",
        packs=tuple(map(_pack, packs)),
    )


def _substance(row: Row) -> Substance:
    _cis, _element, code, name, dose, per, kind, link = row.fields
    if kind not in ("SA", "FT"):
        raise _unknown_word(kind, "SA / FT", row.place)
    return Substance(kind, link, code, name, dose, per)


def _pack(row: Row) -> Pack:
    _cis, cip7, label, _status, marketing, _day, cip13, *_ = row.fields
    if not (len(cip7) == 7 and len(cip13) == 13 and (cip7 + cip13).isdigit()):
        raise _unknown_word(f"{cip7} {cip13}", "CIP7, CIP13", row.place)
    return Pack(cip7, cip13, label, marketing)


def _unknown_word(word: str, expected: str, place: str) -> InputError:
    return InputError(
        f"“{word[:40]}” is none of the words known here ({expected}); the files may have changed "
        "their form: keep the base you have, and report it",
        place,
        fr=f"«\u00a0{word[:40]}\u00a0» n’est pas un mot prévu ici ({expected})\u00a0; les fichiers "
        "ont peut-être changé de forme\u00a0: gardez la base actuelle et signalez-le",
    )
