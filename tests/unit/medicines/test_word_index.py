"""The index of words finds what a search through every line would find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.medicines.store import delivered
from dolenti.medicines.word_index import WordIndex, folded_name, written_of
from dolenti.medicines.words import alike, folded, is_number

WORDS = st.sampled_from(["A", "AB", "ABC", "BA", "B", "CAB", "20", "MG", "É-a", "Solu-Medrol", ""])
LINES = st.lists(WORDS, max_size=5).map(" ".join)


@given(st.lists(st.tuples(LINES, LINES, LINES), max_size=12))
def test_every_word_is_found_where_it_stands(rows: list[tuple[str, str, str]]) -> None:
    names, substances, forms = map(list, zip(*rows, strict=True)) if rows else ([], [], [])
    index = WordIndex(written_of(names, substances, forms))
    lines = [folded_name(name).split() for name in names]
    held = [folded(text).split() for text in substances]
    for word in {word for line in (*lines, *held) for word in line} | {"ABSENT"}:
        here = {row for row, line in enumerate(lines) if word in line}
        assert {place.row for place in index.in_names(word)} == here
        first = {place.row for place in index.in_names(word) if place.first}
        assert first == {row for row in here if lines[row][0] == word}
        there = {row for row, line in enumerate(held) if word in line}
        assert {place.row for place in index.in_substances(word)} == there
        assert index.whole(word) == here | there
        assert (word in index.substance_words) == (bool(there) and not is_number(word))
    assert index.form_words == {word for form in forms for word in folded(form).split()}


@pytest.mark.parametrize("start", ["PREV", "PREVISCAN", "A", "ZZZ"])
def test_the_words_that_begin_so(start: str) -> None:
    index = delivered().words
    every = {word for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for word in index.near(letter)}
    begun = {word for word in index.beginning(start) if not is_number(word)}
    assert begun == {word for word in every if word.startswith(start)}


@pytest.mark.parametrize("typed", ["PREVICAN", "EPREVISCAN", "RPEVISCAN", "LIDOCAÏNE"])
def test_a_word_one_slip_away_is_among_those_near(typed: str) -> None:
    index, word = delivered().words, folded(typed)
    every = {known for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for known in index.near(letter)}
    near = set(index.near(word[:2], range(len(word) - 1, len(word) + 2)))
    assert {known for known in every if alike(word, known)} <= near


def test_the_index_that_is_delivered_is_that_of_the_base() -> None:
    base = delivered()
    assert list(base.written_words()) == list(base._written_words or ())
