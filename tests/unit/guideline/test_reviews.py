"""Every rule has somebody to review it by a day, and a signature is of these very words."""

from __future__ import annotations

from datetime import date

import pytest

from dolenti.guideline.judge import walk_rules
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.loading import load_folder
from dolenti.guideline.reviews import check_reviews, governed, governed_by_id
from dolenti.guideline.signing import content_hash, standing
from tests.small_edition import NEEDLING, RED_FLAGS, TEXT, small_edition

SHIPPED = load_folder()


def reviews(*covers: str, by: str = "2027-01-01") -> str:
    return (
        f"- {{covers: [{', '.join(covers)}], reviewer: null, asked: {TEXT}, review_by: '{by}'}}\n"
    )


COVERED = reviews("red-flags", "therapies")


def signed(edition: Edition, rule: str, on: str = "2026-11-28") -> str:
    sha256 = content_hash(governed_by_id(edition)[rule].entry)
    return f"- {{rule: {rule}, by: Dr Alice, profession: Médecin, on: '{on}', sha256: {sha256}}}\n"


def problems(**texts: str) -> list[str]:
    named = {name.replace("__", "/") + ".yaml": text for name, text in texts.items()}
    return [f"{one.entry}: {one.what}" for one in check_reviews(small_edition(named))]


def test_every_rule_of_the_shipped_knowledge_is_covered_and_no_signature_is_void() -> None:
    assert check_reviews(SHIPPED) == []


def test_what_decides_is_governed() -> None:
    known = {rule.id.rpartition("/")[2] for rule in governed(SHIPPED)}
    assert {rule.id for _, rule in walk_rules(SHIPPED)} <= known
    assert {rule.id for rule in SHIPPED.mixture_rules} <= known
    assert {c.id for product in SHIPPED.products for c in product.ceilings} <= known
    for therapy in SHIPPED.therapies:
        protocol = therapy.protocol
        for entry in (*protocol.phases, *protocol.limits, *protocol.next_steps, *therapy.process):
            assert entry.id in known


def test_each_rule_has_a_name_of_its_own() -> None:
    names = [rule.id for rule in governed(SHIPPED)]
    assert len(names) == len(set(names))


def test_nobody_is_named_as_a_reviewer_who_has_signed_nothing() -> None:
    for review in SHIPPED.reviews:
        assert review.reviewer is None


def test_a_rule_that_nothing_covers_is_refused() -> None:
    found = problems(reviews=reviews("therapies"))
    assert found == [
        f"{flag}: no review covers it; add red-flags to reviews.yaml"
        for flag in ("flag-fever", "flag-nodule")
    ]
    assert problems(reviews=COVERED) == []


@pytest.mark.parametrize(
    "text,found",
    [
        (COVERED + reviews("therapies/sleeping"), "is no rule and no place of one"),
        (COVERED + reviews("needling-pain"), "is no rule and no place of one"),
        (COVERED + reviews("red-flags"), "is covered twice"),
        (reviews("red-flags", "therapies", by="soon"), "“soon” is no day"),
    ],
)  # fmt: skip
def test_a_review_of_nothing_twice_or_without_a_day_is_refused(text: str, found: str) -> None:
    assert any(found in one for one in problems(reviews=text))


def test_the_nearest_review_counts() -> None:
    text = COVERED + reviews("therapies/needling/criteria", by="2028-01-01")
    text += reviews("needling-inr", by="2029-01-01")
    found = governed_by_id(small_edition({"reviews.yaml": text}))
    by = {name: rule.review.review_by for name, rule in found.items() if rule.review}
    assert by["freezing-knee"] == "2027-01-01"
    assert by["needling-knee"] == "2028-01-01"
    assert by["needling-inr"] == "2029-01-01"


def test_a_review_is_due_from_its_day_on() -> None:
    rule = governed_by_id(small_edition({"reviews.yaml": COVERED}))["flag-fever"]
    assert not rule.due(date(2026, 12, 31))
    assert rule.due(date(2027, 1, 1))


def test_a_signature_stands_while_its_rule_says_the_same() -> None:
    plain = small_edition({"reviews.yaml": COVERED})
    signature = signed(plain, "flag-fever")
    edition = small_edition({"reviews.yaml": COVERED, "signatures.yaml": signature})
    assert [one.by for one in standing(edition, edition.red_flags[0])] == ["Dr Alice"]
    assert standing(edition, edition.red_flags[1]) == ()
    assert edition.sha256 != plain.sha256  # the edition holds who signed what
    assert check_reviews(edition) == []


@pytest.mark.parametrize(
    "old,new",
    [
        ("when: fever", "when: {all: [fever, smoker]}"),
        ("effect: stops", "effect: alerts"),
        ("urgency: same-day", "urgency: soon"),
        ("fr: Texte.", "fr: Un autre texte."),
        ("id: book}", "id: book, at: '3'}"),
        ("basis: claim", "basis: expert"),
    ],
)  # fmt: skip
def test_a_signature_is_void_once_anything_of_its_rule_changes(old: str, new: str) -> None:
    signature = signed(small_edition(), "flag-fever")
    texts = {
        "reviews.yaml": COVERED,
        "signatures.yaml": signature,
        "red-flags/all.yaml": RED_FLAGS.replace(old, new, 1),
    }
    edition = small_edition(texts)
    assert edition.red_flags[0] != small_edition().red_flags[0]
    (problem,) = check_reviews(edition)
    assert problem.entry == "flag-fever"
    assert "has changed since Dr Alice signed it on 2026-11-28" in problem.what
    assert standing(edition, edition.red_flags[0]) == ()


def test_an_or_that_becomes_an_and_is_a_change() -> None:
    either = NEEDLING.replace("when: smoker,", "when: {any: [smoker, fever]},", 1)
    both = NEEDLING.replace("when: smoker,", "when: {all: [smoker, fever]},", 1)
    hashes = {
        content_hash(
            governed_by_id(small_edition({"therapies/needling/criteria.yaml": text}))[
                "needling-smoker"
            ].entry
        )
        for text in (either, both)
    }
    assert len(hashes) == 2


def test_the_signature_of_one_rule_outlives_a_change_of_another() -> None:
    signature = signed(small_edition(), "flag-fever")
    changed = RED_FLAGS.replace("urgency: soon", "urgency: same-day")
    assert problems(reviews=COVERED, signatures=signature, **{"red-flags__all": changed}) == []


def test_a_signature_of_no_rule_or_of_no_day_is_refused() -> None:
    signature = signed(small_edition(), "flag-fever")
    strange = signature.replace("rule: flag-fever", "rule: flag-pain")
    assert "flag-pain: is signed by Dr Alice, and is no rule" in problems(
        reviews=COVERED, signatures=strange
    )
    undated = signature.replace("2026-11-28", "yesterday")
    assert any("is no day" in one for one in problems(reviews=COVERED, signatures=undated))
