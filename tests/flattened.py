"""Flattenings typed at the command line: what goes in, what comes out, what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from typer.testing import CliRunner, Result

from dolenti.cli import app
from tests.spec.strategies import AS_OF

REASON = "every prescription of the hospital stands here"
CLINIC = """\
PAT;DDN;DIAG;POIDS;AC;AL_LIDO;TEMP
1;03/02/1950;M17;81,5;0;non;oui
2;11/11/1961;M77.1;;AVK;oui;non
3;01/05/1972;M17;70000;?;;peut-être
"""
MAPPING = """\
patient: PAT
columns:
  birth_date: {from: DDN, date: "%d/%m/%Y"}
  condition: {from: DIAG, values: {M17: knee-osteoarthritis, M77.1: lateral-epicondylitis}}
  weight: {from: POIDS, unit: kg}
  anticoagulant: {from: AC, values: {"0": none, AVK: vka}}
  allergy__lidocaine: {from: AL_LIDO, yes: [oui], no: [non]}
  fever: {from: TEMP, yes: [oui], no: [non]}
"""


def flatten(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        app,
        ["population", "flatten", *arguments, "--out", str(folder / "table.parquet"),
         "--as-of", AS_OF.isoformat(), "--workers", "1", "--lang", "en"],
    )  # fmt: skip


def done(folder: Path, *arguments: str) -> dict[str, Any]:
    result = flatten(folder, *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def refused(folder: Path, *arguments: str) -> str:
    result = flatten(folder, *arguments)
    assert result.exit_code == 2, result.output
    assert list(folder.glob("*.parquet")) == []
    assert list(folder.glob(".*partial")) == []
    return result.stderr


def rows(folder: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(folder / "table.parquet").to_pylist())
