"""JSON decoded, and refused where one object has a key twice: two programs would then read two
different records, and a decoder keeps one of the two and says nothing.

Comparing every key of every object would cost more than all the rest of the reading. But what is
dropped takes its colon with it: content that is written again with fewer colons than its text has
lost something. Only then is the text read key by key.
"""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

_DECODER: Final = msgspec.json.Decoder()
_ENCODER: Final = msgspec.json.Encoder()


class KeyTwiceError(ValueError):
    """One object has this key twice."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def decoded(data: bytes | msgspec.Raw) -> Any:
    """The content of JSON. Raises ``KeyTwiceError``, and what msgspec raises for no JSON."""
    content = _DECODER.decode(data)
    text = bytes(data)
    written = _ENCODER.encode(content)
    # A colon written as an escape would be counted on one side only.
    whole = text == written or (
        text.count(b":") == written.count(b":") and not (b"\\" in text and b"\\u003" in text)
    )
    if not whole:
        json.loads(text, object_pairs_hook=_once, parse_int=str, parse_float=str)
    return content


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen = set()
    for key, _ in pairs:
        if key in seen:
            raise KeyTwiceError(key)
        seen.add(key)
