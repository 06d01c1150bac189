"""Amounts, dates, numbers, texts and signatures as they stand on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

import polib
import pytest

import dolenti
from dolenti.guideline.errors import InputError
from dolenti.guideline.statuses import STATUS
from dolenti.ui.print import QuotationLine
from dolenti.ui.print.clean import clean, clean_all
from dolenti.ui.print.drawing import signature_svg
from dolenti.ui.print.writing import euros, fingerprint, health_number, moment, short_day
from tests.unit.ui.print.people import PAUL, STROKES, ZOE, zoe_quotation

CATALOGUES = Path(dolenti.__file__).parent.rglob("locale/fr/LC_MESSAGES/django.po")


@pytest.mark.parametrize(
    "cents,fr,en",
    [
        (0, "0,00\u00a0€", "€0.00"),
        (5, "0,05\u00a0€", "€0.05"),
        (124_950, "1\u202f249,50\u00a0€", "€1,249.50"),
        (-300, "−3,00\u00a0€", "−€3.00"),
    ],
)
def test_euros_are_written_in_each_language(cents: int, fr: str, en: str) -> None:
    assert (euros(cents, "fr"), euros(cents, "en")) == (fr, en)


def test_dates_are_never_read_two_ways() -> None:
    day = date(2026, 5, 1)
    assert short_day(day, "fr") == "01/05/2026"
    assert short_day(day, "en") == "1\u00a0May\u00a02026"
    at = datetime(2026, 5, 1, 9, 5, tzinfo=timezone(timedelta(hours=2)))
    assert moment(at, "fr") == "01/05/2026\u00a0à\u00a009\u00a0h\u00a005"


def test_an_ins_is_grouped_and_a_digest_too() -> None:
    assert health_number("284127645108946").split() == ["2", "84", "12", "76", "451", "089", "46"]
    assert health_number("12") == "12"
    assert fingerprint("ab" * 32).split() == ["abababab"] * 8


def test_the_name_used_is_shown_with_the_birth_name() -> None:
    assert ZOE.name == "MOREAU Zoé (LEFÈVRE)"
    assert PAUL.name == "DURAND Paul"


@pytest.mark.parametrize(
    "text,shown",
    [
        ("Zoé’s œuvre № 1 – 2 µg/mL ≥ 3 °C", "Zoé’s œuvre № 1 – 2 µg/mL ≥ 3 °C"),
        ("e\u0301", "é"),
        ("a\0b\x07c", "abc"),
        ("10\u202e01\u200f", "1001"),
        ("ok 😀", "ok [U+1F600]"),
        ("\ud800", "[U+D800]"),
        ("a\tb\r\nc", "a b\nc"),
    ],
)
def test_what_cannot_be_printed_is_said_by_its_code(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_word_longer_than_a_line_gets_places_to_break_and_loses_no_letter() -> None:
    word = "abcdefghij" * 30
    assert max(len(part) for part in clean(word).split("\u200b")) <= 20
    assert clean(word).replace("\u200b", "") == word


def test_texts_are_cleaned_wherever_they_are_nested() -> None:
    assert clean_all({"a": ["x\0", {"b": ("y\0", 1, None, True)}]}) == {
        "a": ["x", {"b": ["y", 1, None, True]}]
    }


def test_a_signature_is_one_path_of_numbers_inside_its_frame() -> None:
    svg = ElementTree.fromstring(signature_svg(STROKES))
    (path,) = svg
    drawn = [float(n) for n in path.attrib["d"].replace("l0.1 0", "").replace("M", " ")
             .replace("Q", " ").replace("L", " ").split()]  # fmt: skip
    assert all(0 <= x <= 640 for x in drawn[::2])
    assert all(0 <= y <= 200 for y in drawn[1::2])


def test_a_quotation_adds_up() -> None:
    document = zoe_quotation()
    assert document.total_cents == 3 * 8_000 + 6_050
    assert document.tariff_cents == 3_000
    unknown = replace(document, lines=(*document.lines, QuotationLine("x", 1, 1)))
    assert unknown.tariff_cents is None


def test_a_quotation_without_sense_is_refused() -> None:
    document = zoe_quotation()
    with pytest.raises(InputError, match="at least one line"):
        replace(document, lines=())
    with pytest.raises(InputError, match="later date"):
        replace(document, valid_until=date(2026, 11, 21))
    with pytest.raises(InputError, match="correct this line"):
        QuotationLine("Séance", 0, 8_000)


def test_a_status_has_the_same_word_on_paper_and_on_screen() -> None:
    entries = [entry for catalogue in CATALOGUES for entry in polib.pofile(str(catalogue))]
    french = {entry.msgid: entry.msgstr for entry in entries if not entry.msgctxt}
    for word in STATUS.values():
        assert french[word.en] == word.fr
