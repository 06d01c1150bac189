"""A photo as it is kept: the picture and nothing beside it; what is no picture is refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from dolenti.guideline.errors import InputError
from dolenti.treatment.pictures import MOST_BYTES, SIDE, cleaned


def photo(form: str = "JPEG", size: tuple[int, int] = (400, 300), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (180, 90, 60)).save(out, form, **more)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that says it has ten thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_comes_out_as_a_jpeg_without_where_and_by_what_it_was_taken(form: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker of telephones"
    exif.get_ifd(0x8825)[1] = "N"
    kept = cleaned(photo(form, exif=exif.tobytes()))
    assert b"Maker" not in kept.jpeg
    assert b"Exif" not in kept.jpeg
    with Image.open(io.BytesIO(kept.jpeg)) as again:
        assert again.format == "JPEG"
        assert not again.getexif()


def test_it_stands_upright_and_no_longer_than_it_may() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the telephone was held upright
    kept = cleaned(photo(size=(4000, 1000), exif=exif.tobytes()))
    assert (kept.width, kept.height) == (SIDE // 4, SIDE)
    assert len(kept.jpeg) <= MOST_BYTES


def test_what_stands_behind_the_picture_is_gone() -> None:
    assert b"<script>" not in cleaned(photo() + b"<script>alert(1)</script>").jpeg


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        photo()[:300],
        photo("PNG", (900, 900))[:-40],
        photo("GIF"),
        photo("TIFF"),
        b"\xff\xd8\xff" + b"\0" * 5000,
    ],
    ids=["empty", "pdf", "svg", "truncated", "truncated png", "gif", "tiff", "only the beginning"],
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        cleaned(data)


@pytest.mark.parametrize("data", [bomb(), photo("PNG", (6000, 5000))], ids=["bomb", "huge"])
def test_too_many_pixels_are_refused_before_they_are_decoded(data: bytes) -> None:
    with pytest.raises(InputError, match="too many pixels"):
        cleaned(data)
