"""A packed file, unpacked as far as one may be: a small one can unfold without end."""

from __future__ import annotations

import gzip
import io
import lzma
import zlib
from typing import Final

MOST_BYTES: Final = 64 * 1024 * 1024
"""Eight times the whole public base as it is now."""

_XZ: Final = b"\xfd7zXZ\x00"


class NotPackedError(Exception):
    """It is no gzip or xz of text, it is cut, or it unfolds beyond ``MOST_BYTES``."""


def unpacked(data: bytes) -> str:
    """The text in a gzip or an xz file. Raises ``NotPackedError``."""
    opened = lzma.open if data.startswith(_XZ) else gzip.open
    try:
        with opened(io.BytesIO(data)) as file:
            text = file.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise NotPackedError
        return text.decode()
    except (OSError, EOFError, UnicodeDecodeError, lzma.LZMAError, zlib.error):
        raise NotPackedError from None
