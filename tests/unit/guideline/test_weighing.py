"""What helps to choose: each line is the knowledge's own, and no number is made on the way."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import msgspec
import pytest

from dolenti.guideline.checking import check
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Complaint, read_facts
from dolenti.guideline.header import header_facts
from dolenti.guideline.judge import Judge
from dolenti.guideline.knowledge import Text
from dolenti.guideline.loading import load_folder
from dolenti.guideline.weighing import Tried, Weighed, first_tried, problems, support_of, weigh
from tests.small_edition import small_edition

EDITION = load_folder()
JUDGE = Judge(EDITION)
THERAPIES = {therapy.id: therapy for therapy in EDITION.therapies}
CONDITIONS = {condition.id: condition for condition in EDITION.conditions}
TODAY = date(2026, 11, 28)
PAINS = [(one.id, zone) for one in EDITION.conditions for zone in one.zones]


def weighed(
    therapy: str, condition: str, zone: str = "knee", language: str = "fr", held: Any = ()
) -> Weighed:
    return weigh(THERAPIES[therapy], CONDITIONS[condition], zone, held, language)


def tried(condition: str, zone: str, **facts: Any) -> dict[str, Tried]:
    known, _ = read_facts(facts, JUDGE.dictionary, TODAY)
    case = Case(TODAY, Complaint("1", condition, zone), known, date(1960, 1, 1), "female")
    values = {**known, **header_facts(case, JUDGE.dictionary)}
    found = first_tried(EDITION, JUDGE.dictionary, CONDITIONS[condition], zone, values, TODAY, "fr")
    return {one.id: one for one in found}


def test_studies_for_and_against_stand_side_by_side_with_their_people() -> None:
    serum = weighed("autologous-conditioned-serum", "knee-osteoarthritis")
    knee = "arthrose du genou"
    assert serum.studies == (
        f"Pour\u00a0: essai (376\u00a0personnes, {knee})",
        f"Contre\u00a0: essai (167\u00a0personnes, {knee})",
        f"Sans trancher\u00a0: essai (741\u00a0personnes dans 5\u00a0études réunies, {knee})",
    )
    (pooled,) = [size for size in serum.sizes if "−0,40 [−0,93\u00a0; 0,12]" in size]
    assert "529" in pooled, "of the two trials against saline"
    assert "741" not in pooled
    cold = weighed("cryoneurolysis", "knee-osteoarthritis")
    assert any(line.startswith("Pour") and "180\u00a0personnes" in line for line in cold.studies)
    assert any(line.startswith("Contre") and "87\u00a0personnes" in line for line in cold.studies)


def test_a_result_of_another_pain_is_never_shown_without_its_name() -> None:
    for therapy in THERAPIES.values():
        for claim in (one for one in therapy.claims if one.told is not None or one.known):
            for finding in claim.findings:
                if finding.basis in ("trial", "observational", "guideline"):
                    assert finding.population is not None, claim.id
    elbow = weighed("autologous-conditioned-serum", "lateral-epicondylitis", "elbow")
    assert all("arthrose du genou" in line for line in elbow.studies if "376" in line)
    around = weighed("cryoneurolysis", "knee-osteoarthritis")
    assert any("6\u00a0% contre 67\u00a0%" in size for size in around.sizes)
    for size in around.sizes:
        if "67" in size:
            assert "prothèse" in size


def test_where_nothing_was_read_that_is_said() -> None:
    assert weighed("infiltration", "synovitis").studies == ("Aucune étude lue",)
    assert weighed("mesotherapy", "lateral-epicondylitis", "elbow", "en").studies == (
        "No study read",
    )


def test_visits_and_what_it_rules_out_later() -> None:
    needles = weighed("mesotherapy", "low-back-pain", "lumbar-spine")
    assert needles.visits[0] == "3 à 4 séances, espacées de 1 semaine"
    assert needles.visits[1] == "entretien\u00a0: 0 à 3 séances, espacées de 2 à 4 semaines"
    steroid = weighed("infiltration", "knee-osteoarthritis")
    assert steroid.visits == ("1 séance",)
    assert any("prothèse" in line for line in steroid.later)
    assert any("compétition" in line for line in steroid.later)
    spine = weighed("infiltration", "low-back-pain", "lumbar-spine")
    assert not any("prothèse" in line for line in spine.later)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("therapy", THERAPIES)
def test_no_number_is_made(therapy: str, language: str) -> None:
    texts = " ".join(
        text
        for claim in THERAPIES[therapy].claims
        for finding in claim.findings
        for text in (finding.says.in_language(language),)
    )
    protocol = repr(THERAPIES[therapy].protocol)
    for condition, zone in PAINS:
        lines = weighed(therapy, condition, zone, language)
        for line in (*lines.studies, *lines.sizes):
            for number in re.findall(r"\d+(?:[.,]\d+)*", re.sub(r" \(\d\)", "", line)):
                assert number in re.findall(r"\d+(?:[.,]\d+)*", texts), line
        for line in lines.visits:
            assert all(number in protocol for number in re.findall(r"\d+", line)), line


def test_four_greens_are_never_the_same_green() -> None:
    about = {
        therapy: support_of(
            next((c for c in THERAPIES[therapy].claims if c.known), None),
            [c for c in THERAPIES[therapy].criteria if c.kind == "indication"],
            "knee",
        )
        for therapy in THERAPIES
    }
    assert about["cryoneurolysis"] == "mixed"
    assert about["infiltration"] == "recognised"  # on labels, and no study of it was read
    claimed = THERAPIES["mesotherapy"]
    tendon = next(c for c in claimed.claims if c.id == "mesotherapy-claim-tendon-relief")
    assert support_of(tendon, [], "elbow") == "claimed"


def test_what_is_tried_first_is_told_with_what_the_record_says() -> None:
    knee = tried("knee-osteoarthritis", "knee", tried={"has": ["physiotherapy"]}, bmi=31)
    assert knee["first-line-osteoarthritis-exercise"].state == "done"
    assert knee["first-line-osteoarthritis-weight"].state == "open"
    assert knee["first-line-osteoarthritis-analgesic"].state == "unknown"
    nothing = tried("knee-osteoarthritis", "knee")
    assert {one.state for one in nothing.values()} == {"unknown"}
    assert nothing["first-line-osteoarthritis-weight"].facts == ("bmi",)
    assert tried("knee-osteoarthritis", "knee", tried=[])[
        "first-line-osteoarthritis-exercise"
    ].state == "not-done"  # fmt: skip


def test_weight_is_no_advice_to_the_thin() -> None:
    assert "first-line-osteoarthritis-weight" not in tried("knee-osteoarthritis", "knee", bmi=22)


@pytest.mark.parametrize(
    "about,found",
    [
        ("kinds: [dance]", "dance"),
        ("basis: expert", "is about no diagnosis"),
        ("conditions: [dance]", "“dance” is no condition"),
        ("kinds: [other], done: dance", "“dance” is no fact"),
        ("kinds: [other], zones: [dance]", "“dance” is no zone"),
    ],
)
def test_the_check_refuses_what_leads_nowhere(about: str, found: str) -> None:
    basis = "" if "basis" in about else "basis: expert, "
    line = f"- {{id: a, {basis}{about}, says: {{fr: a, en: a}}, sources: [{{id: book}}]}}"
    if found == "dance":
        with pytest.raises(InputError, match=found):
            small_edition({"first-line.yaml": line})
        return
    problems = check(small_edition({"first-line.yaml": line}))
    assert any(found in problem.what for problem in problems)


@pytest.mark.parametrize("therapy", THERAPIES)
def test_what_was_found_in_another_place_is_no_support_and_leans_no_way(therapy: str) -> None:
    """The serum of an elbow was “mixed results”, in green, on studies of the knee."""
    for claim in THERAPIES[therapy].claims:
        studied = [one for one in claim.findings if one.basis in ("trial", "observational")]
        for zone in {zone.id for zone in EDITION.zones}:
            here = [one for one in claim.findings if one.basis in STUDIES and one.is_of(zone)]
            support = support_of(claim, [], zone)
            if not here:
                assert support in ("claimed", "contradicted"), (claim.id, zone)
            if not [one for one in studied if one.is_of(zone)]:
                assert support != "supported", (claim.id, zone)
    elbow = weigh(THERAPIES["autologous-conditioned-serum"], None, "elbow", [], "fr")
    knee = weigh(THERAPIES["autologous-conditioned-serum"], None, "knee", [], "fr")
    assert elbow.support == "claimed"
    assert not elbow.sizes
    assert not [line for line in elbow.studies if line.startswith(("Pour", "Contre"))]
    assert [line for line in knee.studies if line.startswith("Pour")]


STUDIES = ("trial", "observational", "guideline")


def test_a_size_that_does_not_say_of_what_and_a_study_weighed_twice_are_refused() -> None:
    serum = THERAPIES["autologous-conditioned-serum"]
    shown = next(c for c in serum.claims if c.known)
    (first, *rest) = shown.findings
    bare = msgspec.structs.replace(first, size=Text(fr="0,49 à 14 jours", en="0.49 at 14 days"))
    turned = msgspec.structs.replace(first, leans="for")
    for finding, said in ((bare, "not of what"), (turned, "otherwise than another claim")):
        claim = msgspec.structs.replace(shown, findings=(finding, *rest))
        claims = tuple(claim if c.id == shown.id else c for c in serum.claims)
        therapy = msgspec.structs.replace(serum, claims=claims)
        others = tuple(t for t in EDITION.therapies if t.id != serum.id)
        edition = msgspec.structs.replace(EDITION, therapies=(*others, therapy))
        assert any(said in problem for _entry, problem in problems(edition)), said


@pytest.mark.parametrize("therapy", THERAPIES.values(), ids=THERAPIES)
def test_nothing_is_called_supported_where_its_indication_is_an_allegation(therapy: Any) -> None:
    """“Supported” stood beside the tag “Claim”, on one recommendation and no study."""
    indications = [one for one in therapy.criteria if one.kind == "indication"]
    rests = {one.basis for one in indications} - {"claim"}
    for condition, zone in PAINS:
        found = weigh(therapy, CONDITIONS[condition], zone, indications, "fr")
        if found.support == "supported":
            assert rests, (therapy.id, condition, zone)
            assert any("essai" in line or "cohorte" in line for line in found.studies)
