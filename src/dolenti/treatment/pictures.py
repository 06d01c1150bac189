"""A picture as it is kept: decoded, made small enough, written anew. Pure: bytes in, bytes out.

Nothing of the file that came in is kept but what the eye sees: no place, no moment, no maker, no
preview, no text, and nothing hidden behind the picture. Its size is read before it is decoded.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from dolenti.guideline.errors import InputError

FORMS: Final = ("JPEG", "PNG", "WEBP")
"""What is decoded; no vector drawing, no animation beyond its first picture."""
MOST_PIXELS: Final = {"JPEG": 50_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""Before it is decoded; a JPEG is decoded at the size that is kept."""
SIDE: Final = 2048
"""The longer side of what is kept, pixels."""
MOST_BYTES: Final = 1_500_000
"""Of what is kept."""
LOGO_SIDE: Final = 800
LOGO_BYTES: Final = 150_000
"""Of a logo that is kept: it is in every paper, and every paper is kept."""
_QUALITIES: Final = (85, 75, 60, 40)


class PictureError(InputError):
    """The file is no picture that can be kept."""


@dataclass(frozen=True)
class Picture:
    """A JPEG without a word beside it, its size in pixels and the SHA-256 of its bytes."""

    jpeg: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """What the seal of a session names it by."""
        return hashlib.sha256(self.jpeg).hexdigest()


@dataclass(frozen=True)
class Logo:
    """A PNG on white without a word beside it, and its size in pixels."""

    png: bytes
    width: int
    height: int


def cleaned(data: bytes) -> Picture:
    """The picture in a file. Raises ``PictureError`` for what is none, is damaged, or too large."""
    seen = _read(data, SIDE)
    for quality in _QUALITIES:
        out = io.BytesIO()
        seen.save(out, "JPEG", quality=quality)
        if out.tell() <= MOST_BYTES:
            return Picture(out.getvalue(), *seen.size)
    raise _too_large()


def logo(data: bytes) -> Logo:
    """The logo in a file, small enough for the head of every paper. Raises ``PictureError``."""
    seen = _read(data, LOGO_SIDE)
    while True:
        out = io.BytesIO()
        seen.save(out, "PNG", optimize=True)
        if out.tell() <= LOGO_BYTES:
            return Logo(out.getvalue(), *seen.size)
        seen = seen.resize((max(1, seen.width * 3 // 4), max(1, seen.height * 3 // 4)))


def _read(data: bytes, side: int) -> Image.Image:
    try:
        return _decoded(data, side)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except PictureError:
        raise
    except Exception:  # noqa: BLE001 - the decoders raise whatever a damaged file makes them raise
        raise PictureError(
            "this file cannot be read as a picture; send a whole JPEG, PNG or WebP",
            fr="ce fichier ne peut pas être lu comme une image\u00a0; envoyez une image JPEG, PNG "
            "ou WebP entière",
        ) from None


def _decoded(data: bytes, side: int) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=FORMS) as image:
        if image.width * image.height > MOST_PIXELS[image.format or "PNG"]:
            raise _too_large()
        image.draft("RGB", (side, side))
        image.load()
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((side, side))
        # A new picture: what stood beside the old one (EXIF, profile, comment) has no way into it.
        clean = Image.new("RGB", upright.size, "white")
        if "A" in upright.getbands() or "transparency" in upright.info:
            layer = upright.convert("RGBA")
            clean.paste(layer, mask=layer)
        else:
            clean.paste(upright.convert("RGB"))
        return clean


def _too_large() -> PictureError:
    return PictureError(
        "this picture has too many pixels; take it again at the usual size",
        fr="cette image a trop de pixels\u00a0; refaites-la à la taille habituelle",
    )


__all__ = ["FORMS", "MOST_BYTES", "SIDE", "Logo", "Picture", "PictureError", "cleaned", "logo"]
