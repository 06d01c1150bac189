"""What is printed on a label of serum is read back from the paper by a scanner."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import typst

from dolenti.scanning import keyed, symbols
from dolenti.ui import print as printing
from dolenti.ui.print import pages, serum
from dolenti.ui.print.pages import page_count
from dolenti.ui.print.recall import RecallDocument

NUMBER = keyed.with_key("LILA-20261128-0001-01")
LABEL = printing.SerumLabel(
    printing.Clinic("Cabinet des Lilas"),
    printing.Patient("Lefèvre-Charbonneau", "Marie-Antoinette", date(1968, 3, 2), sex="female"),
    NUMBER,
    NUMBER,
    "D-1042",
    datetime(2026, 11, 28, 9, 30, tzinfo=UTC),
    volume="2,5",
    expires=date(2027, 11, 28),
    fresh_until=datetime(2026, 11, 28, 21, 30, tzinfo=UTC),
    place="1 / 4",
    tube="2",
)


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


def printed(monkeypatch: pytest.MonkeyPatch, label: printing.SerumLabel) -> memoryview:
    """The label as a picture: 300 dots per inch, as a label printer has."""
    found: dict[str, Any] = {}

    def png(template: str, content: dict[str, Any], at: datetime, *, drawing: str = "") -> bytes:
        compiler = typst.Compiler(
            root=pages.TEMPLATES, font_paths=pages._fonts(), ignore_system_fonts=True
        )
        made = compiler.compile(
            pages.TEMPLATES / f"{template}.typ", format="png", ppi=300,
            sys_inputs={"content": json.dumps(content), "drawing": drawing},
        )  # fmt: skip
        found["png"] = made
        return b""

    monkeypatch.setattr(serum, "pdf", png)
    printing.serum_label(label, "fr")
    return grey(found["png"])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"code": f"{NUMBER}/2", "duplicate": True},
        {"positive": True, "untested": True, "duplicate": True},
        {"volume": "", "expires": None, "place": "", "fresh_until": None, "tube": ""},
    ],
)
def test_a_printed_label_is_read_back(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    label = replace(LABEL, **changes)
    assert symbols.read(printed(monkeypatch, label)) == [label.code]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_label_is_one_small_page_with_the_words_in_both_languages(language: str) -> None:
    made = printing.serum_label(replace(LABEL, positive=True, untested=True), language)
    assert made.startswith(b"%PDF-")
    assert page_count(made) == 1
    content = serum._content(LABEL, language)
    assert content["only"] == ["USAGE AUTOLOGUE EXCLUSIF", "FOR AUTOLOGOUS USE ONLY"]
    assert "Lefèvre".upper() in content["name"]


def test_the_letter_of_a_recall_names_the_product_and_when_it_was_received() -> None:
    document = RecallDocument(
        LABEL.clinic, LABEL.patient, "Lidocaïne 10 mg/mL", "AB12", (date(2026, 11, 3),),
        "Appelez-nous si le genou gonfle.\nRien d’autre à faire.", "Dr Alice", LABEL.printed_at,
    )  # fmt: skip
    for language in ("fr", "en"):
        assert printing.recall(document, language).startswith(b"%PDF-")
