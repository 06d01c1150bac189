"""The readers of what is handed to the site (photos, logos, logs of a recorder, scans, folders of
questionnaires, the public base of medicines), given their examples changed at random: each answers,
or refuses by one sentence. ``make fuzz`` tries fifty times as many changes."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from PIL import Image

from dolenti.guideline.diary import questionnaires
from dolenti.guideline.diary.content import content
from dolenti.guideline.errors import InputError
from dolenti.guideline.serum import curves
from dolenti.medicines import base
from dolenti.medicines.extract import read_extract
from dolenti.medicines.official import OfficialFile, read_official
from dolenti.medicines.store import delivered
from dolenti.scanning import keyed, symbols
from dolenti.scanning.gs1 import Package, element_string, read_package
from dolenti.serum import identity
from dolenti.treatment import pictures
from tests.nasty import LARGE, VALUES, answers, bounded, mutations
from tests.questionnaires import RULER
from tests.spec.strategies import EDITION
from tests.unit.medicines.official_files import DAY, TEXTS, as_published

CHANGES = 400 if LARGE else 8
NUMBER = keyed.with_key("LILA-20261128-0001-01")


def picture(form: str, **kept: Any) -> bytes:
    out = io.BytesIO()
    drawn = Image.linear_gradient("L").resize((320, 200))
    drawn.convert("RGBA" if form == "PNG" else "RGB").save(out, form, **kept)
    return out.getvalue()


def turned() -> bytes:
    """A photo with what a telephone writes beside it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    return picture("JPEG", exif=exif)


def log() -> bytes:
    begun = datetime(2026, 11, 2, 8, tzinfo=UTC)
    lines = [
        f"{begun + timedelta(minutes=15 * n):%Y-%m-%d %H:%M:%S};-20,{n % 9}" for n in range(60)
    ]
    return "\n".join(["Time;Celsius", *lines]).encode()


def extract(name: str) -> bytes:
    tables = {
        "medicines": "cis\tname\tform\troutes\tauthorisation\tmarketed\tauthorised_on\t"
        "substances_from\tsubstances\n61902218\tELIQUIS 5 mg\tcomprimé\torale\tactive\tyes\t"
        "2012-11-19\tcomposition\tSA:1:61321:APIXABAN:5 mg\n",
        "presentations": "cis\tcip7\tcip13\tlabel\tmarketing\n"
        "61902218\t2219566\t3400922195667\t60 comprimés\tactive\n",
    }
    return gzip.compress(tables[name].encode())


def official(name: str) -> Callable[[bytes], Any]:
    whole = {file: as_published(text) for file, text in TEXTS.items()}
    return lambda data: read_official(
        {file: OfficialFile(text, DAY) for file, text in {**whole, name: data}.items()}
    )


def extracted(name: str) -> Callable[[bytes], Any]:
    def read(data: bytes) -> Any:
        tables = {one: extract(one) for one in EXTRACT} | {name: data}
        return read_extract(tables["medicines"], tables["presentations"], (DAY, DAY, DAY))

    return read


def typed(read: Callable[[str], Any]) -> Callable[[bytes], Any]:
    return lambda data: read(data.decode("utf-8", "replace"))


def seen(data: bytes) -> list[str]:
    """What a camera saw."""
    whole = memoryview(symbols.image(NUMBER))
    size = whole.nbytes
    pixels = memoryview((data + b"\xff" * size)[:size]).cast("B", whole.shape)  # type: ignore[arg-type]
    return symbols.read(pixels)


def ruler(data: bytes) -> Any:
    text = data.decode("utf-8", "replace")
    return questionnaires.read(content(EDITION), EDITION, "ruler", text)


PACKAGE = element_string(Package("03400935344007", "A1", date(2027, 1, 1))).encode()
EXTRACT = ("medicines", "presentations")
READERS: dict[str, tuple[bytes, Callable[[bytes], Any]]] = {
    "photo jpeg": (turned(), pictures.cleaned),
    "photo png": (picture("PNG"), pictures.cleaned),
    "photo webp": (picture("WEBP"), pictures.cleaned),
    "logo": (picture("PNG"), pictures.logo),
    "recorder": (log(), lambda data: curves.read_log(
        data.decode("latin-1"), lambda local, before: local.replace(tzinfo=UTC))),
    "package": (PACKAGE, typed(read_package)),
    "label": (f"{NUMBER}/2".encode(), typed(identity.read_code)),
    "camera": (bytes(memoryview(symbols.image(NUMBER)).tobytes()), seen),
    "questionnaire": (RULER.encode(), ruler),
    "base": (base.to_bytes(base.base_of(delivered().provenance, [next(iter(delivered()))])),
             lambda data: base.from_bytes(data, "seed")),
    **{f"official {name}": (as_published(text), official(name)) for name, text in TEXTS.items()},
    **{f"extract {name}": (extract(name), extracted(name)) for name in EXTRACT},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_changed_file_is_read_or_refused(name: str) -> None:
    seed, read = READERS[name]
    read(seed)
    for data in mutations(seed, CHANGES, name):
        answers(read, data)


@pytest.mark.parametrize("read", [read_package, identity.read_code])
def test_what_nobody_should_type_is_no_code(read: Callable[[str], Any]) -> None:
    for value in VALUES:
        for said in (value, f"{NUMBER}/{value}", f"(01){value}", f"]C1{value}"):
            answers(read, said)


def test_a_small_file_that_unfolds_without_end_is_refused() -> None:
    """A gigabyte of zeros in a megabyte."""
    bomb = gzip.compress(b"\0" * (1 << 20), 9) * 1000
    for read in (extracted("medicines"), lambda data: base.from_bytes(data, "seed")):
        with bounded("a bomb"), pytest.raises(InputError):
            read(bomb)
