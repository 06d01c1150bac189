"""A packed file, unpacked as far as one may be: a small one can unfold without end."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Final

MOST_BYTES: Final = 64 * 1024 * 1024
"""Eight times the whole public base as it is now."""


class NotPackedError(Exception):
    """It is no gzip of text, it is cut, or it unfolds beyond ``MOST_BYTES``."""


def unpacked(data: bytes) -> str:
    """The text in a gzip file. Raises ``NotPackedError``."""
    try:
        with gzip.open(io.BytesIO(data)) as file:
            text = file.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise NotPackedError
        return text.decode()
    except (OSError, EOFError, UnicodeDecodeError, zlib.error):
        raise NotPackedError from None
