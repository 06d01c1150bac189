"""How many patients a second are read from FHIR JSON and judged, on one core.

Budget: more than 1,000 of about 20 resources each, with the whole knowledge and every reason.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from dolenti.fhir import BundleReader
from dolenti.guideline.judge import Judge
from dolenti.guideline.loading import load_folder

ROOT = Path(__file__).parent.parent
AS_OF = date(2026, 11, 22)
BUDGET = 1_000


def a_second(work: Callable[[bytes], object], bundles: list[bytes], seconds: float = 2.0) -> float:
    """How many bundles ``work`` gets through in a second of processor time."""
    for bundle in bundles:
        work(bundle)
    done, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        for bundle in bundles:
            work(bundle)
        done += len(bundles)
    return done / spent


def main() -> int:
    edition = load_folder()
    reader, judge = BundleReader(edition), Judge(edition)

    def read(bundle: bytes) -> object:
        return reader.read(bundle, AS_OF)

    def read_and_judge(bundle: bytes) -> object:
        return [judge.assess(case) for case in reader.read(bundle, AS_OF).cases()]

    bundles = [path.read_bytes() for path in sorted((ROOT / "examples/fhir").glob("*.json"))]
    resources = sum(len(json.loads(bundle)["entry"]) for bundle in bundles) / len(bundles)
    rate = a_second(read_and_judge, bundles)
    print(f"FHIR, {len(bundles)} bundles of {resources:.0f} resources")
    print(f"  read              {a_second(read, bundles):9,.0f} /s")
    print(f"  read and judged   {rate:9,.0f} /s   (budget {BUDGET:,})")
    return 0 if rate >= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
