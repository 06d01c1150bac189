"""No address names what is clinical beside a patient: it stays in the history of a browser and in
the log of a proxy."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from dolenti.access import covered
from dolenti.access.covered import Covered, cover, uncover
from dolenti.guideline.session import content as room_content
from dolenti.records import engine

pytestmark = pytest.mark.any_database

ROWS: Final = {"public_id", "other_id", "token", "passkey", "uidb36", "key"}
"""What stands for a row, a link to the phone, or an account: its number, which says nothing."""
OF_NOBODY: Final = ("knowledge", "emergency-card", "agenda-list", "draft-")
"""Pages of which the address has nobody beside its word."""
SECTIONS: Final = {"medicines"}
"""Parts that every record has, whatever stands in them: they are called as what they hold."""
OUTSIDE: Final = ("/knowledge/", "/emergency-cards/", "/static/", "http", "mailto:", "tel:")
"""Addresses that stand beside nobody."""
STEPS: Final = {"serum-step", "serum-tube-ask", "serum-unit-ask"}
"""Whose word is a step of the chain, the same for every tube."""
_ADDRESS: Final = re.compile(r'(?:href|action|src|formaction|hx-(?:get|post))="([^"]*)"')
_OPTION: Final = re.compile(r'<form[^>]*method="get".*?</form>', re.DOTALL)
_VALUE: Final = re.compile(r'value="([^"]*)"')


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        else:
            yield one


def clinical() -> frozenset[str]:
    """The ids of the knowledge that say something of whoever they stand beside."""
    edition = engine.edition_in_force()
    room = room_content(edition)
    of = (
        edition.facts, edition.products, edition.therapies, edition.conditions, edition.measures,
        edition.red_flags, room.nerves, room.targets, room.usual_mixtures, room.events,
    )  # fmt: skip
    return frozenset(one.id for many in of for one in many)


def test_every_word_of_an_address_with_a_row_beside_it_is_covered() -> None:
    found = 0
    for one in patterns(get_resolver()):
        name, words = one.name or "", one.pattern.converters
        plain = {n for n, kind in words.items() if n not in ROWS and not isinstance(kind, Covered)}
        found += any(isinstance(kind, Covered) for kind in words.values())
        if plain and name not in STEPS:
            assert name.startswith(OF_NOBODY), f"{name} says {plain} in its address"
            assert ROWS.isdisjoint(words), f"{name} says {plain} beside a row"
        literal = {part for part in str(one.pattern).split("/") if "<" not in part}
        if not name.startswith(OF_NOBODY):
            assert literal.isdisjoint(clinical() - SECTIONS), f"{name} is called by what it tells"
    assert found >= 8, "some are covered"


def parts(address: str) -> set[str]:
    """The words of an address: of its path, and of what it asks."""
    split = urlsplit(unescape(address))
    asked = [word for _name, value in parse_qsl(split.query) for word in value.split(",")]
    return {*split.path.split("/"), *asked}


def said(html: str) -> Iterator[str]:
    """Every address on a page, and what a form that is asked by its address may send."""
    yield from _ADDRESS.findall(html)
    for form in _OPTION.findall(html):
        yield from (f"?of={value}" for value in _VALUE.findall(form))


def test_no_page_leads_to_an_address_that_names_what_is_clinical(
    every_page: Mapping[str, str],
) -> None:
    words, looked = clinical() - SECTIONS, 0
    for name, html in every_page.items():
        for one in said(html):
            if not one.startswith(OUTSIDE):
                looked += 1
                assert words.isdisjoint(parts(one)), (name, one)
    assert looked > len(every_page)


def test_a_covered_word_opens_again_and_a_changed_one_does_not() -> None:
    for word in ("infection-local", "Pénicilline V", "koos-12"):
        assert uncover(cover(word)) == word
        assert word not in cover(word)
    code = cover("infection-local")
    letters = string.ascii_letters + string.digits + "-_"
    for place in (0, len(code) // 2, len(code) - 1):  # the last one has bits that say nothing
        others = {code[:place] + one + code[place + 1 :] for one in letters} - {code}
        assert {uncover(one) for one in others} == {None}, place
    assert uncover(("A" if code[0] != "A" else "B") + code[1:]) is None
    for odd in ("", "infection-local", "é", "=", "AAAA"):
        assert uncover(odd) is None


def test_an_address_of_before_a_change_of_key_still_opens(
    settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = cover("infection-local")
    monkeypatch.setattr(covered, "site_keys", lambda: ["another key"])
    assert uncover(code) is None
    monkeypatch.undo()
    assert uncover(code) == "infection-local"
