"""The words of the knowledge mean one thing, and the same in French and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dolenti.guideline import diary, session
from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.loading import load_folder
from tests.typography import cuts_a_figure, cuts_a_sign

EDITION = load_folder()
SESSION = session.content(EDITION)
DIARY = diary.content(EDITION)

THOUSANDS = {
    "fr": re.compile(r"(?<=\d)\u202f(?=\d{3}(?!\d))"),
    "en": re.compile(r"(?<=\d),(?=\d{3})"),
}
FIGURE = re.compile(r"\d+(?:\.\d+)*")
ORDINAL = re.compile(r"\d+(?:er|re|e)\b")

MISLEADING_FRENCH = {
    "retour dans la cible": "the target of a mechanical valve may lie above 3",
    "deux fois par semaine": "six injections twice a week are twelve a week",
    "avant d’être soulagée": "an analgesic is not refused: an injection is",
    "de haut degré": "a Mobitz I is a second-degree block, and is not of high degree",
    "lésion cutanée": "eczema is no broken skin",
    "est donné par la personne que la loi": "a protected adult who can consents in person",
    "Gel percutané": "reads as a gel to rub in",
    "Raison d’y penser": "a note to oneself, which the patient reads",
    "en prévenir le patient": "a note to the doctor, which the patient reads",
    "le patient doit en être informé": "a note to the doctor, which the patient reads",
    "sonde de gros calibre": "the patient is told of a fine probe",
    "la décision est motivée": "says that it was, not that it has to be",
    "géniculaire": "the nerves are géniculés",
    "rotulien": "the tendon is patellaire",
    "discogène": "the pain is discogénique",
    "risque de saignement": "the risk is hémorragique",
}
MISLEADING_ENGLISH = {
    "back in range": "the range of a mechanical valve may lie above 3",
    "six injections twice": "six injections twice a week are twelve a week",
    "before it is relieved": "an analgesic is not refused: an injection is",
    "high-degree": "a Mobitz I is a second-degree block, and is not of high degree",
    "heart block": "atrioventricular block",
    "Thoracic pain": "chest pain; dorsalgie is thoracic back pain",
    "given by the person the law names": "a protected adult who can consents in person",
    "if it presses": "an emergency is referred, not injected",
    "decision is reasoned": "says that it was, not that it has to be",
    "A reason to think of it": "a note to oneself, which the patient reads",
    "the patient must be told;": "a note to the doctor, which the patient reads",
}


def texts(entry: object) -> Iterator[Text]:
    """Every text of the knowledge, however deep it lies."""
    if isinstance(entry, Text):
        yield entry
    elif isinstance(entry, Entry):
        for field in entry.__struct_fields__:
            yield from texts(getattr(entry, field))
    elif isinstance(entry, dict):
        for value in entry.values():
            yield from texts(value)
    elif isinstance(entry, list | tuple):
        for value in entry:
            yield from texts(value)


# The names of specialities are written as the public base of medicines writes them.
TEXTS = tuple(
    text
    for text in (*texts(EDITION), *texts(SESSION))
    if "base publique des médicaments, " not in text.fr
)
SMS = {id(one.sms) for one in DIARY.messages}
"""Their alphabet has no no-break space."""
OF_A_PATIENT = tuple(text for text in texts(DIARY) if id(text) not in SMS)
FRENCH = (
    *(text.fr for text in (*TEXTS, *OF_A_PATIENT)),
    *(
        part
        for letter in DIARY.letters
        for part in letter.body.split("\n")
        if "{{urgency:" not in part  # its options are kept as they stand
    ),
)


def figures(text: str, language: str) -> set[str]:
    plain = THOUSANDS[language].sub("", text)
    return set(FIGURE.findall(plain.replace(",", ".") if language == "fr" else plain))


def differing_figures(text: Text) -> set[str]:
    """Figures of one language that the other lacks. « 2e » may be a word in English."""
    english = figures(text.en, "en")
    written = figures(ORDINAL.sub("", text.fr), "fr")
    return (written - english) | (english - figures(text.fr, "fr"))


def test_every_text_of_the_knowledge_is_read() -> None:
    assert len(TEXTS) > 3500
    assert len(OF_A_PATIENT) > 900
    assert any(text.fr.startswith("Le tendon d’Achille ne doit pas") for text in TEXTS)
    assert any(text.fr.startswith("Creux poplité") for text in TEXTS)


def test_a_french_figure_is_never_cut_from_its_unit() -> None:
    assert [text for text in FRENCH if cuts_a_figure(text)] == []


def test_french_signs_keep_their_no_break_space() -> None:
    assert [text for text in FRENCH if cuts_a_sign(text)] == []


@pytest.mark.parametrize(
    "cut",
    [
        "10 mg",
        "%(n)s jours",
        "{n} points",
        "Ouvert : oui",
        "Venez !",
        "« oui\u00a0»",
        "80 %",
        "l'eau",
    ],
)
def test_what_is_cut_is_found(cut: str) -> None:
    assert cuts_a_figure(cut) or cuts_a_sign(cut)


@pytest.mark.parametrize(
    "whole", ["10\u00a0mg", "3 gestes", "Ouvert\u00a0: oui", "Il est %(at)s", "Soulagement, %"]
)
def test_what_is_whole_is_left_alone(whole: str) -> None:
    assert not cuts_a_figure(whole)
    assert not cuts_a_sign(whole)


OF_A_MAN = re.compile(
    r"soyez vu\b|[Rr]entrez accompagné|être (?:relancé|rappelé) :|vous a pas gêné|"
    r"^Assis\b|[Aa]ssis(?:,| droit)|^(?:Vu|Non joint)\b"
)


def test_nobody_whose_sex_is_not_known_is_spoken_to_as_a_man() -> None:
    said = (*OF_A_PATIENT, *texts(SESSION.leaflets))
    assert [one.fr for one in said if OF_A_MAN.search(one.fr.replace("\u00a0", " "))] == []


def test_both_languages_give_the_same_figures() -> None:
    assert [text for text in (*TEXTS, *OF_A_PATIENT) if differing_figures(text)] == []


@pytest.mark.parametrize(
    "french, english, differing",
    [
        ("À la 22e semaine, 16,8 % de 1\u202f000", "At week 22, 16.8% of 1000", set()),
        ("La 2e dose", "The second dose", set()),
        ("Une dose de 400 mg", "A dose of 40 mg", {"400", "40"}),
        ("Une dose", "A dose of 40 mg", {"40"}),
    ],
)
def test_figures_that_differ_are_found(french: str, english: str, differing: set[str]) -> None:
    assert differing_figures(Text(fr=french, en=english)) == differing


@pytest.mark.parametrize("words, why", MISLEADING_FRENCH.items())
def test_french_words_that_mislead_stay_away(words: str, why: str) -> None:
    assert [text for text in FRENCH if words in text] == [], why


@pytest.mark.parametrize("words, why", MISLEADING_ENGLISH.items())
def test_english_words_that_mislead_stay_away(words: str, why: str) -> None:
    assert [text.en for text in (*TEXTS, *OF_A_PATIENT) if words in text.en] == [], why


def test_how_often_is_never_how_deadly() -> None:
    """A mortality in the column of frequencies reads as the frequency of the effect."""
    counted = [
        effect.counted
        for therapy in EDITION.therapies
        for effect in therapy.adverse_effects
        if effect.counted
    ]
    assert counted
    assert [text.fr for text in counted if "ortalité" in text.fr] == []


def test_impression_is_told_in_the_words_of_its_own_scale() -> None:
    """Each degree of the global impression of change has one word, and its number beside it."""
    steps = [
        rule
        for therapy in EDITION.therapies
        for rule in therapy.protocol.next_steps
        if rule.impression_at_least is not None or rule.impression_at_most is not None
    ]
    assert steps
    assert [rule.id for rule in steps if "PGIC" not in rule.because.fr] == []
    assert [rule.id for rule in steps if "PGIC" not in rule.because.en] == []
    question = next(one for one in DIARY.questions if one.measure == "pgic")
    assert [one.label.fr for one in question.options] == [
        "très nettement mieux", "nettement mieux", "un peu mieux", "pareil", "un peu moins bien",
        "nettement moins bien", "très nettement moins bien",
    ]  # fmt: skip
    told = [rule.because.fr for rule in steps]
    measure = next(one for one in EDITION.measures if one.id == "pgic")
    for words in (*told, measure.change_that_matters.fr, measure.note.fr if measure.note else ""):
        assert "fortement" not in words


OF_THE_CORD = re.compile(r"uriner|entrejambe|sphincters|anesthésie en selle", re.IGNORECASE)
CALLS = re.compile(r"appele[rz]|appel\b", re.IGNORECASE)


def test_a_sign_of_the_cauda_equina_is_never_sent_to_the_clinic_first() -> None:
    """One emergency, one number: on the phone, on paper, in a plan and in a letter."""
    papers = [
        *(text.fr for text in (*texts(DIARY), *texts(SESSION.leaflets))),
        *(part for letter in DIARY.letters for part in letter.body.split("\n\n")),
    ]
    said = [one for one in papers if OF_THE_CORD.search(one) and CALLS.search(one)]
    assert len(said) >= 8
    for one in said:
        sign = OF_THE_CORD.search(one)
        assert sign
        # The call that stands nearest: before the sign, or after it in its own sentence.
        around = one[: sign.start()].rpartition("ppele")[2] + one[sign.start() :].partition(".")[0]
        assert re.search(r"\b15\b", around), one
