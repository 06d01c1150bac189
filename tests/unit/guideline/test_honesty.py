# ruff: noqa: E501 - one mistake per line reads as a table
"""An edition that says more of what it rests on than its sources do is refused."""

from __future__ import annotations

import pytest

from dolenti.guideline.honesty import BACKED_BY, check_honesty
from dolenti.guideline.knowledge import Citation
from dolenti.guideline.loading import load_folder
from tests.small_edition import NEEDLING, small_edition

SOURCE = "- {{id: {id}, mark: {mark}, kind: {kind}, title: Titre, read: {read}{more}}}\n"


def source(name: str, kind: str, read: str = "full", more: str = "") -> str:
    mark = "K" if read == "none" else "L"
    return SOURCE.format(id=name, kind=kind, read=read, mark=mark, more=more)


BOOK = source("book", "other")


def problems(sources: str, rule: str) -> list[str]:
    """What is said of the small edition with more sources and its first rule changed."""
    texts = {
        "sources/all.yaml": BOOK + sources,
        "therapies/needling/criteria.yaml": NEEDLING.replace(
            "sources: [{id: book}], basis: claim", rule, 1
        ),
    }
    return [f"{one.entry}: {one.what}" for one in check_honesty(small_edition(texts))]


def test_the_shipped_knowledge_is_honest() -> None:
    assert check_honesty(load_folder()) == []


@pytest.mark.parametrize(
    "basis,kind,sound",
    [
        ("label", "label", True), ("label", "regulation", False), ("label", "other", False),
        ("guideline", "guideline", True), ("guideline", "regulation", False),
        ("trial", "trial", True), ("trial", "observational", False),
        ("observational", "observational", True), ("observational", "case-report", False),
        ("case-report", "case-report", True), ("case-report", "trial", False),
        ("bench", "bench", True), ("bench", "trial", False),
        ("leaflet", "patient-information", True), ("leaflet", "leaflet", True), ("leaflet", "label", False),
        ("regulation", "regulation", True), ("regulation", "guideline", False),
        ("expert", "guideline", True), ("expert", "bench", False), ("expert", "case-report", False),
        ("claim", "patient-information", True), ("claim", "other", True),
    ],
)  # fmt: skip
def test_a_basis_is_borne_out_by_a_source_of_its_kind(basis: str, kind: str, sound: bool) -> None:
    found = problems(source("paper", kind), f"sources: [{{id: paper}}], basis: {basis}")
    assert (found == []) == sound, found


@pytest.mark.parametrize(
    "basis,of,sound",
    [
        ("trial", "trials", True), ("trial", "studies", False), ("trial", "cases", False),
        ("trial", "opinions", False), ("observational", "studies", True),
        ("observational", "trials", True), ("observational", "opinions", False),
        ("case-report", "cases", True), ("case-report", "studies", False),
        ("expert", "opinions", True),
    ],
)  # fmt: skip
def test_a_review_bears_out_no_more_than_what_it_goes_through(
    basis: str, of: str, sound: bool
) -> None:
    paper = source("paper", "review", more=f", reviews: {of}")
    found = problems(paper, f"sources: [{{id: paper}}], basis: {basis}")
    assert (found == []) == sound, found


def test_a_review_and_nothing_else_says_what_it_goes_through() -> None:
    cited = "sources: [{id: paper}], basis: expert"
    wrong = ["paper: a review, and nothing else, says what it reviews (reviews)"]
    assert problems(source("paper", "review"), cited) == wrong
    assert problems(source("paper", "label", more=", reviews: trials"), cited) == wrong


def test_every_basis_has_its_rule() -> None:
    assert set(BACKED_BY) >= {
        "claim", "leaflet", "label", "guideline", "trial", "case-report", "bench", "expert"
    }  # fmt: skip


def test_a_source_that_nothing_cites_says_why_it_is_kept() -> None:
    kept = "sources: [{id: book}], basis: claim"
    assert "is cited by nothing" in problems(source("paper", "trial"), kept)[0]
    why = ", unused: {fr: Attend., en: Waits.}"
    assert problems(source("paper", "trial", more=why), kept) == []
    cited = "sources: [{id: paper}], basis: trial"
    assert (
        "is cited, and says why it is not" in problems(source("paper", "trial", more=why), cited)[0]
    )


def test_verified_means_that_every_source_was_read() -> None:
    texts = {"sources/all.yaml": BOOK + source("read", "trial") + source("unread", "trial", "none")}
    edition = small_edition(texts)
    read, unread = Citation(id="read"), Citation(id="unread")
    assert edition.verified((read,))
    assert not edition.verified((read, unread))
    assert not edition.verified((unread,))
    assert not edition.verified(())


PRODUCT = """
{{id: gel, label: {{fr: Gel, en: Gel}}, classes: [], kind: {kind}, strength_range: [1, 2],
 excipients: [], sources: [{{id: book}}], status: [{{jurisdiction: FR, since: 2020-01-01,
 state: {state}, because: {{fr: Oui., en: Yes.}}, sources: [{{id: paper}}]}}]}}
"""


@pytest.mark.parametrize(
    "kind,state,read,found",
    [
        ("medicine", "authorised", "full", ""),
        ("medicine", "verify", "none", ""),
        ("medicine", "suspended", "none", ""),
        ("medicine", "authorised", "none", "by a source that nobody read"),
        ("medicine", "not-marketed", "none", "by a source that nobody read"),
        ("device", "authorised", "full", "is a device"),
        ("device", "not-marketed", "full", "is a device"),
    ],
)  # fmt: skip
def test_nothing_is_called_authorised_that_is_a_device_or_was_not_looked_up(
    kind: str, state: str, read: str, found: str
) -> None:
    edition = small_edition({
        "sources/all.yaml": BOOK + source("paper", "regulation", read),
        "products/gel.yaml": PRODUCT.format(kind=kind, state=state),
    })  # fmt: skip
    said = [one.what for one in check_honesty(edition)]
    assert (said == []) if not found else (len(said) == 1 and found in said[0]), said
