"""Claims are never shown as evidence, and what nobody has seen is never called verified."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dolenti.guideline.judge import walk_rules
from dolenti.guideline.knowledge import Claim
from dolenti.guideline.loading import load_folder

EDITION = load_folder()
SOURCES = {source.id: source for source in EDITION.sources}
CLAIMS = {claim.id: claim for therapy in EDITION.therapies for claim in therapy.claims}
PROMOTION = {source.id for source in EDITION.sources if source.kind == "patient-information"}


def claim_of(statement: str) -> Claim:
    (found,) = [claim for claim in CLAIMS.values() if statement in claim.encodes]
    return found


def cited(claim: Claim) -> set[str]:
    return {citation.id for finding in claim.findings for citation in finding.sources}


def test_seventy_five_percent_stands_beside_the_trials_that_did_not_find_it() -> None:
    claim = claim_of("O21")
    assert {"curtis-2024", "yang-2008"} <= cited(claim)
    assert claim.judgement in ("not-supported", "contradicted", "mixed")


def test_a_risk_of_nil_stands_beside_the_infections_on_record() -> None:
    claim = claim_of("M77")
    assert "eccmid-2010-paris-cluster" in cited(claim)
    assert any("423" in finding.says.en for finding in claim.findings)
    assert claim.judgement == "contradicted"


def test_no_figure_of_the_unread_thousand_case_paper_is_quoted() -> None:
    for claim in CLAIMS.values():
        for finding in claim.findings:
            assert "10.5604/01.3001.0014.1167" not in {
                SOURCES[citation.id].identifier for citation in finding.sources
            }


def test_patient_information_beside_a_claim_stays_a_claim_and_never_supports_one() -> None:
    for claim in CLAIMS.values():
        for finding in claim.findings:
            if {citation.id for citation in finding.sources} & PROMOTION:
                assert finding.basis in ("claim", "leaflet", "expert"), claim.id
                assert claim.judgement != "supported", claim.id


def test_what_patient_information_alone_says_is_never_called_evidence() -> None:
    for _, rule in walk_rules(EDITION):
        if {citation.id for citation in rule.sources} <= PROMOTION:
            assert rule.basis in ("claim", "leaflet", "expert"), rule.id


def test_a_trial_is_cited_where_a_rule_calls_itself_one() -> None:
    studies = {"trial", "review"}
    for _, rule in walk_rules(EDITION):
        if rule.basis == "trial":
            assert {SOURCES[citation.id].kind for citation in rule.sources} & studies, rule.id


def test_what_rests_on_belief_even_in_part_is_never_verified() -> None:
    for _, rule in walk_rules(EDITION):
        marks = {SOURCES[citation.id].mark for citation in rule.sources}
        assert EDITION.verified(rule.sources) == ("K" not in marks), rule.id


def test_what_nobody_read_is_marked_as_belief() -> None:
    for source in EDITION.sources:
        assert (source.read == "none") == (source.mark == "K"), source.id


AUTHORITIES = ("HAS", "ANSM", "EMA", "SFR", "SFAR", "NICE", "FDA", "ESC", "ASRA", "WADA")
SPOKEN = [
    *(criterion for therapy in EDITION.therapies for criterion in therapy.criteria),
    *EDITION.red_flags,
    *EDITION.mixture_rules,
]


@pytest.mark.parametrize("rule", SPOKEN, ids=lambda rule: rule.id)
def test_an_authority_that_a_rule_names_is_among_its_sources(rule: Any) -> None:
    """“The risk tier comes from HAS” sends the reader to HAS, not to somebody's memory."""
    texts = (rule.because, getattr(rule, "note", None), getattr(rule, "advice", None))
    said = " ".join(text.fr for text in texts if text is not None)
    cited = [SOURCES[source.id] for source in rule.sources]
    where = " ".join(f"{one.id} {one.title} {one.publisher or ''}" for one in cited).lower()
    named = [name for name in AUTHORITIES if re.search(rf"\b{name}\b", said)]
    assert [name for name in named if name.lower() not in where] == []
