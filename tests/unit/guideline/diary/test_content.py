"""What is written for between the visits: sound, read only when asked, each kind of fault seen."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

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


def test_there_are_27_alarms_and_9_things_expected() -> None:
    assert (len(CONTENT.alarms), len(CONTENT.expected)) == (27, 9)


@pytest.mark.parametrize(
    "file, old, new, wanted",
    [
        ("diary/rules.yaml", "early_hours: 72", "early_hours: soon", "rules.yaml:"),
        ("diary/windows.yaml", "anchor: first-session", "anchor: birthday", "windows.yaml:"),
        ("diary/windows.yaml", "set: set-24h", "set: set-9", "“set-9” is no set"),
        ("diary/windows.yaml", "due: 24 hours", "due: 1 hour", "in another order"),
        ("diary/windows.yaml", "due: 24 hours", "due: tomorrow", "“tomorrow” is no offset"),
        ("diary/windows.yaml", "reminders: [54 hours]", "reminders: [9 hours]", "reminds before"),
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
        ("alarms/alarms.yaml", "at-most: 12", "at-most: 200", "the rule says True"),
        ("alarms/alarms.yaml", "raised: false", "raised: true", "is not raised"),
        ("alarms/alarms.yaml", "{id: has-spine-red-flags-2019}", "{id: nowhere}",
         "“nowhere” is no source"),
        ("alarms/expected.yaml", "therapies: [infiltration]", "therapies: [magic]",
         "“magic” is no therapy"),
        ("messages/messages.yaml", "comment allez-vous ?", "votre douleur ?", "says “douleur”"),
        ("messages/messages.yaml", "Merci de répondre en", "Merci d’être", "alphabet of an SMS"),
        ("messages/messages.yaml", "how are you? Please answer", "how are you? " + "x" * 99,
         "characters as an SMS"),
        ("messages/messages.yaml", "{code}. It expires", "it. It expires", "other fields"),
        ("opioids/rules.yaml", "in_force: cdc-2022", "in_force: x", "“x” is no table"),
        ("opioids/tables/cdc-2022.yaml", "factor: '1.5'", "factor: '2'", "the table says 40"),
        ("rehabilitation/plans.yaml", "exercise: knee-straighten", "exercise: jump",
         "“jump” is no exercise"),
        ("leaflets/infiltration.yaml", "therapy: infiltration", "therapy: x", "“x” is no therapy"),
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
    written = re.sub(r"\*\*|^- ", "", body, flags=re.MULTILINE)
    assert said.split() == written.split()
    assert any(section.listed for section in sheet.sections)
    assert "**" not in said
