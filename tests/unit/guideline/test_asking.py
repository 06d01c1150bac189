# ruff: noqa: E501 - one mistake on one line is easier to compare with its neighbours
"""The rows of questions: composed of what is open, within their limits, and leaving nothing out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
import pytest

from dolenti.guideline.asking import (
    Ref,
    Row,
    Setting,
    Sheet,
    Situation,
    calm,
    compose,
    open_questions,
    raw_of,
    rest_of,
)
from dolenti.guideline.asking.checking import problems as asking_problems
from dolenti.guideline.asking.compose import MOST_ITEMS, MOST_WORDS, count_words
from dolenti.guideline.checking import check
from dolenti.guideline.conditions import leaves
from dolenti.guideline.facts import Case, Complaint, Known, read_facts, with_facts
from dolenti.guideline.judge import Judge
from dolenti.guideline.knowledge import AskedRow
from dolenti.guideline.loading import SHIPPED, convert, load_folder, parse
from tests.small_edition import ASKING, small_edition

EDITION = load_folder()
JUDGE = Judge(EDITION)
SHEET = Sheet(EDITION, JUDGE.dictionary)
DEFINITIONS = JUDGE.dictionary.definitions
TODAY = date(2026, 11, 28)
THERAPIES = frozenset(therapy.id for therapy in EDITION.therapies)


def case_of(condition: str, zone: str, *, age: int = 45, sex: str = "female", **facts: Any) -> Case:
    known, _ = read_facts(
        {k.replace("_", "-"): v for k, v in facts.items()}, JUDGE.dictionary, TODAY
    )
    pain = Complaint("1", condition, zone, since=date(2026, 1, 1))
    return Case(TODAY, pain, known, birth_date=date(TODAY.year - age, 1, 1), sex=sex)


def rows_of(case: Case, in_play: Iterable[str] = THERAPIES) -> list[Row]:
    found = open_questions(JUDGE, SHEET, Situation(case, frozenset(in_play)))
    return compose(SHEET, found.now, Setting(found.zone))


def answered(case: Case, refs: Iterable[Ref]) -> Case:
    """A no to each."""
    for ref in refs:
        value = calm(ref, DEFINITIONS[ref.fact], case.facts)
        if value is not None:
            case = with_facts(case, {ref.fact: Known(value)})
    return case


PAINS = [(one.id, zone) for one in EDITION.conditions for zone in one.zones]


@pytest.mark.parametrize("condition,zone", PAINS)
@pytest.mark.parametrize("age", [17, 45, 78])
def test_a_row_keeps_to_its_limits_and_says_all_it_answers(
    condition: str, zone: str, age: int
) -> None:
    case = case_of(condition, zone, age=age)
    found = open_questions(JUDGE, SHEET, Situation(case, THERAPIES))
    rows = compose(SHEET, found.now, Setting(found.zone))
    assert sorted(ref for row in rows for ref in row.all_refs) == sorted(found.now)
    for row in rows:
        assert len(row.phrases) <= MOST_ITEMS
        for language in ("fr", "en"):
            assert sum(count_words(p.says.in_language(language)) for p in row.phrases) <= MOST_WORDS
    assert len({row.name for row in rows}) == len(rows)
    for language in ("fr", "en"):  # nor is one called like another, to whoever hears their names
        assert len({row.label.in_language(language) for row in rows}) == len(rows)


@pytest.mark.parametrize("condition,zone", PAINS)
def test_a_no_to_every_row_leaves_nothing_to_ask(condition: str, zone: str) -> None:
    case = case_of(condition, zone)
    for _ in range(4):  # what a no raises, such as the cause of a fracture that is the diagnosis
        rows = rows_of(case)
        if not any(row.refs for row in rows):
            break
        case = answered(case, (ref for row in rows for ref in row.refs))
    found = open_questions(JUDGE, SHEET, Situation(case, THERAPIES))
    assert [ref for ref in found.now if SHEET.tier(ref.fact) != "alone"] == []
    assert set(found.unplaced) <= {"onset-before-20-or-after-55"}


def test_only_what_is_in_play_is_asked() -> None:
    asked = {r.fact for row in rows_of(case_of("knee-osteoarthritis", "knee"), ["infiltration"])
             for r in row.all_refs}  # fmt: skip
    assert "cryoglobulinaemia" not in asked
    assert {"allergy", "pregnancy", "anticoagulant"} <= asked


@pytest.mark.parametrize(
    "known,fact,asked",
    [
        ({}, "inr", False),
        ({"anticoagulant": "vka"}, "inr", True),
        ({}, "unable-to-flex-90", False),
        ({"recent-injury": True}, "unable-to-flex-90", True),
        ({}, "last-corticosteroid-infiltration", False),
        ({"injected-before": "none"}, "last-corticosteroid-infiltration", False),
        ({"injected-before": "elsewhere"}, "last-corticosteroid-infiltration", True),
        ({}, "osteoporosis", False),
        ({"low-energy-injury": True}, "osteoporosis", True),
        ({"pregnancy": True}, "gestational-age", True),
    ],
)
def test_what_follows_from_an_answer_waits_for_it(
    known: Mapping[str, Any], fact: str, asked: bool
) -> None:
    case = case_of("knee-osteoarthritis", "knee", **known)
    now = {ref.fact for row in rows_of(case, ["infiltration"]) for ref in row.all_refs}
    assert (fact in now) is asked


def test_a_when_never_silences_a_rule() -> None:
    # Systemic corticosteroids wait for a slight injury, but the serum needs them whatever it was.
    case = case_of("knee-osteoarthritis", "knee")
    now = {r.fact for row in rows_of(case, ["autologous-conditioned-serum"]) for r in row.refs}
    assert "systemic-corticosteroid" in now


def test_what_is_supposed_is_asked_like_the_rest() -> None:
    case = with_facts(
        case_of("knee-osteoarthritis", "knee"), {"fever": Known(False, None, "assumed")}
    )
    assert Ref("fever") in {ref for row in rows_of(case) for ref in row.refs}


def test_what_is_spoken_of_and_not_clearly_is_answered_by_no_row() -> None:
    case = case_of("knee-osteoarthritis", "knee")
    found = open_questions(JUDGE, SHEET, Situation(case, THERAPIES))
    row = next(
        r for r in compose(SHEET, found.now, Setting(found.zone, {"fever"})) if r.name == "today"
    )
    assert Ref("fever") not in row.refs
    assert row.alone == (Ref("fever"),)
    assert "fièvre" not in row.button.fr.lower()


def test_the_rest_of_a_row_says_what_is_left() -> None:
    row = next(r for r in rows_of(case_of("knee-osteoarthritis", "knee")) if r.name == "today")
    left = rest_of(SHEET, row, [Ref("infection-local")], Setting("knee"))
    assert left.refs == (Ref("infection-local"),)
    assert left.sentence("fr").startswith("Infection au point d’injection")
    assert left.button.fr.startswith("Non\u00a0: infection au point")


def test_the_button_names_the_gravest_even_where_its_own_words_do_not_fit() -> None:
    row = next(
        r
        for r in rows_of(case_of("knee-osteoarthritis", "knee", infection_systemic=False))
        if r.name == "today"
    )
    assert "fièvre" in row.button.fr
    assert "infection générale" not in row.button.fr


def test_a_no_to_a_set_leaves_what_was_said_of_it() -> None:
    said = {"allergy": Known({"lidocaine": True})}
    raw = raw_of([Ref("allergy")], DEFINITIONS, said)["allergy"]
    assert raw["has"] == []
    assert "lidocaine" not in raw["not"]
    assert raw_of([Ref("allergy")], DEFINITIONS, {})["allergy"] == []


@pytest.mark.parametrize(
    "old,new,found",
    [
        ("- {fact: smoker, tier: open, how: asked, synonyms: [tabac]}", "", "smoker: stands in no row"),
        ("- {fact: age, tier", "- {fact: fever, tier: row, how: asked}\n  - {fact: age, tier", "fever: stands in 2 rows"),
        ("- {facts: [smoker], says: {fr: tabac, en: smoker}}", "", "smoker: has no phrase of its own"),
        ("{facts: [smoker], says", "{facts: [], says", "names no fact"),
        ("{fr: tabac, en: smoker}", "{fr: '', en: smoker}", "no words in “fr”"),
        ("smoker, tier: open", "weight, tier: open", "weight: stands in 2 rows"),
        ("inr, tier: alone", "inr, tier: row", "inr: has no reassuring answer"),
        ("infection, tier: row", "infection, tier: open", "infection: is read by needling-infection"),
        ("infection, tier: row", "infection, tier: row, therapies: [dance]", "“dance” is no therapy"),
        ("infection, tier: row", "infection, tier: row, when: inr", "“inr” is a number"),
        ("infection, tier: row", "infection, tier: row, when: nothing", "“nothing”, which is no fact"),
        ("en: smoker}}", "en: smoker}, chips: [{fact: smoker, value: often, says: {fr: a, en: a}}]}", "is no answer to"),
    ],
)  # fmt: skip
def test_the_check_refuses_a_row_that_is_wrong(old: str, new: str, found: str) -> None:
    assert old in ASKING
    edition = small_edition({"asking/all.yaml": ASKING.replace(old, new, 1)})
    problems = [f"{problem.entry}: {problem.what}" for problem in check(edition)]
    assert any(found in problem for problem in problems), problems


def test_a_button_that_names_the_gravest_denies_it_first() -> None:
    """“No: anaphylaxis, none of these” begins with what it denies: it is read as the reverse."""
    buttons = [one.button.fr for one in rows_of(case_of("knee-osteoarthritis", "knee"))]
    assert not [one for one in buttons if one.startswith("Non\u00a0:") and "rien de cela" in one]


ALLERGY = (SHIPPED / "asking" / "medicines-and-health.yaml").read_text()


@pytest.mark.parametrize(
    "old,new,found",
    [
        ("sulfite, paraben,", "sulfite,", "names the member “paraben”"),
        (", excipient,", ",", "“excipient” is not said in"),
        ("drug, excipient, anaesthetic, injected", "drug, excipient, injected", "“anaesthetic” is not said in"),
        ("members: [latex]", "members: [latex, pollen]", "covers “pollen”, no member"),
    ],
)  # fmt: skip
def test_the_check_refuses_words_narrower_than_the_set_they_close(
    old: str, new: str, found: str
) -> None:
    assert old in ALLERGY
    parsed = parse({"rows.yaml": ALLERGY.replace(old, new)})
    rows = convert("rows.yaml", parsed, tuple[AskedRow, ...])
    others = [row for row in EDITION.asking if row.row not in {one.row for one in rows}]
    edition = msgspec.structs.replace(EDITION, asking=(*others, *rows))
    told = [what for _, what in asking_problems(edition)]
    assert any(found in what for what in told), told


def test_each_member_that_a_no_closes_has_its_word_on_the_screen() -> None:
    """Of every set that stands whole in a row."""
    for row in EDITION.asking:
        for phrase in row.phrases:
            for fact in phrase.facts:
                definition = DEFINITIONS.get(fact)
                if definition is None or definition.type != "set":
                    continue
                named = {member for cover in phrase.covers for member in cover.members}
                assert named == {option.id for option in definition.options}, fact


@pytest.mark.parametrize("therapy", sorted(THERAPIES))
def test_a_member_of_a_set_is_asked_where_a_rule_of_what_is_in_play_reads_it(therapy: str) -> None:
    rules = [criterion.when for one in EDITION.therapies if one.id == therapy
             for criterion in one.criteria]  # fmt: skip
    rules += [flag.when for flag in EDITION.red_flags]
    rules += [one.relevant for one in DEFINITIONS.values() if one.relevant]
    read = {(leaf.fact, getattr(leaf, "operand", None)) for rule in rules for leaf in leaves(rule)}
    asked = [
        ref
        for condition, zone in PAINS
        for row in rows_of(case_of(condition, zone, age=52), [therapy])
        for ref in row.all_refs
        if ref.member
    ]
    assert asked
    assert not [ref for ref in asked if (ref.fact, ref.member) not in read]


def test_mesotherapy_alone_asks_nothing_that_only_an_infiltration_needs() -> None:
    rows = rows_of(case_of("neck-pain", "cervical-spine", age=52), ["mesotherapy"])
    asked = {str(ref) for row in rows for ref in row.all_refs}
    assert "illness-now:hypertensive-crisis" in asked, "a red flag is everybody's"
    assert not asked & {
        "site-particularities:osteonecrosis", "illness-now:psychosis-uncontrolled",
        "illness-now:varicella-zoster-or-acute-viral-hepatitis", "illness-now:eye-herpes",
        "illness-now:infection-elsewhere", "medicines:fluoroquinolone",
    }  # fmt: skip


@pytest.mark.parametrize(
    "therapy,never",
    [
        ("infiltration", "site-particularities:tattoo"),
        ("cryoneurolysis", "immunosuppression"),
        ("cryoneurolysis", "illness-now:recent-myocardial-infarction"),
        ("cryoneurolysis", "target-nerve-mixed"),
        ("cryoneurolysis", "nerve-located-without-stimulation"),
    ],
)
def test_what_a_therapy_does_not_read_and_its_plan_are_not_asked(therapy: str, never: str) -> None:
    case = case_of("knee-osteoarthritis", "knee", cardiac_device=True)
    assert never not in {str(ref) for row in rows_of(case, [therapy]) for ref in row.all_refs}


def test_what_is_left_over_of_a_row_joins_a_near_one_that_has_room() -> None:
    wanted = ["mesotherapy", "autologous-conditioned-serum"]
    names = [row.name for row in rows_of(case_of("sciatica", "lumbar-spine"), wanted)]
    assert "medicines+health-2" in names
    assert "health" in names
    assert "health-2" not in names


@pytest.mark.parametrize(
    "old,new,found",
    [
        ("fr: \"allaite\"", "fr: \"allaite ; tire son lait\"", "two items of a sentence"),
        ("facts: [breastfeeding]", "facts: [breastfeeding, fever, weight-loss, mass]", "more than 3 facts"),
        ("gestational-age, tier: alone", "pain-clinic-advice, tier: alone", "its row says when"),
        ("gestational-age, tier: alone", "pain-clinic-advice, tier: row, when: fever", "no batch may answer it"),
    ],
)  # fmt: skip
def test_the_check_refuses_a_row_that_never_comes_and_a_phrase_of_two_items(
    old: str, new: str, found: str
) -> None:
    texts = (SHIPPED / "asking" / "today.yaml").read_text()
    assert old in texts
    rows = convert("rows.yaml", parse({"rows.yaml": texts.replace(old, new)}), tuple[AskedRow, ...])
    others = [row for row in EDITION.asking if row.row not in {one.row for one in rows}]
    told = [what for _, what in asking_problems(
        msgspec.structs.replace(EDITION, asking=(*others, *rows))
    )]  # fmt: skip
    assert any(found in what for what in told), told
