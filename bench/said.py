"""What a script of this folder may be told; what it does not know, it refuses."""

from __future__ import annotations

import argparse


def parser(doc: str) -> argparse.ArgumentParser:
    """A parser that knows ``--keep`` and ``--help``, which prints the text at the script's head."""
    made = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "--keep", action="store_true", help="write the figures into docs/benchmarks.md"
    )
    return made
