"""A printed document as its content, and as a picture that a scanner reads."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import typst

from dolenti.ui.print import pages


@dataclass
class Print:
    """What was printed last: the template, the content, the drawing."""

    template: str = ""
    content: dict[str, Any] | None = None
    drawing: str = ""

    def pdf(
        self, template: str, content: dict[str, Any], at: datetime, *, drawing: str = ""
    ) -> bytes:
        """In the place of ``pages.pdf``: the same document, and what it was made of."""
        self.template, self.content, self.drawing = template, content, drawing
        return pages.pdf(template, content, at, drawing=drawing)

    def fitted(
        self,
        template: str,
        content: dict[str, Any],
        at: datetime,
        sizes: Sequence[float],
        most: int,
        *,
        drawing: str = "",
    ) -> bytes:
        """In the place of ``pages.fitted``: the document in its largest type."""
        return self.pdf(template, {**content, "size": sizes[0]}, at, drawing=drawing)

    @property
    def words(self) -> str:
        """Every word of it."""
        return json.dumps(self.content, ensure_ascii=False)

    def picture(self) -> memoryview:
        """Its page as grey values, 300 dots per inch, as a label printer has."""
        compiler = typst.Compiler(
            root=pages.TEMPLATES, font_paths=pages._fonts(), ignore_system_fonts=True
        )
        made = compiler.compile(
            pages.TEMPLATES / f"{self.template}.typ", format="png", ppi=300,
            sys_inputs={"content": json.dumps(self.content), "drawing": self.drawing},
        )  # fmt: skip
        assert isinstance(made, bytes)
        return grey(made)


def grey(png: bytes) -> memoryview:
    """The pixels of a PNG of eight bits, as grey values: enough of the format for what Typst
    writes."""
    at, data, width, height, channels = 8, b"", 0, 0, 1
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        chunk = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", chunk[:10])
            assert depth == 8
            channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
        elif kind == b"IDAT":
            data += chunk
        at += 12 + length
    raw, stride = zlib.decompress(data), width * channels
    before, out = bytearray(stride), bytearray()
    for row in range(height):
        start = row * (stride + 1)
        form, line = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        for n in range(stride):
            left = line[n - channels] if n >= channels else 0
            up, corner = before[n], before[n - channels] if n >= channels else 0
            nearest = min((left, up, corner), key=lambda v: abs(left + up - corner - v))
            line[n] = (line[n] + (0, left, up, (left + up) // 2, nearest)[form]) & 255
        out += bytes(line[::channels] if channels < 3 else line[1::channels])
        before = line
    return memoryview(bytes(out)).cast("B", (height, width))
