"""What a person may type, and what is refused before it is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.errors import InputError
from dolenti.identity.text import LINE, NOTE, TextRules, clean_text


@pytest.mark.parametrize(
    "typed,says",
    [
        ("genou\x00droit", "n° 6 (U+0000)"),
        ("genou\x1bdroit", "U+001B"),
        ("genou\x9bdroit", "U+009B"),
        ("genou \ud800", "U+D800"),
        ("genou \u202etiord", "ordre de lecture"),
        ("genou \u2067droit\u2069", "ordre de lecture"),
        ("genou\ndroit", "une ligne"),
        ("Z" + "\u0301" * 40, "trop d’accents"),
        ("a" * 201, "201 caractères"),
        ("a" * 100_000, "100000 caractères"),
    ],
)
def test_what_could_deceive_is_refused_with_a_sentence(typed, says):
    with pytest.raises(InputError) as refused:
        clean_text(typed, LINE, "note")
    assert says in refused.value.fr
    assert refused.value.where == "note"


@pytest.mark.parametrize(
    "typed,kept",
    [
        ("  genou droit ", "genou droit"),
        ("<b>genou</b> & <script>", "<b>genou</b> & <script>"),
        ("genou\u200b droit\ufeff\u200f", "genou droit"),
        ("e\u0301paule", "épaule"),
        ("كتف أيمن", "كتف أيمن"),
        ("👩\u200d⚕️", "👩\u200d⚕️"),
        ("", ""),
    ],
)
def test_other_text_is_kept_as_typed(typed, kept):
    assert clean_text(typed) == kept


def test_a_note_keeps_its_lines_whatever_ended_them():
    assert clean_text("un\r\ndeux\rtrois\u2028\tquatre\n", NOTE) == "un\ndeux\ntrois\n\tquatre"


def test_a_required_text_made_of_invisible_signs_is_missing():
    with pytest.raises(InputError, match="write something"):
        clean_text(" \u200b\u200e ", TextRules(required=True))


@given(st.text(max_size=300))
def test_what_is_kept_is_visible_and_cleaning_it_again_changes_nothing(typed):
    try:
        kept = clean_text(typed, NOTE)
    except InputError:
        return
    assert not set(kept) & set("\x00\r\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2069")
    assert clean_text(kept, NOTE) == kept
