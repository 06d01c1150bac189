"""What an operator says in the environment is meant, or refused in a sentence of each language."""

from __future__ import annotations

import pytest

from dolenti.access.bad_setting import SettingError
from dolenti.config import environment

NAME = "DOLENTI_X"


@pytest.mark.parametrize("text, meant", [("", False), ("0", False), ("1", True), (" 1 ", True)])
def test_a_switch_is_on_or_off(text: str, meant: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, text)
    assert environment.is_on(NAME) is meant


@pytest.mark.parametrize(
    "text, meant",
    [
        ("", []),
        ("clinic.example.org", ["clinic.example.org"]),
        ("a.example.org, 10.0.0.7,[::1],", ["a.example.org", "10.0.0.7", "[::1]"]),
        (".example.org", [".example.org"]),
    ],
)
def test_names_stand_between_commas(
    text: str, meant: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, text)
    assert environment.hosts(NAME) == meant


@pytest.mark.parametrize(
    "text", ["", "https://clinic.example.org/", "http://localhost:8000", "https://[::1]:8443"]
)
def test_an_address_has_no_slash_at_its_end(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, text)
    assert environment.address(NAME) == text.rstrip("/")


WRONG = {
    environment.is_on: ["maybe", "true", "yes", "2", "-1"],
    environment.hosts: ["a b", "*", "https://clinic.example.org", "clinic:8000", "a;b", "é", "a/"],
    environment.address: ["foo", "clinic.example.org", "ftp://a", "https://", "https://a b", "//a",
                   "https://a/clinic", "https://a?b", "https://a:x", "https://a:99999",
                   "https://me@a", "javascript:alert(1)"],
}  # fmt: skip


@pytest.mark.parametrize(
    "read, text", [(read, text) for read, texts in WRONG.items() for text in texts]
)
def test_what_means_nothing_is_not_taken_without_a_word(
    read: object, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(read)
    monkeypatch.setenv(NAME, text)
    with pytest.raises(SettingError, match=NAME) as refused:
        read(NAME)
    assert NAME in refused.value.fr
    assert refused.value.fr != str(refused.value)
