"""The official JSON schema of FHIR R4, and what of a resource is not as it wants it."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.json_schemas import mistakes

SCHEMA = Path(__file__).parent / "r4_schema" / "fhir.schema.json.gz"


@cache
def official_schema() -> dict[str, Any]:
    return dict(json.loads(gzip.decompress(SCHEMA.read_bytes())))


def faults(resource: Any) -> list[str]:
    """Where a resource is not as the schema wants it; nothing where it is."""
    return list(mistakes(official_schema(), resource))
