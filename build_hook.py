"""Shares the files of ``src`` out between the two wheels, and compiles the French of the screens.

Which room is whose stands in ``pyproject.toml``, in the contract “apart” of Import Linter. A
compiled catalogue is made from its text, so only the text is kept.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
PARTS = {"source_modules": "dolenti", "forbidden_modules": "dolenti-site"}
NO_MODULES = {"__init__.py", "knowledge", "py.typed"}  # dolenti’s: the contract names modules alone
LEFT_OUT = {".po", ".pyc"}


def compile_all(root: Path) -> list[Path]:
    """Compile each catalogue that is newer than what was made of it; those that were."""
    made = []
    for text in sorted((root / "src").rglob("LC_MESSAGES/*.po")):
        compiled = text.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < text.stat().st_mtime:
            polib.pofile(str(text)).save_as_mofile(str(compiled))
            made.append(compiled)
    return made


def rooms() -> dict[str, str]:
    """The distribution of each room, as the contract has it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    (apart,) = (one for one in contracts if one["id"] == "apart")
    named = ((part, module) for key, part in PARTS.items() for module in apart[key])
    return {module.removeprefix("dolenti."): part for part, module in named}


def files_of(distribution: str) -> dict[str, str]:
    """Each file of a distribution, and its place in the wheel.

    Raises ``ValueError`` for a file whose room stands in neither list.
    """
    whose = {**rooms(), **dict.fromkeys(NO_MODULES, "dolenti")}
    source = ROOT / "src"
    found = {}
    for file in sorted((source / "dolenti").rglob("*")):
        if not file.is_file() or file.suffix in LEFT_OUT or file.name.startswith("."):
            continue
        inside = file.relative_to(source)
        room = inside.parts[1]
        part = whose.get(room) or whose.get(room.removesuffix(".py"))
        if part is None:
            raise ValueError(
                f"{inside}: its room is of no distribution; "
                "name it in the contract “apart” of pyproject.toml"
            )
        if part == distribution:
            found[str(file)] = inside.as_posix()
    return found


class ShareOut(BuildHookInterface[Any]):
    """Hatch's hook: also where the package is installed in place."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        distribution = self.metadata.core.name
        if self.target_name == "wheel":
            compile_all(ROOT)
            if version == "standard":
                build_data["force_include"].update(files_of(distribution))
        elif Path(self.root) != ROOT:
            raise ValueError(
                f"{distribution} has no source archive of its own, that of dolenti holds both; "
                "build its wheel alone: python -m build --wheel site"
            )


if __name__ == "__main__":
    compile_all(ROOT)
