"""What the patient takes home: in full for every patient, short, and never a note to the doctor."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from typing import Any

import pytest

from dolenti.guideline import diary, session
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Complaint, Dictionary, read_facts
from dolenti.guideline.loading import load_folder
from dolenti.guideline.session import Sheet

EDITION = load_folder()
CONTENT = session.content(EDITION)
RULES = CONTENT.leaflet_rules
LEAFLETS = {leaflet.id: leaflet for leaflet in CONTENT.leaflets}
NAMES = [variant.id for variant in RULES.variants]
EVERY_VARIANT = [
    dict(zip(NAMES, truths, strict=True))
    for truths in product((True, False, None), repeat=len(NAMES))
]
CALM: dict[str, Any] = dict.fromkeys(NAMES, False)
FIELDS = {
    "date": "28 novembre 2026", "practitioner": "Dr Alice Martin", "phone": "01 23 45 67 89",
    "zone": "genou", "side": "droit", "products": "lidocaïne", "product": "méthylprednisolone",
    "dose": "40 mg", "nerve": "branche infrapatellaire", "unit": "S-12", "n": "2", "total": "6",
    "lot": "AB12", "duration": "1 à 3 heures", "pain_before": "6", "next_visit": "le 12 décembre",
    "washout_date": "8 décembre",
}  # fmt: skip


def sheet(
    name: str, variants: dict[str, Any] | None = None, language: str = "fr", **fields: str
) -> Sheet:
    return session.compose(
        CONTENT, LEAFLETS[name], variants or CALM, {**FIELDS, **fields}, language
    )


def text(one: Sheet) -> str:
    return "\n".join(
        [one.title]
        + [
            "\n".join([section.heading, *(line.words for line in section.lines)])
            for section in one.sections
        ]
    )


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", LEAFLETS)
def test_every_variant_is_short_and_whole(name: str, language: str) -> None:
    for variants in EVERY_VARIANT:
        one = sheet(name, variants, language, **dict.fromkeys(FIELDS, "x"))
        assert one.words <= RULES.most_words
        said = text(one)
        assert "{" not in said
        assert "**" not in said
        assert re.search(r"\b15\b", said)
        assert re.search(r"\b112\b", said)


OFFERED_IN = {
    "mesotherapy", "autologous-conditioned-serum", "infiltration-corticosteroid",
    "infiltration-hyaluronate",
}  # fmt: skip
IN_A_JOINT = [
    one.id for one in CONTENT.leaflets
    if one.therapy in ("infiltration", "autologous-conditioned-serum")
]  # fmt: skip
ONE_RULE = {
    "fr": "commence après 24 heures ou augmente encore après 48",
    "en": "starts after 24 hours or still rises after 48",
}
TWO_OR_THREE = re.compile(r"deux (?:ou|à) trois jours|two (?:or|to) three days")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", IN_A_JOINT)
def test_every_paper_of_a_joint_gives_one_rule_for_pain_that_rises(
    name: str, language: str
) -> None:
    rule = ONE_RULE[language]
    calls = [
        said for line in text(sheet(name, language=language)).split("\n")
        if (said := " ".join(line.split())) and re.search("jour même|the same day", said)
    ]  # fmt: skip
    assert any(rule in said for said in calls)
    therapy = next(t for t in EDITION.therapies if t.id == LEAFLETS[name].therapy)
    before = next(one for one in diary.content(EDITION).leaflets if one.therapy == therapy.id)
    texts = [before.body, *(one.says for one in therapy.aftercare)]
    said = [" ".join(one.in_language(language).split()) for one in texts]
    assert sum(rule in one for one in said) == 2
    assert not [one for one in said if "pain" in one.lower() and TWO_OR_THREE.search(one)]


SHUT = {
    "fr": r"Hors heures d’ouverture[^.]*: le 15",
    "en": r"Outside opening hours[^.]*: 15",
}
"""The 15 is for the hours when nobody answers here: it is no number of the clinic."""


@pytest.mark.parametrize("language", SHUT)
@pytest.mark.parametrize("name", LEAFLETS)
def test_a_paper_says_whom_to_call_when_we_are_closed_and_the_signs_of_an_anaesthetic(
    name: str, language: str
) -> None:
    said = text(sheet(name, language=language)).replace("\u00a0", " ")
    assert re.search(SHUT[language], said)
    assert not re.search(r"\bFermé|\bClosed", said)
    assert re.search("goût de métal|metal taste", said)


OF_THE_SPINE = ["mesotherapy", "infiltration-corticosteroid", "infiltration-local-anaesthetic",
                "autologous-conditioned-serum"]  # fmt: skip


@pytest.mark.parametrize("name", OF_THE_SPINE)
def test_a_weak_limb_after_the_back_or_the_neck_is_of_the_15_on_paper_too(name: str) -> None:
    said = text(sheet(name)).replace("\u00a0", " ")
    (urgent,) = [line for line in said.split("\n") if line.startswith("Appelez le 15")]
    assert "Dos ou cou : aussi pour un membre faible" in urgent
    assert "du mal à uriner ou l’entrejambe endormi" in urgent


@pytest.mark.parametrize("name", LEAFLETS)
@pytest.mark.parametrize(
    "language, sign, day", [("fr", "goût de métal", "aujourd’hui"), ("en", "metal taste", "today")]
)
def test_what_an_anaesthetic_does_is_said_of_its_own_day(
    name: str, language: str, sign: str, day: str
) -> None:
    """The alarm hears it on that day; a metal taste of next week is another thing."""
    after = text(sheet(name, language=language)).partition(sign)[2]
    assert day in after.partition(".")[0]


FOR_WHOM = {
    "diabetes": {"fr": "Diabète", "en": "Diabetes"},
    "anticoagulant": {"fr": "Anticoagulant", "en": "Anticoagulant"},
}


@pytest.mark.parametrize("variant", FOR_WHOM)
def test_a_line_that_is_printed_of_what_nobody_knows_says_whom_it_is_for(variant: str) -> None:
    assert next(one for one in RULES.variants if one.id == variant).counts_if_unknown
    lines = [
        line.says for one in CONTENT.leaflets for part in one.parts for line in part.lines
        if line.only_if == variant
    ]  # fmt: skip
    assert len(lines) == len(LEAFLETS)
    for line in lines:
        for language, word in FOR_WHOM[variant].items():
            assert line.in_language(language).lstrip("*").startswith(word)


@pytest.mark.parametrize("name", LEAFLETS)
def test_a_rash_alone_is_of_the_day_as_the_alarm_says(name: str) -> None:
    for language in ("fr", "en"):
        said = text(sheet(name, language=language))
        assert not re.search("plaques partout|rash all over", said)


@pytest.mark.parametrize("name", sorted(OFFERED_IN - {"mesotherapy"}))
def test_no_cold_on_a_limb_still_numb(name: str) -> None:
    assert "réveillée" in text(sheet(name))
    assert "feeling is back" in text(sheet(name, language="en"))


def test_a_neuropathy_alone_is_told_nothing_of_red_urine() -> None:
    alone = {**CALM, "cold-disease": True}
    assert "urines rouges" not in text(sheet("cryoneurolysis", alone))
    assert "urines rouges" in text(sheet("cryoneurolysis", {**alone, "cold-reaction": True}))


COLD_IS_OFFERED = re.compile(r"du froid,? (10|15) minutes", re.IGNORECASE)


@pytest.mark.parametrize("name", LEAFLETS)
def test_cold_is_spoken_of_only_where_it_is_known(name: str) -> None:
    """Offered to whom it does no harm, forbidden to whom it may, else not spoken of."""

    def said(truth: bool | None) -> str:
        return text(sheet(name, {**CALM, "cold-disease": truth})).replace("\u00a0", " ")

    assert bool(COLD_IS_OFFERED.search(said(False))) is (name in OFFERED_IN)
    for truth in (True, None):
        assert not COLD_IS_OFFERED.search(said(truth))
    assert "as de froid" not in said(None)
    if name in OFFERED_IN:
        assert "as de froid" in said(True)


def test_the_variants_come_from_what_was_stated_and_nothing_reassuring_is_supposed() -> None:
    day = date(2026, 11, 28)

    def variants(zone: str, **facts: Any) -> dict[str, Any]:
        named = {name.replace("_", "-"): value for name, value in facts.items()}
        known, _ = read_facts(named, Dictionary(EDITION), day)
        return session.variants_of(EDITION, Case(day, Complaint("one", zone=zone), known))

    day_of = Case(day, Complaint("one", zone="knee"), {})
    for given, wanted in ((None, None), ((), False), (("thiocolchicoside",), True)):
        assert session.variants_of(EDITION, day_of, given)["thiocolchicoside"] is wanted

    unasked = dict.fromkeys(NAMES) | dict.fromkeys(FOR_WHOM, True)  # a line too many does no harm
    assert variants("knee") == unasked
    neither: dict[str, Any] = {
        "diabetes": "none", "anticoagulant": "none", "antiplatelet": False
    }  # fmt: skip
    assert {variants("knee", **neither)[name] for name in FOR_WHOM} == {False}
    # Away from the knee the rules do not ask of cold: that is no answer.
    assert variants("cervical-spine")["cold-disease"] is None
    assert variants("cervical-spine", raynaud=True)["cold-disease"] is True
    none = {
        "cryoglobulinaemia": False, "cold_urticaria": False, "cold_illness": [], "raynaud": False,
        "sickle_cell": False, "peripheral_neuropathy": False,
    }  # fmt: skip
    assert variants("knee", **none)["cold-disease"] is False
    for fact in none:
        left = {name: value for name, value in none.items() if name != fact}
        assert variants("knee", **left)["cold-disease"] is None
    assert variants("knee", anticoagulant="none", antiplatelet=True)["anticoagulant"] is True
    assert variants("knee", anticoagulant="none", antiplatelet=False)["anticoagulant"] is False
    assert variants("knee", diabetes="controlled")["diabetes"] is True


def test_no_rule_forbids_cold_that_a_leaflet_does_not() -> None:
    """Every rule of the edition against cold after an act reads facts of the leaflet's variant."""
    from dolenti.guideline.conditions import facts_of

    cold = next(one.when for one in RULES.variants if one.id == "cold-disease")
    against = [
        criterion
        for therapy in EDITION.therapies
        for criterion in therapy.criteria
        if any(s.act == "cold-aftercare" and s.is_ == "against" for s in criterion.stances)
    ]
    assert against
    for criterion in against:
        assert set(facts_of(criterion.when)) <= set(facts_of(cold))


class TestFields:
    def test_without_the_number_to_call_no_leaflet_is_printed(self) -> None:
        with pytest.raises(InputError, match="the leaflet needs: The site’s number"):
            sheet("mesotherapy", phone=" ")

    def test_every_missing_field_is_named_at_once(self) -> None:
        with pytest.raises(InputError) as caught:
            sheet("infiltration-corticosteroid", product="", dose="", date="")
        assert "Date, Product, Dose" in str(caught.value)
        assert "Produit" in caught.value.in_language("fr")

    def test_no_next_visit_no_side_no_date_of_the_doping_rules(self) -> None:
        said = text(
            sheet(
                "infiltration-corticosteroid",
                {**CALM, "athlete": True},
                "en",
                next_visit="",
                side="",
                washout_date="",
            )
        )
        assert "Next visit: date to be agreed." in said
        assert "mg): genou." in said
        assert "No competition before" not in said
        assert "Ask your doctor for the date allowed." in said

    def test_what_is_typed_is_words_and_no_markup(self) -> None:
        one = sheet("mesotherapy", products="{phone} **x**")
        assert "{phone} x" in text(one)


def test_the_leaflet_follows_the_product_and_is_never_another_ones() -> None:
    def name(therapy: str, *classes: str) -> str:
        return session.leaflet_of(CONTENT, therapy, frozenset(classes)).id

    assert name("infiltration", "corticosteroid", "local-anaesthetic") == (
        "infiltration-corticosteroid"
    )
    assert name("infiltration", "viscosupplement") == "infiltration-hyaluronate"
    assert name("infiltration", "local-anaesthetic") == "infiltration-local-anaesthetic"
    assert name("mesotherapy", "local-anaesthetic") == "mesotherapy"
    with pytest.raises(InputError, match="no leaflet is written for infiltration"):
        name("infiltration", "nsaid")


def test_how_long_an_anaesthetic_lasts_is_said_only_where_it_is_known() -> None:
    lidocaine = session.lasting(CONTENT, "lidocaine")
    assert lidocaine is not None
    assert lidocaine.en == "1 to 3 hours"
    assert session.lasting(CONTENT, "articaine") is None


TO_THE_DOCTOR = re.compile(
    r"prescri(?:re|pteur)|le patient|la patiente|the patient|hors AMM|off.label|"
    r"vérifier que|à noter|praticien doit|consent",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", LEAFLETS)
def test_no_line_is_a_note_to_the_doctor(name: str) -> None:
    for part in LEAFLETS[name].parts:
        for line in part.lines:
            for words in (line.says.fr, line.says.en):
                assert not TO_THE_DOCTOR.search(words), words


PAPERS = {
    "fr": {
        "mesotherapy": ("une boule ou une croûte de plus de deux semaines", "pendant 24 heures"),
        "cryoneurolysis": (
            "mollet gonflé",
            "regardez aussi vos pieds",
            "gêne : quelques heures",
        ),
        "infiltration-corticosteroid": ("7 jours (14 près d’un tendon)",),
    },
    "en": {
        "mesotherapy": ("a lump or crust lasting over two weeks", "for 24 hours"),
        "cryoneurolysis": ("swollen calf", "look at your feet too", "discomfort: a few hours"),
        "infiltration-corticosteroid": ("7 days (14 beside a tendon)",),
    },
}
"""What another paper, an alarm or a stage of sport says too, and a sheet once said otherwise."""


@pytest.mark.parametrize("language", PAPERS)
def test_a_sheet_agrees_with_the_other_papers(language: str) -> None:
    for name, said in PAPERS[language].items():
        every = text(sheet(name, dict.fromkeys(NAMES, True), language))
        plain = every.replace("\u00a0", " ").lower()
        for words in said:
            assert words in plain


def test_what_is_read_before_and_after_mesotherapy_is_one() -> None:
    """No “do not touch” beside “press”, and no call for the lump that is usual."""
    (therapy,) = [one for one in EDITION.therapies if one.id == "mesotherapy"]
    (before,) = [one for one in diary.content(EDITION).leaflets if one.therapy == "mesotherapy"]
    care = " ".join(one.says.fr for one in therapy.aftercare)
    assert "Appuyez" in care
    assert "Ne touchez pas" not in care
    assert "une boule de plus de deux semaines" in before.body.fr
    assert "a lump lasting over two weeks" in before.body.en
    # A rash alone is of the day, as the alarm and the sheet say.
    assert re.search(r"Éruption seule[^.]*le jour même", " ".join(care.split()))
