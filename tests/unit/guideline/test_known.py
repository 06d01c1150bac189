"""Beside what may be done stands what is known of it: claim against evidence, and no more."""

from __future__ import annotations

import msgspec
import pytest

from dolenti.guideline.knowledge import Therapy
from dolenti.guideline.known import claim_about, what_is_known
from dolenti.guideline.loading import load_folder

EDITION = load_folder()
THERAPIES = {therapy.id: therapy for therapy in EDITION.therapies}
CONDITIONS = {condition.id: condition for condition in EDITION.conditions}


@pytest.mark.parametrize(
    "therapy,condition,zone,claim",
    [
        ("mesotherapy", "knee-osteoarthritis", "knee", "mesotherapy-claim-cartilage"),
        ("mesotherapy", "fibromyalgia", None, "mesotherapy-claim-fibromyalgia"),
        ("mesotherapy", None, "lumbar-spine", "mesotherapy-claim-spine-pain"),
        ("mesotherapy", None, None, "mesotherapy-claim-evidence-overall"),
        (
            "autologous-conditioned-serum",
            "knee-osteoarthritis",
            "knee",
            "acs-claim-seventy-five-percent",
        ),
        (
            "cryoneurolysis",
            "knee-osteoarthritis",
            "knee",
            "cryoneurolysis-claim-notable-improvement",
        ),
        ("infiltration", "knee-osteoarthritis", "knee", "infiltration-claim-osteoarthritis-weeks"),
    ],
)
def test_the_narrowest_claim_speaks_and_else_that_of_the_therapy(
    therapy: str, condition: str | None, zone: str | None, claim: str
) -> None:
    found = claim_about(THERAPIES[therapy], CONDITIONS.get(condition or ""), zone)
    assert found is not None
    assert found.id == claim


@pytest.mark.parametrize("therapy", THERAPIES.values(), ids=THERAPIES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_therapy_and_condition_has_its_line(therapy: Therapy, language: str) -> None:
    assert sum(claim.known for claim in therapy.claims) == 1
    for condition in EDITION.conditions:
        for zone in condition.zones:
            line = what_is_known(therapy, condition, zone, language)
            assert line["says"]
            assert "\n" not in line["says"]
            assert set(line["sources"]) <= {source.id for source in EDITION.sources}
            assert (line["judgement"] == "supported") <= bool(line["sources"])


def test_a_therapy_without_claims_says_that_nothing_was_read() -> None:
    bare = msgspec.structs.replace(THERAPIES["mesotherapy"], claims=())
    line = what_is_known(bare, None, None, "en")
    assert line["claim"] is None
    assert line["judgement"] == "not-studied"


def test_results_that_differ_are_counted_by_kind_and_none_is_chosen() -> None:
    line = what_is_known(THERAPIES["mesotherapy"], None, None, "fr")
    assert "résultats discordants – essai (2), recommandation (3)" in line["says"]
