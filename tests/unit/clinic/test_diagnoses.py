"""A diagnosis is found by a word, by what clinicians call it, or by a code."""

from __future__ import annotations

import pytest

from dolenti.clinic.complaints.diagnoses import meant_by, proposals
from dolenti.guideline.loading import load_folder
from dolenti.medicines.words import words

EDITION = load_folder()


@pytest.mark.parametrize(
    "typed,first",
    [
        ("gonarthrose", "knee-osteoarthritis"), ("gonar", "knee-osteoarthritis"),
        ("GONARTHROSE", "knee-osteoarthritis"), ("arthrose du genou", "knee-osteoarthritis"),
        ("knee osteoarthritis", "knee-osteoarthritis"), ("M17", "knee-osteoarthritis"),
        ("m17.1", "knee-osteoarthritis"), ("239873007", "knee-osteoarthritis"),
        ("tennis elbow", "lateral-epicondylitis"), ("epicondylite", "lateral-epicondylitis"),
        ("épicondilite latérale", "lateral-epicondylitis"),
        ("trochanterite", "gluteal-tendinopathy"),
        ("frozen shoulder", "adhesive-capsulitis"), ("épaule gelée", "adhesive-capsulitis"),
        ("canal carpien", "carpal-tunnel"), ("mal de dos", "low-back-pain"),
        ("lumbago", "low-back-pain"), ("ncb", "cervicobrachial-neuralgia"),
        ("algodystrophie", "crps"), ("PR", "inflammatory-arthritis"),
        ("doigt à ressaut", "tenosynovitis"), ("rhizartrose", "thumb-base-osteoarthritis"),
        ("facsiite plantaire", "plantar-fasciitis"), ("achile", "achilles-tendinopathy"),
        ("sciatiqe", "sciatica"), ("de Quervain", "de-quervain"), ("cox", "hip-osteoarthritis"),
    ],
)  # fmt: skip
def test_it_is_found_as_it_is_called(typed: str, first: str) -> None:
    assert meant_by(EDITION, typed)[0] == first


@pytest.mark.parametrize("condition", EDITION.conditions, ids=lambda one: one.id)
def test_every_name_and_code_finds_its_diagnosis(condition: object) -> None:
    for name in (condition.label.fr, condition.label.en, *condition.synonyms):  # type: ignore[attr-defined]
        assert condition.id in meant_by(EDITION, name), name  # type: ignore[attr-defined]
        plain = name.upper().replace("É", "E").replace("È", "E").replace("Ê", "E")
        assert condition.id in meant_by(EDITION, plain)  # type: ignore[attr-defined]
    for code in condition.codes:  # type: ignore[attr-defined]
        assert condition.id in meant_by(EDITION, code.code), code  # type: ignore[attr-defined]


@pytest.mark.parametrize("condition", EDITION.conditions, ids=lambda one: one.id)
def test_one_slip_in_a_longer_word_is_forgiven(condition: object) -> None:
    label = condition.label.fr  # type: ignore[attr-defined]
    longest = max(words(label), key=len)
    for at in range(1, len(longest)):
        typed = longest[:at] + longest[at + 1 :]
        assert condition.id in meant_by(EDITION, typed), typed  # type: ignore[attr-defined]


@pytest.mark.parametrize("typed", ["", "   ", "xyz", "zona", "q9", "de la", "12"])
def test_what_names_none_finds_none(typed: str) -> None:
    found = meant_by(EDITION, typed)
    assert found == [] or typed == "de la"


def test_the_zone_that_is_marked_comes_first_and_hides_nothing() -> None:
    assert meant_by(EDITION, "arthrose", "hip")[0] == "hip-osteoarthritis"
    assert meant_by(EDITION, "arthrose", "knee")[0] == "knee-osteoarthritis"
    assert "knee-osteoarthritis" in meant_by(EDITION, "arthrose", "hip")


def test_with_nothing_typed_the_zone_narrows_the_list() -> None:
    everything = proposals(EDITION, "", None, "fr")
    assert len(everything.found) == len(EDITION.conditions)
    knee = proposals(EDITION, "", "knee", "fr", chosen="low-back-pain")
    assert all(one.here for one in knee.found if not one.chosen)
    assert knee.found[0].id == "low-back-pain"  # what is chosen is never out of sight


def test_a_near_spelling_says_so_and_nothing_found_says_so() -> None:
    assert proposals(EDITION, "gonarthrsoe", None, "fr").slips
    assert not proposals(EDITION, "gonarthrose", None, "fr").slips
    assert proposals(EDITION, "mycose", None, "fr").nothing
