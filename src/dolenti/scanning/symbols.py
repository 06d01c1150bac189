"""Data Matrix and QR codes: written for our labels, read back from an image.

What a code says of a patient is nothing: numbers only.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import zxingcpp

Kind = Literal["qr", "gs1-data-matrix"]
_READ: Final = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix]
)


def svg(text: str, kind: Kind = "qr") -> str:
    """A code as SVG, with its quiet zone. A GS1 text is written with brackets, ``(01)…(10)…``.

    Raises ``ValueError`` for what does not fit the kind.
    """
    written: str = zxingcpp.write_barcode_to_svg(_made(text, kind), add_quiet_zones=True)
    return written[written.index("<svg") :]


def image(text: str, kind: Kind = "qr", scale: int = 5) -> Any:
    """The same as pixels, ``scale`` for each module: a two-dimensional buffer of grey values."""
    return zxingcpp.write_barcode_to_image(_made(text, kind), scale=scale, add_quiet_zones=True)


def read(pixels: Any) -> list[str]:
    """What the codes of an image say, in no order; none where none can be read with certainty.

    ``pixels``: a buffer of grey values (height by width), or of colours (by three or four). A GS1
    text comes with its brackets.
    """
    found = zxingcpp.read_barcodes(pixels, formats=_READ)
    return [one.text for one in found if one.valid]


def _made(text: str, kind: Kind) -> Any:
    if kind == "qr":
        # M: the code is still read where a tenth of it is wet or scratched.
        return zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
