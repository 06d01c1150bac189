"""The data dictionary as a file: CSV for who reads it, parquet for who joins it."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Final

from dolenti.guideline.data_dictionary import COLUMNS, rows
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition

FORMATS: Final = ("csv", "parquet")


def write(edition: Edition, form: str, out: str | None) -> None:
    """Write the dictionary of an edition, to the standard output where ``out`` is not named.

    Raises ``InputError`` for a form that is none, for parquet without a file, and where nothing
    can be written; then no half file is left.
    """
    if form not in FORMATS:
        raise InputError(
            f"“{form}” is not a form of the dictionary; write csv or parquet",
            "--format",
            fr=f"«\u00a0{form}\u00a0» n’est pas une forme du dictionnaire\u00a0; écrivez csv ou "
            "parquet",
        )
    if form == "parquet":
        if out is None:
            raise InputError(
                "parquet is not for the screen; name a file by --out",
                "--format",
                fr="le format parquet ne s’affiche pas\u00a0; indiquez un fichier par --out",
            )
        _write_parquet(edition, out)
    elif out is None:
        sys.stdout.write(as_csv(edition))
    else:
        from dolenti.terminal.export import write_files

        file = Path(out)
        write_files(str(file.parent), {file.name: as_csv(edition)})


def as_csv(edition: Edition) -> str:
    """The dictionary as CSV with a header: commas, quotes where needed, lines ended by CR LF."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows(edition))
    return text.getvalue()


def _write_parquet(edition: Edition, out: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from dolenti.population.engines import written_whole
    from dolenti.population.notes import of_edition

    table = pa.Table.from_pylist(list(rows(edition)))
    with written_whole(out) as partial:
        pq.write_table(table.replace_schema_metadata(of_edition(edition)), partial)
