"""Compiles the catalogues of the interface: when the package is built, and before tests and runs.

A compiled catalogue is made from its text, so only the text is kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_all(root: Path) -> list[Path]:
    """Compile each catalogue that is newer than what was made of it; those that were."""
    made = []
    for text in sorted((root / "src").rglob("LC_MESSAGES/*.po")):
        compiled = text.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < text.stat().st_mtime:
            polib.pofile(str(text)).save_as_mofile(str(compiled))
            made.append(compiled)
    return made


class CompileCatalogues(BuildHookInterface[Any]):
    """Hatch's hook: also where the package is installed in place."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_all(Path(self.root))
        build_data["artifacts"].append("*.mo")


if __name__ == "__main__":
    compile_all(Path(__file__).parent)
