"""The documents are PDF/UA, the same bytes for the same values, and no text can command them."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dolenti.guideline.errors import InputError
from dolenti.ui.print import Signature, consent, quotation, record
from tests.unit.ui.print.people import AT, paul_consent, zoe_quotation, zoe_record

HOSTILE = [
    '#panic("read")',
    '#read("/etc/passwd")',
    "$ x^2 $ *bold* _it_ `raw` = heading\n- item\n/ term: x",
    "<script>alert(1)</script> <label> @reference // comment /* */",
    "\\u{41} \\ \"quoted\" 'single' ] ) } [ ( {",
    "evil \u202e txt.exe \u200f\u2066 x\u2069",
    "nul \0 bell \x07 escape \x1b",
    "\ufeffbom \ufffe \uffff \ud800 \U000e0041",
    "😀 👩‍⚕️ مرحبا שלום 漢字 Ω Ж",
    "e\u0301\u0323 Zalgo h̷̡e",
    "W" * 3_000,
    "https://example.org/" + "a" * 400,
    "ligne\r\nsuivante\tcolonne",
    "",
    " ",
]
DOCUMENTS = {
    "consent": lambda text, language: consent(paul_consent(text), language),
    "quotation": lambda text, language: quotation(zoe_quotation(text), language),
    "record": lambda text, language: record(zoe_record(text), language),
}


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", inflated(pdf)))


def inflated(pdf: bytes) -> bytes:
    """The bytes with every compressed stream opened after them."""
    opened = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            opened.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(opened)


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_document_is_tagged_titled_and_in_its_language(kind: str, language: str) -> None:
    pdf = DOCUMENTS[kind]("Paul", language)
    whole = inflated(pdf)
    assert pdf.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part>1<" in whole
    assert b"/MarkInfo<</Marked true" in whole
    assert b"/StructTreeRoot" in whole
    assert f"/Lang({language})".encode() in whole
    assert b"/DisplayDocTitle true" in whole
    assert b"<dc:title>" in whole
    assert b"/S/TH" in whole.replace(b" ", b"")
    assert b"/S/H1" in whole.replace(b" ", b"")


def test_only_the_vendored_fonts_are_in_a_document() -> None:
    names = set(re.findall(rb"/BaseFont/([A-Za-z0-9+-]+)", DOCUMENTS["consent"]("Paul", "fr")))
    assert names
    assert all(name.split(b"+")[-1].startswith(b"Inter-") for name in names)


def test_a_signature_is_described_for_who_cannot_see_it() -> None:
    signed = inflated(consent(paul_consent(), "fr"))
    unsigned = inflated(consent(paul_consent(signature=None), "fr"))
    assert b"/S/Figure" in signed.replace(b" ", b"")
    assert b"/Alt" in signed
    assert b"/S/Figure" not in unsigned.replace(b" ", b"")


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_same_values_give_the_same_bytes(kind: str) -> None:
    assert DOCUMENTS[kind]("Paul", "fr") == DOCUMENTS[kind]("Paul", "fr")
    assert DOCUMENTS[kind]("Paul", "fr") != DOCUMENTS[kind]("Paula", "fr")


def test_another_process_gives_the_same_bytes() -> None:
    asked = (
        "import hashlib; from dolenti.ui.print import quotation; "
        "from tests.unit.ui.print.people import zoe_quotation; "
        "print(hashlib.sha256(quotation(zoe_quotation(), 'fr')).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[4],
        env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONPATH": "."},
    )
    here = hashlib.sha256(quotation(zoe_quotation(), "fr")).hexdigest()
    assert run.stdout.strip() == here


def test_threads_may_print_at_the_same_time() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: quotation(zoe_quotation(), "fr"), range(16)))
    assert len(made) == 1


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_is_read_as_a_command_or_stops_the_document(kind: str, text: str) -> None:
    pdf = DOCUMENTS[kind](text, "fr")
    assert pdf.startswith(b"%PDF-1.7")
    assert b"/S/Code" not in inflated(pdf)


def test_a_long_record_runs_over_pages() -> None:
    assert pages(record(zoe_record(), "fr")) >= 3


@pytest.mark.parametrize(
    "strokes",
    [
        (),
        ((),),
        (((1.0, 1.0),),),
        (((0.0, 0.0), (float("nan"), 1.0)),),
        (((0.0, 0.0), (float("inf"), 1.0)),),
        (tuple((float(x), 0.0) for x in range(20_001)),),
    ],
    ids=["none", "empty stroke", "one point", "nan", "infinite", "too long"],
)
def test_a_signature_that_is_none_is_refused(strokes: tuple) -> None:
    signature = Signature("Paul Durand", AT, "Lyon", strokes)
    with pytest.raises(InputError, match="sign again"):
        consent(paul_consent(signature=signature), "fr")
