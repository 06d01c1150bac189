"""A form says by which encoding its words are read: by UTF-8 alone, and whoever names another one,
or what is no encoding of a text, is refused before anything is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from tests.web.phones import Phone

FORM = "application/x-www-form-urlencoded"
PART = b'--a\r\nContent-Disposition: form-data; name="name"\r\n\r\nAnna\r\n--a--\r\n'
OTHERS = (
    "hex",
    "base64",
    "rot13",
    "zlib",
    "idna",
    "utf-7",
    "utf-16",
    "latin-1",
    "nothing",
    "x" * 300,
)


def sent(browser: Client, path: str, charset: str) -> list[int]:
    bodies = {f"{FORM}; charset={charset}": b"name=Anna",
              f"multipart/form-data; boundary=a; charset={charset}": PART}  # fmt: skip
    return [browser.generic("POST", path, body, kind).status_code for kind, body in bodies.items()]


@pytest.mark.parametrize("charset", OTHERS)
def test_another_encoding_is_refused_and_no_fault(
    charset: str, alice: User, browser_of: Callable[[User], Client]
) -> None:
    assert sent(browser_of(alice), reverse("medicine-find"), charset) == [400, 400]
    assert sent(Client(), "/login/", charset) == [400, 400]
    assert sent(Phone(), "/s/nothing-that-is-there/", charset) == [400, 400]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_our_own_is_read(charset: str, alice: User, browser_of: Callable[[User], Client]) -> None:
    assert sent(browser_of(alice), reverse("medicine-find"), charset) == [200, 200]
