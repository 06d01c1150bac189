"""What a person reads on the pages: no code of a unit, no id of the knowledge, every control under
a name that has its visible words, and in which part of the site a page of a patient stands.

Every page that is shown is read as somebody who may see it. What stands in a fold of
technical details, or is set as code, is for whoever looks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.language import alphabetical
from dolenti.access.models import User
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.numbers import unit_in_words
from dolenti.guideline.reviews import governed
from dolenti.records import engine
from dolenti.records.models import Complaint
from dolenti.stock import items
from tests.web.addresses import address
from tests.web.asked_page import Node, parsed
from tests.web.matrix import PAGES

UCUM: Final = re.compile(r"\{[\w.]+\}|\b10\*\d|\[\w+_\w+\]|\b(?:kg|L)/m2|_m2|\bCel\b|\bIU\b|/uL\b")
"""A code that is no French: ``IU`` is UI, ``10*9/L`` is × 10⁹/L."""
UNSEEN: Final = {"script", "style", "template", "code", "pre", "head", "option"}
CONTROLS: Final = ("button", "summary", "a")


def seen(node: Node, *, folded: bool = True) -> str:
    """What a page shows of itself, but for the titles of sources, which stand as they were
    published; with ``folded``, what a fold opens on too."""
    parts = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(child)
        elif "source-list" in child.attributes.get("class", ""):
            continue
        elif child.tag not in UNSEEN and (folded or child.tag != "details"):
            parts.append(seen(child, folded=folded))
        elif child.tag == "details":
            parts.append(" ".join(one.text for one in child.all("summary")[:1]))
    return " ".join(" ".join(parts).replace("\u00a0", " ").split())


def ids(edition: Edition) -> set[str]:
    """What the knowledge calls its entries: English words joined by hyphens."""
    named = {one.id for one in governed(edition)} | {one.id for one in edition.products}
    named |= {one.id for one in edition.facts}
    return {one for one in named if "-" in one}


def unlike_their_names(node: Node) -> Iterator[str]:
    """Controls whose name leaves out what is shown on them (WCAG 2.5.3)."""
    for tag in CONTROLS:
        for one in node.all(tag):
            name, shown = one.attributes.get("aria-label", ""), _shown(one)
            if name and _letters(shown) and f" {_letters(shown)} " not in f" {_letters(name)} ":
                yield f"« {shown} » is called « {name} »"


def _shown(node: Node) -> str:
    return " ".join(
        child if isinstance(child, str) else _shown(child)
        for child in node.children
        if isinstance(child, str)
        or (
            child.attributes.get("aria-hidden") != "true"
            and "hidden-text" not in child.attributes.get("class", "")
        )
    )


def _lit(page: Node) -> int:
    """How many entries of the main navigation say that this page is theirs."""
    return len(page.all("nav", class_="nav")[0].all("a", aria_current="page"))


def _letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", text)).casefold()


def test_a_reader_meets_no_code_and_speaks_what_is_shown(every_page: Mapping[str, str]) -> None:
    named = re.compile(
        rf"(?<![\w-])(?:{'|'.join(sorted(ids(engine.edition_in_force())))})(?![\w-])"
    )
    faults = []
    for name, text in every_page.items():
        page = parsed(text)
        faults += [f"{name}: {one}" for one in unlike_their_names(page)]
        if page.all("section", class_="strip-section") and _lit(page) != 1:
            faults.append(f"{name}: {_lit(page)} parts of the site say that it is theirs")
        if name == "knowledge-sources":  # titles
            continue
        faults += [f"{name}: unit {one}" for one in sorted(set(UCUM.findall(seen(page))))]
        said = seen(page, folded=False)
        faults += [f"{name}: id {one}" for one in sorted(set(named.findall(said)))]
    assert not faults, "\n".join(faults)


def test_a_name_that_leaves_out_what_is_shown_is_found() -> None:
    """What axe-core 4.14 found on every page: « FR », called « Français »."""
    page = parsed('<button aria-label="Français">FR</button><a aria-label="Lire : un">Lire</a>')
    assert list(unlike_their_names(page)) == ["« FR » is called « Français »"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_unit_of_the_knowledge_is_said_in_words(language: str) -> None:
    edition = engine.edition_in_force()
    units = {one.unit for one in edition.facts} | {one.unit for one in edition.products}
    units |= {other.unit for one in edition.facts for other in one.also_in}
    for unit in units:
        shown = unit_in_words(unit, language)
        assert not re.search(r"[{}\[\]*]|m2|^1$", shown), (unit, shown)
    assert unit_in_words("IU/mL", language) == ("UI/mL" if language == "fr" else "IU/mL")
    assert unit_in_words("10*9/L", language) == "×\u00a010⁹/L"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ["knowledge-products", "course-new", "item-new"])
def test_products_stand_in_the_order_of_their_names(
    name: str,
    language: str,
    alice: User,
    knee: Complaint,
    stored: Any,
    browser_of: Callable[[User], Client],
) -> None:
    """Of the names that are read; « Étamsylate » stands among the E, whatever its id. A plan offers
    last what is not sold in France, in the same order."""
    path = address(name, knee, stored)
    User.objects.filter(pk=alice.pk).update(role=PAGES[name].reader)
    alice.refresh_from_db()
    browser = browser_of(alice)
    browser.post(reverse("language"), {"language": language, "next": "/"})
    page = parsed(browser.get(path).content.decode())
    products = engine.edition_in_force().products
    every = {one.label.in_language(language): one.id for one in products}
    last = items.not_used(*every.values()) if name == "course-new" else ()
    not_sold = {one.product.id for one in last}
    said = [one.text for tag in ("a", "label", "option", "span") for one in page.all(tag)]
    listed = list(dict.fromkeys(one for one in said if one in every))
    assert len(listed) > 8
    assert listed == sorted(listed, key=lambda one: (every[one] in not_sold, alphabetical(one)))
