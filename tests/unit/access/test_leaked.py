"""A password is held against a list of leaked ones without asking anybody."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from dolenti.access import leaked

LEAKED = [f"mot de passe numéro {n}" for n in range(200)]


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def listed(folder: Path, *, count: bool = True, end: str = "\r\n", last: str = "\r\n") -> Path:
    lines = [f"{digest(one)}{f':{n}' if count else ''}" for n, one in enumerate(LEAKED)]
    file = folder / "leaked.txt"
    file.write_bytes((end.join(sorted(lines)) + last).encode())
    return file


@pytest.mark.parametrize(
    "form", [{}, {"count": False, "end": "\n", "last": "\n"}, {"last": ""}], ids=str
)
def test_each_of_the_list_is_found_and_no_other(tmp_path: Path, form: dict[str, Any]) -> None:
    file = listed(tmp_path, **form)
    assert leaked.is_list(file)
    assert all(leaked.holds(file, one) for one in LEAKED)
    assert not any(leaked.holds(file, one.upper()) for one in LEAKED)


def test_small_letters_are_as_good(tmp_path: Path) -> None:
    file = listed(tmp_path)
    file.write_text(file.read_text().lower())
    assert leaked.is_list(file)
    assert leaked.holds(file, LEAKED[7])


@pytest.mark.parametrize("text", ["", "motdepasse\n", "B" * 40 + "\n" + "A" * 40 + "\n", "A" * 39])
def test_what_is_no_list_is_told_from_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_text(text)
    assert not leaked.is_list(tmp_path / "x")
    assert not leaked.holds(tmp_path / "x", LEAKED[0])


def test_a_leaked_password_is_refused_and_an_unread_list_lets_none_pass(
    tmp_path: Path, settings: Any
) -> None:
    settings.LEAKED_PASSWORDS = None
    leaked.NotLeaked().validate(LEAKED[0])
    settings.LEAKED_PASSWORDS = listed(tmp_path)
    leaked.NotLeaked().validate("sept grues sur le toit")
    with pytest.raises(ValidationError) as refusal:
        leaked.NotLeaked().validate(LEAKED[0])
    assert refusal.value.code == "password_leaked"
    settings.LEAKED_PASSWORDS = tmp_path / "gone"
    with pytest.raises(ValidationError) as refusal:
        leaked.NotLeaked().validate("sept grues sur le toit")
    assert refusal.value.code == "leaked_passwords_unread"


def test_a_list_that_is_none_stops_the_site_at_its_start(tmp_path: Path, settings: Any) -> None:
    from dolenti.config import checks

    for settings.LEAKED_PASSWORDS, found in (
        (None, []), (listed(tmp_path), []), (tmp_path, ["dolenti.E003"]),
        (tmp_path / "gone", ["dolenti.E003"]),
    ):  # fmt: skip
        assert [one.id for one in checks.the_list_of_leaked_passwords_is_one()] == found
