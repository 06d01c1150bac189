"""A risk has one word of frequency: the leaflet of an infiltration says that of its consent."""

from __future__ import annotations

import re

import pytest

from dolenti.guideline import load_folder
from dolenti.guideline.diary.content import content

HEADS = {
    "Fréquents": "common", "Peu fréquents": "uncommon", "Rares": "rare",
    "Common": "common", "Uncommon": "uncommon", "Rare": "rare",
}  # fmt: skip
TOLD = {
    "fr": {
        "infiltration-flare": "douleur plus forte",
        "infiltration-flush": "visage rouge",
        "infiltration-glycaemia": "sucre qui monte",
        "infiltration-skin": "peau plus claire",
        "infiltration-bleeding-on-anticoagulant": "saignement sous anticoagulant",
        "infiltration-septic-arthritis": "infection de l’articulation",
        "infiltration-tendon-rupture": "rupture d’un tendon",
        "infiltration-allergic-reaction": "allergie grave",
    },
    "en": {
        "infiltration-flare": "more pain (1 in 10)",
        "infiltration-flush": "red face",
        "infiltration-skin": "paler or dented skin",
        "infiltration-bleeding-on-anticoagulant": "bleeding on a blood thinner",
    },
}
CASES = [(language, *one) for language, told in TOLD.items() for one in told.items()]


@pytest.mark.parametrize("language, effect, words", CASES)
def test_the_leaflet_says_how_often_as_the_consent(language: str, effect: str, words: str) -> None:
    edition = load_folder()
    therapy = next(one for one in edition.therapies if one.id == "infiltration")
    frequency = next(one.frequency for one in therapy.adverse_effects if one.id == effect)
    leaflet = next(one for one in content(edition).leaflets if one.therapy == "infiltration")
    text = leaflet.body.fr if language == "fr" else leaflet.body.en
    (line,) = [one for one in text.splitlines() if words in one]
    head = re.match(r"\s*- (Peu fréquents|\w+)", line)
    assert head is not None
    assert HEADS[head.group(1)] == frequency
