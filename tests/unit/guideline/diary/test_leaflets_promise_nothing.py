"""A leaflet promises nothing: what others promise stands under what is claimed, and there alone."""

from __future__ import annotations

import msgspec
import pytest

from dolenti.guideline import diary
from dolenti.guideline.diary.checking import leaflets
from dolenti.guideline.diary.content import Content
from dolenti.guideline.knowledge import Text
from dolenti.guideline.loading import load_folder

CONTENT = diary.content(load_folder())


def with_line(fr: str = "", en: str = "") -> Content:
    """The content with a line more in its first leaflet."""
    first, *others = CONTENT.leaflets
    body = Text(fr=f"{first.body.fr}\n{fr}", en=f"{first.body.en}\n{en}")
    return msgspec.structs.replace(
        CONTENT, leaflets=(msgspec.structs.replace(first, body=body), *others)
    )


def test_the_leaflets_that_are_printed_promise_nothing() -> None:
    assert not list(leaflets.problems(CONTENT))


@pytest.mark.parametrize("fr", [
    "Le soulagement est garanti.", "Vous serez soulagé dès la première séance.",
    "Le geste est sans risque.", "Le genou est guéri. La suite n’est pas connue.",
    "Le traitement est efficace.",
])  # fmt: skip
def test_a_promise_in_french_is_refused(fr: str) -> None:
    (found,) = leaflets.problems(with_line(fr=fr))
    assert "promises" in found[1]


@pytest.mark.parametrize("en", [
    "Relief is guaranteed.", "You will be free of pain.", "A painless act.", "It is safe.",
    "It always works. It is not yet known how.",
])  # fmt: skip
def test_a_promise_in_english_is_refused(en: str) -> None:
    (found,) = leaflets.problems(with_line(en=en))
    assert "promises" in found[1]


@pytest.mark.parametrize("fr, en", [
    ("La guérison n’est pas démontrée.", "“No risk” is false."),
    ("**Ce que l’on dit.** Une guérison.", "**What is said.** A cure, without risk."),
])  # fmt: skip
def test_what_is_denied_or_only_claimed_is_no_promise(fr: str, en: str) -> None:
    assert not list(leaflets.problems(with_line(fr, en)))


def test_a_leaflet_without_what_is_shown_is_refused() -> None:
    first, *others = CONTENT.leaflets
    body = Text(fr=first.body.fr.replace(leaflets.SHOWN["fr"], "**Bien.**"), en=first.body.en)
    made = msgspec.structs.replace(
        CONTENT, leaflets=(msgspec.structs.replace(first, body=body), *others)
    )
    assert any("Ce que l’on sait" in why for _, why in leaflets.problems(made))
