"""The same tables on Apache Spark: a cluster by its master's address, or the cores at hand.

Needs the extra ``spark`` (PySpark) and Java 17. One session serves every question, and all
conditions go in one job. What is written is a folder of parquet parts, as Spark does.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis

from dolenti.guideline.errors import InputError
from dolenti.population.engines import (
    Progress,
    first_line,
    layers_kept,
    no_parquet,
    no_such_file,
    not_read,
    not_written,
    partial_name,
)
from dolenti.population.kleene import Table

OLDEST_JAVA = 17
_WHOLE = "_SUCCESS"
"""What Spark leaves in a folder that it wrote to the end."""
_PATTERN = re.compile(r"[*?\[\]{}\\]")
"""What Spark reads as a pattern in a path; a backslash before it makes it a letter again."""


class SparkEngine:
    """A Spark session. ``master`` is its address, as ``spark://host:7077``; ``local[*]`` is here.

    ``settings`` are Spark's own. Raises ``InputError`` where PySpark or Java is missing.
    """

    name = "spark"

    def __init__(self, master: str = "local[*]", settings: Mapping[str, str] | None = None) -> None:
        _need_java()
        try:
            import pyspark
            from pyspark.sql import SparkSession
        except ImportError:
            raise InputError(
                "Spark is not installed here; install dolenti[spark]",
                fr="Spark n’est pas installé ici\u00a0; installez dolenti[spark]",
            ) from None
        # Workers of a cluster on this machine start from here.
        os.environ.setdefault("SPARK_HOME", str(Path(pyspark.__file__).parent))
        builder = SparkSession.builder.master(master).appName("dolenti")
        for key, value in {**_SETTINGS, **(settings or {})}.items():
            builder = builder.config(key, value)
        try:
            self._session = builder.getOrCreate()
        except Exception as error:  # noqa: BLE001 - Spark raises what Java raised, of any class
            why = first_line(error)
            raise InputError(
                f"Spark did not start: {why}", master, fr=f"Spark n’a pas démarré ({why})"
            ) from None
        self._session.sparkContext.setLogLevel("ERROR")
        self._ibis = ibis.pyspark.connect(self._session)

    def read(self, file: str) -> Table:
        """A parquet file or folder, by a path or address that every worker can reach."""
        if "://" not in file and not Path(file).exists():
            raise no_such_file(file)
        try:
            return self._ibis.read_parquet(
                file if "://" in file else _PATTERN.sub(r"\\\g<0>", file)
            )
        except Exception as error:  # noqa: BLE001 - as above
            raise no_parquet(error, file) from None

    def one_row(self, table: Table) -> dict[str, Any]:
        try:
            row = self._session.sql(self._sql(table)).first()
        except Exception as error:  # noqa: BLE001 - as above
            raise not_read(error) from None
        return dict(row.asDict()) if row is not None else {}

    def write(self, table: Table, out: str, notes: Mapping[str, str], progress: Progress) -> None:
        """Write a folder of parquet parts. Here it is renamed when whole; on a cluster's own
        storage Spark's committer does that, and marks the whole with ``_SUCCESS``. Here it is
        its owner's alone; who may read there is for the storage to say."""
        frame = self._session.sql(self._sql(table))
        if "://" in out:
            self._write_parts(frame, out, out)
            return
        final = Path(out)
        _refuse_other_folder(final)
        partial = partial_name(final)
        parts = partial / "parts"
        try:
            partial.mkdir(mode=0o700)  # Spark writes for everybody; nobody else comes in here
            self._write_parts(frame, parts.absolute().as_uri(), out)
            _make_private(parts)
            _replace(parts, final)
        except OSError as error:
            raise not_written(error, out) from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        progress(1.0)

    def close(self) -> None:
        self._session.stop()

    def _sql(self, table: Table) -> str:
        with layers_kept():
            return str(self._ibis.compile(table))

    def _write_parts(self, frame: Any, place: str, out: str) -> None:
        try:
            frame.write.mode("overwrite").parquet(place)
        except Exception as error:  # noqa: BLE001 - as above
            raise not_written(error, out) from None


# A day of the year 1 ("never") is read and written as the day it is. Dates have no zone, and the
# session's must not give them one.
_SETTINGS = {
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def _need_java() -> None:
    """Raises ``InputError`` without a Java that runs; Spark itself would only say "gateway"."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        raise InputError(
            f"Spark needs Java {OLDEST_JAVA}, and no java is found here",
            fr=f"Spark demande Java {OLDEST_JAVA}, et Java n’est pas installé ici",
        )
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    if said.returncode:
        raise InputError(
            f"Spark needs Java {OLDEST_JAVA}, and {java} does not run",
            fr=f"Spark demande Java {OLDEST_JAVA}, et {java} ne démarre pas",
        )


def _refuse_other_folder(final: Path) -> None:
    """A folder is replaced only where Spark wrote it, or where it is empty."""
    if final.is_dir() and any(final.iterdir()) and not (final / _WHOLE).exists():
        raise InputError(
            "this folder holds something else than verdicts; name another",
            str(final),
            fr="ce dossier contient autre chose que des verdicts\u00a0; indiquez-en un autre",
        )


def _make_private(folder: Path) -> None:
    folder.chmod(0o700)
    for one in folder.rglob("*"):
        one.chmod(0o700 if one.is_dir() else 0o600)


def _replace(partial: Path, final: Path) -> None:
    if final.is_dir():
        shutil.rmtree(final)
    elif final.exists():
        final.unlink()
    partial.rename(final)
