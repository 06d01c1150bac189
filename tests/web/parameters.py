"""What an address of the site takes beside its path, found in the program itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import dolenti

SOURCES: Final = Path(dolenti.__file__).parent
PARAMETERS: Final = sorted(
    {
        found
        for folder in ("clinic", "ui", "access", "portal")
        for file in (SOURCES / folder).rglob("*.py")
        for found in re.findall(r'GET(?:\.get(?:list)?\(|\[)"([a-z_-]+)"', file.read_text("utf-8"))
    }
)
