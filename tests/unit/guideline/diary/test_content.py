"""What is written for between the visits: sound, read only when asked, each kind of fault seen."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

from dolenti.diary import reading
from dolenti.guideline import diary
from dolenti.guideline.diary.checking import check_content, check_diary
from dolenti.guideline.diary.content import build
from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import SHIPPED, folder_texts, load_folder, parse
from tests.small_edition import small_edition

TEXTS = {n: t for n, t in folder_texts(SHIPPED).items() if n.startswith("patient/")}
PARSED = parse(TEXTS)
EDITION = load_folder()
CONTENT = diary.content(EDITION)

ASSESS = """
import sys
from datetime import date
from dolenti import guideline
edition = guideline.load_folder()
complaint = {"condition": "knee-osteoarthritis", "zone": "knee", "side": "right"}
case = guideline.read_case({"patient": {}, "complaint": complaint}, edition, date(2026, 11, 28))
guideline.as_json(guideline.Judge(edition).assess(case))
print(sorted(name for name in sys.modules if name.startswith("dolenti.guideline.diary")))
"""


def test_no_question_has_a_gap_that_the_phone_does_not_fill() -> None:
    """``{zone}`` and ``{date}`` alone are filled: another brace would be read by a patient."""
    texts = [t for name, t in TEXTS.items() if name.startswith("patient/diary/questions")]
    gaps = {gap for text in texts for gap in re.findall(r"\{([a-z_]+)\}", text)}
    assert texts
    assert gaps <= {"zone", "date"}


def problems(name: str, old: str, new: str) -> list[str]:
    name = f"patient/{name}"
    assert old in TEXTS[name], f"{name} no longer says {old}"
    try:
        made = build({**PARSED, **parse({name: TEXTS[name].replace(old, new, 1)})})
    except InputError as error:
        return [str(error)]
    return [f"{one.entry}: {one.what}" for one in check_content(EDITION, made)]


def test_what_is_shipped_is_sound() -> None:
    assert check_diary(EDITION) == []


def test_an_assessment_reads_none_of_it() -> None:
    ran = subprocess.run([sys.executable, "-c", ASSESS], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_an_edition_of_before_says_so() -> None:
    assert check_diary(small_edition()) == []
    with pytest.raises(InputError, match="between the visits"):
        diary.content(small_edition())


def test_nobody_has_signed_it_yet_and_it_says_so() -> None:
    for part in ("patient", "patient/alarms", "patient/leaflets"):
        assert diary.patient_signed(EDITION, part).notice is not None


def test_there_are_38_alarms_and_11_things_expected() -> None:
    assert (len(CONTENT.alarms), len(CONTENT.expected)) == (38, 11)


@pytest.mark.parametrize(
    "file, old, new, wanted",
    [
        ("diary/rules.yaml", "early_hours: 72", "early_hours: soon", "rules.yaml:"),
        ("diary/windows.yaml", "anchor: first-session", "anchor: birthday", "windows.yaml:"),
        ("diary/windows.yaml", "set: set-24h", "set: set-9", "“set-9” is no set"),
        ("diary/windows.yaml", "due: 24 hours", "due: 1 hour", "in another order"),
        ("diary/rules.yaml", "safety_weeks: 12", "safety_weeks: 120", "until 120 weeks"),
        ("diary/windows.yaml", "due: 24 hours", "due: tomorrow", "“tomorrow” is no offset"),
        ("diary/windows.yaml", "reminders: [54 hours]", "reminders: [9 hours]", "reminds before"),
        ("diary/sets.yaml", "again, pain-rest, pain-movement", "again, pain-movement",
         "“pain-rest” is asked before the first session and not then"),
        ("diary/sets.yaml", "taps: 3", "taps: 9", "the budget is 5"),
        ("diary/sets.yaml", "asks: [pain-now", "asks: [pain-then", "“pain-then” is no question"),
        ("diary/questions.yaml", "judges: true", "judges: false", "one pain decides a step"),
        ("diary/questions.yaml", "measure: nrs", "measure: x", "“x” is no measure"),
        ("diary/signs.yaml", "id: calf", "id: calves", "“calf” is no"),
        ("alarms/alarms.yaml", "fever-value: over-38", "heat: high", "“heat”, which counts"),
        ("alarms/alarms.yaml", "signs: {has: breathing}", "signs: {has: sneezing}",
         "“sneezing” is no answer of “signs”"),
        ("alarms/alarms.yaml", "signs: {has: breathing}", "sign: {has: breathing}",
         "there is no fact “sign”"),
        ("alarms/alarms.yaml", "signs: {has: breathing}", "signs: {is: breathing}",
         "“is” does not fit"),
        ("alarms/alarms.yaml", "at-most: 24", "at-most: 200", "the rule says True"),
        ("alarms/alarms.yaml", "raised: false", "raised: true", "is not raised"),
        ("alarms/alarms.yaml", "{id: has-spine-red-flags-2019}", "{id: nowhere}",
         "“nowhere” is no source"),
        ("alarms/expected.yaml", "therapies: [infiltration]", "therapies: [magic]",
         "“magic” is no therapy"),
        # The infections of the window of three months, and of a problem told by its link.
        ("alarms/alarms.yaml", "- days-since-session: {at-most: 140}",
         "- days-since-session: {at-most: 84}", "“fever”, asked of mesotherapy by m3"),
        ("alarms/alarms.yaml", "- days-since-session: {at-most: 28}",
         "- days-since-session: {at-most: 3}", "rash: is offered for 28 days"),
        ("alarms/alarms.yaml", "- days-since-session: {at-least: 1}\n  urgency",
         "- days-since-session: {at-least: 3}\n  urgency",
         "“growing”, asked of cryoneurolysis by h48"),
        ("alarms/expected.yaml", "therapies: [autologous-conditioned-serum, infiltration]",
         "therapies: [autologous-conditioned-serum]", "“rising”, asked of infiltration by h48"),
        ("diary/signs.yaml", "watched_days: 1", "expected: false",
         "mouth-tingling: is offered for"),
        ("alarms/alarms.yaml", "if_unknown: {baseline-known: false}", "holds_sessions: false",
         "where “pain-above-baseline” is not known"),
        ("alarms/alarms.yaml", "if_unknown: {weakness-kind: worse, zone: lumbar-spine}",
         "if_unknown: {weakness-kind: worse}", "where “zone” is not known"),
        ("messages/messages.yaml", "comment allez-vous ?", "votre douleur ?", "says “douleur”"),
        ("messages/messages.yaml", "Répondre prend", "Merci d’être", "alphabet of an SMS"),
        ("messages/messages.yaml", "how are you? Answering takes", "how are you? " + "x" * 99,
         "characters as an SMS"),
        ("messages/messages.yaml", "{code}. It expires", "it. It expires", "other fields"),
        ("opioids/rules.yaml", "in_force: cdc-2022", "in_force: x", "“x” is no table"),
        ("opioids/tables/cdc-2022.yaml", "factor: '1.5'", "factor: '2'", "the table says 40"),
        ("rehabilitation/plans.yaml", "exercise: knee-straighten", "exercise: jump",
         "“jump” is no exercise"),
        ("rehabilitation/rules.yaml", "sport_hours: 168", "sport_hours: 24",
         "infiltration-corticosteroid: says 168 hours without sport"),
        ("rehabilitation/rules.yaml", "sport_hours: 72", "sport_hours: 48",
         "cryoneurolysis: says 72"),
        ("rehabilitation/rules.yaml", "settled_by: block-p", "settled_by: p",
         "is no block of sport"),
        ("response/thresholds.yaml", "points: [5, 8]", "points: [5, 7]",
         "oxford-hip: 7 is not in the change of its measure"),
        ("response/thresholds.yaml", "points: [9, 20]", "points: [9, 21]", "quickdash: 21 is not"),
        ("leaflets/infiltration.yaml", "therapy: infiltration", "therapy: x", "“x” is no therapy"),
        ("leaflets/infiltration.yaml", "- [lateral-epicondylitis] Épi", "- [elbo] Épi",
         "“elbo” is no pain"),
        ("leaflets/infiltration.yaml", "- [lateral-epicondylitis] Épi", "- Épi",
         "not of the same pains"),
    ],
)  # fmt: skip
def test_the_check_sees_it(file: str, old: str, new: str, wanted: str) -> None:
    found = problems(file, old, new)
    assert any(wanted in one for one in found), found


def test_a_file_that_is_missing_or_strange_is_named() -> None:
    name = "patient/diary/sets.yaml"
    with pytest.raises(InputError, match=r"lacks patient/diary/sets"):
        build({n: p for n, p in PARSED.items() if n != name})
    with pytest.raises(InputError, match=r"patient/diary/odd\.yaml"):
        build({**PARSED, "patient/diary/odd.yaml": PARSED[name]})


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("leaflet", CONTENT.leaflets, ids=lambda one: one.id)
def test_a_leaflet_is_laid_out_with_every_word_of_it(leaflet: Any, language: str) -> None:
    sheet = diary.leaflet_sheet(leaflet, language)
    said = " ".join(line.words for section in sheet.sections for line in section.lines)
    body = leaflet.body.in_language(language)
    # What stands for the pain, and what is said where nothing is of it, is of no pain in general.
    body = re.sub(
        r"^- (\{\w+\}|\[otherwise\] (Aucune des|None of the).*)\n", "", body, flags=re.MULTILINE
    )
    written = re.sub(r"\*\*|^- (\[.*\] )?", "", body, flags=re.MULTILINE)
    assert said.split() == written.split()
    assert any(section.listed for section in sheet.sections)
    assert "**" not in said


def leaflet_there(therapy: str, zone: str, condition: str = "") -> list[str]:
    leaflet = diary.leaflet_of(CONTENT, therapy)
    assert leaflet is not None
    place = diary.place_of(EDITION, therapy, zone, condition)
    sheet = diary.leaflet_sheet(leaflet, "en", place)
    return [line.words for section in sheet.sections for line in section.lines]


def test_a_leaflet_says_of_a_pain_what_was_found_of_it_and_of_no_other() -> None:
    elbow = leaflet_there("infiltration", "elbow", "lateral-epicondylitis")
    assert any("Tennis elbow, 198 people" in one for one in elbow)
    assert not any("Shoulder" in one or "Outer hip" in one or "Osteo" in one for one in elbow)
    hip = leaflet_there("infiltration", "hip", "hip-osteoarthritis")
    assert any("Osteoarthritis: a British guideline" in one for one in hip)
    assert not any("Outer hip" in one for one in hip), "that is of the tendons"
    nobody_knows = leaflet_there("infiltration", "hip")
    assert any("Outer hip" in one for one in nobody_knows)


def test_a_leaflet_says_so_where_nothing_was_found_of_a_pain() -> None:
    said = "None of the studies quoted here is about this pain alone."
    assert said in leaflet_there("infiltration", "ankle-foot", "achilles-tendinopathy")
    assert said not in leaflet_there("infiltration", "knee", "knee-osteoarthritis")
    assert said not in leaflet_there("cryoneurolysis", "knee")  # nothing of it is of one pain


def test_a_leaflet_begins_with_what_holds_there() -> None:
    assert leaflet_there("infiltration", "hip")[1].startswith("What it is.")


GENERAL = "Nothing read here is about this pain alone. In general: "
INDICATED = [
    (therapy.id, zone, condition.id)
    for therapy in EDITION.therapies
    for condition in EDITION.conditions
    for zone in condition.zones
    if diary.is_indicated(EDITION, therapy.id, zone, condition.id)
]


@pytest.mark.parametrize("therapy", sorted({one[0] for one in INDICATED}))
def test_every_leaflet_names_what_else_there_is_for_this_pain_or_says_it_is_general(
    therapy: str,
) -> None:
    met = 0
    for name, zone, condition in INDICATED:
        if name != therapy:
            continue
        place = diary.place_of(EDITION, therapy, zone, condition)
        assert place is not None
        said = leaflet_there(therapy, zone, condition)
        own = [one.en for one in place.first]
        own += ["Also proposed for this pain"] * bool(place.others)
        own += ["A joint replacement, if"] * (condition in REPLACED)
        for one in own:
            assert any(line.startswith(one) for line in said), (zone, condition, one)
        assert any(line.startswith(GENERAL) for line in said) == (not own), (zone, condition)
        met += 1
    assert met


REPLACED = ("knee-osteoarthritis", "hip-osteoarthritis", "knee-pain-around-arthroplasty")


def test_a_risk_of_one_place_is_told_there_and_where_nobody_knows_better() -> None:
    achilles = "The Achilles tendon is not injected."
    assert achilles in leaflet_there("infiltration", "ankle-foot", "achilles-tendinopathy")
    assert achilles in leaflet_there("infiltration", "ankle-foot")  # no diagnosis: all that may be
    assert achilles not in leaflet_there("infiltration", "knee", "knee-osteoarthritis")
    spine = (
        "Near the spine one steroid alone is used, and never by some routes. "
        "Rare: palsy, headache on standing."
    )
    assert spine in leaflet_there("infiltration", "lumbar-spine", "sciatica")
    assert spine not in leaflet_there("infiltration", "elbow", "lateral-epicondylitis")


def test_a_leaflet_of_no_known_zone_says_everything() -> None:
    assert diary.place_of(EDITION, "infiltration", "", "") is None


@pytest.mark.parametrize("leaflet", CONTENT.leaflets, ids=lambda one: one.id)
def test_each_leaflet_says_by_its_name_that_nobody_signed_it(leaflet: Any) -> None:
    signed = diary.patient_signed(EDITION, f"patient/leaflets/{leaflet.id}")
    assert signed.rules == 1
    assert signed.notice is not None
    assert signed.told is not None
    assert "clinic" not in signed.told.fr, "it frightens nobody"


OTHERWISE = {("signs-late", "redness")}
"""After a week a redness that merely stays counts as well."""


def test_a_sign_has_the_same_words_in_every_list() -> None:
    words = {one.id: one.label for one in CONTENT.signs}
    lists = [one for one in CONTENT.questions if one.fact == "signs"]
    assert len(lists) > 1
    for asked in lists:
        for option in asked.options:
            if (asked.id, option.id) not in OTHERWISE:
                assert option.label == words[option.id], (asked.id, option.id)
    assert len({one.none for one in lists}) == 1


def test_every_sign_stands_below_what_it_is_about() -> None:
    groups = reading.sign_groups(CONTENT)
    below = [name for _, names in groups for name in names]
    assert sorted(below) == sorted(one.id for one in CONTENT.signs)
    assert all(names for _, names in groups)
    (whole,) = reading.questions(CONTENT, reading.PROBLEM, {})
    offered = [one.id for one in whole.options]
    assert offered == below, "nothing is left out, and each is asked once"
    assert below[-1] == reading.OTHER
