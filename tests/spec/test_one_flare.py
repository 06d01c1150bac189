"""A painful flare after an injection into a joint has one length, wherever a patient reads it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dolenti.guideline import diary
from dolenti.guideline.loading import load_folder
from dolenti.guideline.session import content as of_sessions

EDITION = load_folder()
PHONE, ROOM = diary.content(EDITION), of_sessions(EDITION)
OF_A_JOINT = ("infiltration", "autologous-conditioned-serum")
SAYS = {
    "fr": ("poussée douloureuse", "plus mal,", "plus mal après", "douleur plus forte",
           "douleur, chaleur", "douleur, gonflement"),
    "en": ("painful flare", "more pain", "pain, slight warmth", "pain, swelling"),
}  # fmt: skip
"""How a text names the flare."""
BEGINS = {"fr": "dans les 24\u00a0heures", "en": "within 24 hours"}
LASTS = {"fr": "deux jours, trois au plus", "en": "two days, three at most"}


def of_the_consent(language: str) -> Iterator[tuple[str, str]]:
    for therapy in (one for one in EDITION.therapies if one.id in OF_A_JOINT):
        for effect in (one for one in therapy.adverse_effects if one.id == "infiltration-flare"):
            told = (effect.told, effect.onset, effect.lasts)
            yield f"effect/{effect.id}", " ".join(one.in_language(language) for one in told if one)
        for line in therapy.aftercare:
            yield f"aftercare/{line.id}", line.says.in_language(language)
        for rule in (one for one in therapy.criteria if one.told is not None):
            yield rule.id, rule.told.in_language(language)


def of_the_phone_and_the_sheets(language: str) -> Iterator[tuple[str, str]]:
    for sheet in (one for one in ROOM.leaflets if one.therapy in OF_A_JOINT):
        for one in (line for part in sheet.parts for line in part.lines):
            yield f"{sheet.id}/{one.says.en[:20]}", one.says.in_language(language)
    for usual in (one for one in PHONE.expected if set(one.therapies) & set(OF_A_JOINT)):
        yield usual.id, usual.tell.in_language(language)
    for leaflet in (one for one in PHONE.leaflets if one.therapy in OF_A_JOINT):
        for number, line in enumerate(leaflet.body.in_language(language).splitlines()):
            yield f"{leaflet.id}/{number}", line


def texts(language: str) -> Iterator[tuple[str, str]]:
    """Where a patient of whom a joint was injected reads of what is usual, and what."""
    yield from of_the_consent(language)
    yield from of_the_phone_and_the_sheets(language)


def of_a_flare(language: str) -> dict[str, str]:
    return {
        where: said
        for where, said in texts(language)
        if any(one in said.lower() for one in SAYS[language])
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_text_of_a_flare_says_when_it_begins_and_how_long_it_lasts(language: str) -> None:
    found = of_a_flare(language)
    wrong = {
        where: said
        for where, said in found.items()
        if BEGINS[language] not in said.lower() or LASTS[language] not in said.lower()
    }
    assert not wrong
    assert len(found) >= 9, "as many as there are today: none is passed over"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_pain_that_begins_later_is_never_told_to_be_usual(language: str) -> None:
    for where, said in texts(language):
        for wrong in ("24 à 48 heures", "24 to 48 hours", "72 au plus", "one to three days"):
            is_of_a_joint = any(one in said.lower() for one in SAYS[language])
            assert not (is_of_a_joint and wrong in said), where
