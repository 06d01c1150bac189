"""The interface's word, and icon, for every enumerated value, found where each app keeps its own.

A folder's ``labels.py`` holds ``LABELS`` and, where a value has one, ``ICONS``: by family, then by
value. A family may be spread over several folders (the actions of the trail are); a value that two
folders name is refused when the site starts.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeVar

import dolenti

V = TypeVar("V")
_PACKAGE: Final = Path(dolenti.__file__).parent


def _modules() -> Iterator[ModuleType]:
    found = [*_PACKAGE.glob("*/labels.py"), *_PACKAGE.glob("*/*/labels.py")]
    for file in sorted(found):
        if file != Path(__file__):
            folder = file.parent.relative_to(_PACKAGE)
            yield import_module(".".join(("dolenti", *folder.parts, "labels")))


def _gathered(name: str) -> dict[str, dict[str, Any]]:
    gathered: dict[str, dict[str, Any]] = {}
    for module in _modules():
        for family, values in getattr(module, name, {}).items():
            twice = gathered.setdefault(family, {}).keys() & values.keys()
            if twice:
                raise ValueError(f"{module.__name__} names again of {family}: {sorted(twice)}")
            gathered[family] |= values
    return gathered


LABELS: Final = _gathered("LABELS")
ICONS: Final[dict[str, dict[str, str]]] = _gathered("ICONS")
