"""Strict reading of YAML and JSON: the line of every mistake, and nothing that explodes."""

from __future__ import annotations

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.reading import MAX_DEPTH, read_json, read_text, read_yaml


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
        ("a: b\x00c", "file:1: a hidden or broken character (U+0000)"),
        ("a: b\nc: \x1b[31m", "file:2: a hidden or broken character (U+001B)"),
        (r'{"a": "b\u0000c"}', "a hidden or broken character (U+0000)"),
        (r'{"a": ["\u202eb"]}', "a hidden or broken character (U+202E)"),
        (r'{"a": {"\ud800": 1}}', "a hidden or broken character (U+D800)"),
        ('a: 1\nb: "c\\0"', "file:2: a hidden or broken character (U+0000)"),
        ('a: 1\n"b\\u2067": 2', "file:2: a hidden or broken character (U+2067)"),
        ("a: b\u202ec", "file:1: a hidden or broken character (U+202E)"),
        ('{"a": %s}' % ("1" * 5_000), "11111111111111111111 is not a usable number"),
        ('{"a": 1e999}', "file: 1e999 is not a usable number"),
        ("a: %s" % ("1" * 5_000), "file:1: 11111111111111111111 is not a usable number"),
        ("? [a]\n: b", "a key must be a word"),
        ("[" * 100 + "]" * 100, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"a":' * 100 + "1" + "}" * 100, "nested too deeply"),
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
    many = "1, " * 250_000 + "1]"
    assert "too many parts" in refusal("[" + many)
    assert "too many parts" in refusal('{"a": [' + many + "}")


@pytest.mark.parametrize("depth", [59, 60, 61, 62])
def test_yaml_and_json_have_the_same_depth(depth: int) -> None:
    nested = "{a: " * depth + "1" + "}" * depth
    if depth > MAX_DEPTH:
        assert "nested too deeply" in refusal(nested.replace("a", '"a"'))
        assert "nested too deeply" in refusal("- " + nested)
    else:
        assert (
            read_json(nested.replace("a", '"a"'), "file").content == read_yaml(nested, "f").content
        )


@pytest.mark.parametrize(
    "text,french,english",
    [
        ("{strength: 2,5}", "écrivez 2.5, avec un point", "write 2.5, with a point"),
        ("a:\n  - {product: lidocaine, strength: 2,5, volume: 2}", "écrivez 2.5", "write 2.5"),
        ("a: {weight: 62, 5}", "écrivez 62.5", "write 62.5"),
        ("a: {dose: 0,25 mg}", "écrivez 0.25", "write 0.25"),
        ("a: {dose: 2,5, again: 3,5}", "écrivez 2.5", "write 2.5"),
        ("a: {dose: 1,000}", "1000 s’il s’agit de milliers", "1000 if thousands are meant"),
        ('{"a": {"strength": 2,5}}', "écrivez 2.5", "write 2.5"),
        ('{"a": {"strength": 2,5, "volume": 1}}', "écrivez 2.5", "write 2.5"),
    ],
)
def test_a_decimal_comma_between_braces_says_what_to_write(
    text: str, french: str, english: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_yaml(text, "f") if text.startswith("{s") else read_text(text, "f")
    assert french in caught.value.in_language("fr")
    assert english in caught.value.in_language("en")


@pytest.mark.parametrize(
    "text", ["a: {b: 2, c: 5}", "a: [2,5]", "a: {b: 2, '5': x}", "a: {b: 2, 5: x}", "a: 2,5"]
)
def test_other_commas_are_none_of_a_number(text: str) -> None:
    assert read_text(text, "f").content["a"]
