"""Strict reading of YAML and JSON: the line of every mistake, and nothing that explodes."""

from __future__ import annotations

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.reading import read_json, read_text, read_yaml


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        read_text(text, "file")
    return str(caught.value)


def test_yaml_and_json_give_the_same() -> None:
    yaml_text = "facts: {weight: 62.5, allergy: [], fever: false, note: null, when: 2026-05-01}"
    json_text = (
        '{"facts": {"weight": 62.5, "allergy": [], "fever": false, "note": null,'
        ' "when": "2026-05-01"}}'
    )
    assert read_yaml(yaml_text, "f").content == read_json(json_text, "f").content


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "1:30", "1_000", "0o17", "0x1F"])
def test_words_that_yaml_1_1_would_turn_into_something_else_stay_words(word: str) -> None:
    assert read_yaml(f"a: {word}", "f").content == {"a": word}


def test_numbers() -> None:
    assert read_yaml("[1, -2, 1.5, .5, 1e3, '7']", "f").content == [1, -2, 1.5, 0.5, 1000.0, "7"]


def test_the_line_of_every_part_is_known() -> None:
    document = read_yaml("patient:\n  sex: male\nfacts:\n  - a\n  - b\n", "f.yaml")
    assert document.place(("patient", "sex")) == "f.yaml:2"
    assert document.place(("facts", 1)) == "f.yaml:5"
    assert document.place(("facts", 1, "deeper", "still")) == "f.yaml:5"


@pytest.mark.parametrize(
    "text,message",
    [
        ("a: [1, 2\n", "file:2: this is not YAML"),
        ("a: 1\nb: 'x\n", "this is not YAML"),
        ('{"a": 1,}', "file:1: this is not JSON"),
        ('{"a": NaN}', "NaN is not a number"),
        ('{"a": -Infinity}', "-Infinity is not a number"),
        ("a: .nan", "file:1: .nan is not a usable number"),
        ("a: 1\nb: -.inf", "file:2: -.inf is not a usable number"),
        ("a: 1e999", "is not a usable number"),
        ("a: 1\na: 2", "file:2: “a” is written twice"),
        ('{"a": 1, "a": 2}', "“a” is written twice"),
        ("a: b\x00c", "file:1: a control character (U+0000)"),
        ("a: b\nc: \x1b[31m", "file:2: a control character (U+001B)"),
        ("? [a]\n: b", "a key must be a word"),
        ("[" * 100 + "]" * 100, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_what_is_refused_says_where(text: str, message: str) -> None:
    assert message in refusal(text)


def test_a_yaml_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "file:1: anchors (&) and aliases (*) are not accepted" in refusal(bomb)


def test_a_text_beyond_the_limit_is_refused_before_it_is_read() -> None:
    assert "at most 5,000,000 are read" in refusal("a: " + "x" * 5_000_001)


def test_too_many_parts_are_refused() -> None:
    assert "too many parts" in refusal("[" + "1, " * 250_000 + "1]")
