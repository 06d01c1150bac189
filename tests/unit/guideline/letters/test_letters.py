"""A letter is read into parts and filled with what is known; what nobody said is a line to fill."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti import guideline
from dolenti.guideline import diary, letters
from dolenti.guideline.diary.checking import check_content
from dolenti.guideline.diary.checking.letters import ALWAYS, AVOIDED, place_of
from dolenti.guideline.errors import InputError
from dolenti.guideline.letters import Blank, Run

EDITION = guideline.load_folder()
CONTENT = diary.content(EDITION)
MODELS = {one.id: one for one in CONTENT.letters}
FIELDS = {one.id: one for one in CONTENT.letter_fields}


def said(body: str, **values: str | tuple[str, ...]) -> str:
    return letters.fill(letters.parse(body), values).text


def test_what_is_known_is_printed_and_what_is_not_is_a_line_to_fill() -> None:
    assert said("Bonjour {{name}}.", name="Zoé") == "Bonjour Zoé."
    filled = letters.fill(letters.parse("Bonjour {{name: prénom}}."), {})
    assert filled.missing == ("name",)
    assert Blank("name", "prénom") in filled.blocks[0].lines[0]


def test_an_empty_value_says_that_there_is_nothing_to_print() -> None:
    assert said("Lombalgie {{side}}, depuis {{since}}", side="", since="mars") == (
        "Lombalgie, depuis mars"
    )


def test_a_sentence_is_printed_only_where_its_field_is_known() -> None:
    body = "Fait. {{deficit? « Déficit : {{deficit}}, depuis {{onset}}. »}}"
    assert said(body) == "Fait."
    assert said(body, deficit="") == "Fait."
    assert said(body, deficit="pied tombant", onset="hier") == (
        "Fait. Déficit : pied tombant, depuis hier."
    )
    assert letters.fill(letters.parse(body), {"deficit": "x"}).missing == ("onset",)


def test_other_words_stand_where_nothing_is_known() -> None:
    assert said("{{count | « 8 »}} séances") == "8 séances"
    assert said("{{count | « 8 »}} séances", count="12") == "12 séances"


def test_nothing_found_is_said_only_where_what_was_asked_is_known() -> None:
    body = "{{flags | « Aucun retrouvé : {{asked}}. »}}"
    assert letters.fill(letters.parse(body), {}).missing == ("flags",)
    assert said(body, asked="fièvre") == "Aucun retrouvé : fièvre."


def test_a_choice_has_its_options_and_guillemets_are_not_of_them() -> None:
    (one,) = letters.asked(letters.parse("{{urgency: « Aujourd’hui » | « Sous 7 jours »}}"))
    assert one.options == ("Aujourd’hui", "Sous 7 jours")


def test_a_list_is_a_block_of_its_own() -> None:
    letter = letters.parse("Évaluation :\n{{verdicts}}\nfin")
    blocks = letters.fill(letter, {"verdicts": ("a", "b")}).blocks
    assert [(one.listed, len(one.lines)) for one in blocks] == [(False, 1), (True, 2), (False, 1)]


def test_strong_words_are_strong_and_a_full_stop_is_not_said_twice() -> None:
    (block,) = letters.fill(letters.parse("**Plan.** {{plan}}. Suite"), {"plan": "Repos."}).blocks
    assert block.lines[0][0] == Run("Plan.", strong=True)
    assert "".join(one.text for one in block.lines[0] if isinstance(one, Run)) == (
        "Plan. Repos. Suite"
    )


@pytest.mark.parametrize(
    "body, said",
    [
        ("Bonjour\n{{name", "opens and does not close"),
        ("Bonjour\nname}}", "closes and was not opened"),
        ("Bonjour\n{{Name}}", "name of a field"),
        ("Bonjour\n{{name ! x}}", "may not follow"),
        ("Bonjour\n{{name? sans guillemets}}", "between « and »"),
        ("Bonjour\n**fort", "does not close"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_file_and_line(body: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        letters.parse(body, file="patient/letters/x.yaml", first_line=7)
    assert caught.value.where == "patient/letters/x.yaml:8"


@pytest.mark.parametrize("name", MODELS)
def test_each_model_is_filled_by_its_fields_and_nothing_is_left(name: str) -> None:
    letter = letters.parse(MODELS[name].body)
    assert set(letters.names_of(letter)) <= set(FIELDS)
    empty = letters.fill(letter, {})
    needed = [
        one.name for one in letters.asked(letter) if one.needed and not one.within and not one.usual
    ]
    assert set(needed) <= set(empty.missing)
    whole = letters.fill(letter, {field: f"<{field}>" for field in letters.names_of(letter)})
    assert whole.missing == ()
    assert "{{" not in whole.text
    assert "}}" not in whole.text
    assert "**" not in whole.text


def test_every_field_is_said_by_a_letter() -> None:
    said_somewhere = {
        field for one in MODELS.values() for field in letters.names_of(letters.parse(one.body))
    } | {where for one in MODELS.values() for where in one.insists.values() if where != ALWAYS}
    assert said_somewhere == set(FIELDS)


@pytest.mark.parametrize(
    "body, says",
    [
        ("{{no.such}}", "is no field of a letter"),
        ("Humeur : {{mood_words?}}.", "would stay alone"),
        ("{{date", "surgeon.yaml:5: “{{” opens"),
        ("Le patient se plaint de {{date}}", "says “se plaint de”"),
        ("{{date}}", "reply_within together"),
    ],
)
def test_knowledge_check_names_what_is_wrong_with_a_model(body: str, says: str) -> None:
    model = msgspec.structs.replace(MODELS["surgeon"], body=body)
    others = tuple(one for one in CONTENT.letters if one.id != "surgeon")
    found = check_content(EDITION, msgspec.structs.replace(CONTENT, letters=(*others, model)))
    assert any(one.entry == "surgeon" and says in one.what for one in found), found


def test_a_default_is_of_a_line_and_one_of_its_options() -> None:
    """What a letter says unless somebody says otherwise stands in the knowledge, and is checked."""
    said, insists = {"urgency": "Hier", "plan": "x"}, {"plan": "always", "urgency": "nothing"}
    model = msgspec.structs.replace(MODELS["surgeon"], defaults=said, insists=insists)
    others = tuple(one for one in CONTENT.letters if one.id != "surgeon")
    found = check_content(EDITION, msgspec.structs.replace(CONTENT, letters=(*others, model)))
    assert [one.what for one in found if one.entry == "surgeon"] == [
        "“Hier” is none of the options of {{urgency}}",
        "has a default for “plan”, which it does not say",
        "insists on “plan”, which it does not say",
        "insists on “urgency” where “nothing” is known: that is no field",
    ]


def test_a_sooner_reply_is_one_of_the_urgencies_and_a_delay() -> None:
    model = msgspec.structs.replace(MODELS["surgeon"], sooner={"Hier": "bientôt"})
    others = tuple(one for one in CONTENT.letters if one.id != "surgeon")
    found = check_content(EDITION, msgspec.structs.replace(CONTENT, letters=(*others, model)))
    assert [one.what for one in found if one.entry == "surgeon"] == [
        "'bientôt' is not a duration; write for example “3 months” or “48 h”",
        "“Hier” is none of the options of {{urgency}}",
    ]


def test_the_place_of_a_body_is_its_first_line_in_the_file() -> None:
    file, line = place_of(EDITION, MODELS["surgeon"])
    assert EDITION.patient_texts[file].split("\n")[line - 1].strip() == "{{site.header}}"


def test_the_delay_is_that_of_the_urgency_else_the_usual_one() -> None:
    surgeon, day = MODELS["surgeon"], date(2026, 3, 2)

    def by(urgency: str) -> date | None:
        return letters.reply_by(surgeon.reply_within, surgeon.sooner, urgency, day)

    assert by("Aujourd’hui") == date(2026, 3, 3)
    assert by("Sous 7 jours") == date(2026, 3, 9)
    assert by("Sans urgence") == date(2026, 4, 13)
    assert letters.reply_by(None, {}, "", day) is None


VALUES = st.dictionaries(
    st.sampled_from(sorted(FIELDS)),
    st.one_of(
        st.text(st.characters(codec="utf-8", exclude_characters="[]{}*"), min_size=1),
        st.lists(st.text("abc", min_size=1), min_size=1, max_size=3).map(tuple),
    ),
)


@given(st.sampled_from(sorted(MODELS)), VALUES)
def test_a_line_to_fill_is_never_a_value_that_is_known(
    name: str, values: dict[str, str | tuple[str, ...]]
) -> None:
    letter = letters.parse(MODELS[name].body)
    filled = letters.fill(letter, values)
    assert not set(filled.missing) & set(values)
    unlocked = {field for one in letters.asked(letter) for field in one.within}
    assert set(filled.missing) <= set(letters.names_of(letter))
    without = letters.fill(letter, {k: v for k, v in values.items() if k in unlocked})
    assert set(filled.missing) <= set(without.missing) | set(values)


@given(st.text("{}?|:*«» abc.\n", max_size=40))
def test_any_text_is_read_or_refused_in_words(body: str) -> None:
    with suppress(InputError):
        letters.fill(letters.parse(body), {})


def test_the_words_that_judge_a_patient_stand_in_no_model() -> None:
    for model in MODELS.values():
        assert not [word for word in AVOIDED if word in model.body.lower()]
