"""Strict reading of a table of the public base: rows of fixed columns, parted by tabs.

The official files are written in Windows-1252, some in UTF-8; nothing else is read. The first row
that is not whole stops everything, with its file, its line and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dolenti.guideline.errors import InputError
from dolenti.medicines.base import RESERVED

# UTF-8 that was read as Windows-1252 and saved again: “Ã©” for “é”.
_SAVED_WRONGLY = re.compile("Ã[\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œŸ]")


@dataclass(frozen=True)
class Table:
    """What a file must look like. ``columns`` are its fields; ``key`` is the first one's form.

    Two of the official files may end each line with one tab more (``tab_at_end``).
    """

    file: str
    says: tuple[str, str]
    columns: int
    key: re.Pattern[str]
    tab_at_end: bool = False

    def cells(self, line: str) -> tuple[str, ...]:
        """The fields of a line, without the empty one after a last tab."""
        fields = tuple(field.strip() for field in line.split("\t"))
        extra = self.tab_at_end and len(fields) == self.columns + 1 and not fields[-1]
        return fields[:-1] if extra else fields


CIS = re.compile(r"\d{8}\Z")
SPECIALITIES = Table("CIS_bdpm.txt", ("les spécialités", "the specialities"), 12, CIS)
PACKS = Table("CIS_CIP_bdpm.txt", ("les présentations", "the packs"), 13, CIS)
COMPOSITIONS = Table("CIS_COMPO_bdpm.txt", ("les compositions", "the compositions"), 8, CIS, True)
GROUPS = Table(
    "CIS_GENER_bdpm.txt",
    ("les groupes génériques", "the generic groups"),
    5,
    re.compile(r"\d+\Z"),
    tab_at_end=True,
)
MAJOR_INTEREST = Table(
    "CIS_MITM.txt",
    ("les médicaments d’intérêt thérapeutique majeur", "the medicines of major interest"),
    4,
    CIS,
)
NEEDED: Sequence[Table] = (SPECIALITIES, PACKS, COMPOSITIONS, GROUPS)
TABLES: Mapping[str, Table] = {table.file: table for table in (*NEEDED, MAJOR_INTEREST)}


@dataclass(frozen=True)
class Row:
    """The fields of one line, and where it stands (``file:12``)."""

    fields: tuple[str, ...]
    place: str


def read_table(table: Table, data: bytes) -> list[Row]:
    """Every row of a file. Raises ``InputError`` for the first thing that is not as it must be."""
    text = _decoded(table, data)
    lines = text.split("\n")
    whole = lines[-1] == ""  # the last line ends like the others
    if whole:
        lines.pop()
    if not any(line.strip() for line in lines):
        raise InputError(
            "the file is empty; download it again",
            table.file,
            fr="le fichier est vide\u00a0; téléchargez-le de nouveau",
        )
    return list(_rows(table, lines, whole))


def _decoded(table: Table, data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data:
        raise _wrong_encoding(table.file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise _wrong_encoding(f"{table.file}:{line}") from None
    found = _SAVED_WRONGLY.search(text)
    if found:
        raise _wrong_encoding(f"{table.file}:{text.count(chr(10), 0, found.start()) + 1}")
    return text.replace("\r\n", "\n")


def _wrong_encoding(place: str) -> InputError:
    return InputError(
        "the text is neither Windows-1252 nor UTF-8, or was saved in the wrong one; take the file "
        "as it was downloaded, without opening it in another program",
        place,
        fr="le texte n’est ni en Windows-1252 ni en UTF-8, ou a été enregistré dans le mauvais "
        "codage\u00a0; prenez le fichier tel qu’il a été téléchargé, sans l’ouvrir ailleurs",
    )


def _rows(table: Table, lines: Sequence[str], whole: bool) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{table.file}:{number}"
        fields = table.cells(line)
        if len(fields) != table.columns or not table.key.match(fields[0]):
            cut = number == len(lines) and not whole and len(fields) < table.columns
            raise _cut_short(place) if cut else _not_a_row(table, line, number, place)
        found = RESERVED.search(line)
        if found:
            raise InputError(
                f"a control character (U+{ord(found[0]):04X}) stands in the line; download the "
                "file again",
                place,
                fr=f"la ligne contient un caractère de contrôle (U+{ord(found[0]):04X})\u00a0; "
                "téléchargez le fichier de nouveau",
            )
        yield Row(fields, place)


def _cut_short(place: str) -> InputError:
    return InputError(
        "the file stops in the middle of a line; download it again",
        place,
        fr="le fichier s’arrête au milieu d’une ligne\u00a0; téléchargez-le de nouveau",
    )


def _not_a_row(table: Table, line: str, number: int, place: str) -> InputError:
    fields = table.cells(line)
    if number == 1:
        for other in TABLES.values():
            if other is not table and len(other.cells(line)) == other.columns:
                return InputError(
                    f"these are the columns of {other.file} ({other.says[1]}), not of "
                    f"{table.file} ({table.says[1]}); give each file its own name",
                    place,
                    fr=f"ce sont les colonnes de {other.file} ({other.says[0]}), non de "
                    f"{table.file} ({table.says[0]})\u00a0; rendez à chaque fichier son nom",
                )
    return InputError(
        f"the line has {len(fields)} columns and begins with “{fields[0][:20]}”; "
        f"{table.columns} columns are expected, and a code at the start; download the file again",
        place,
        fr=f"la ligne compte {len(fields)} colonnes et commence par «\u00a0{fields[0][:20]}\u00a0»"
        f"\u00a0; il en faut {table.columns}, et un code au début\u00a0; téléchargez le fichier de "
        "nouveau",
    )
