"""Claims are never shown as evidence, and what nobody has seen is never called verified."""

from __future__ import annotations

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
