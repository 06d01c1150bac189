"""What the patient takes home: in full for every patient, short, and never a note to the doctor."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from typing import Any

import pytest

from dolenti.guideline import session
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


COLD_IS_OFFERED = re.compile(r"du froid,? (10|15) minutes", re.IGNORECASE)
OFFERED_IN = {
    "mesotherapy", "autologous-conditioned-serum", "infiltration-corticosteroid",
    "infiltration-hyaluronate",
}  # fmt: skip


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


def test_the_variants_come_from_what_was_stated_and_nothing_is_supposed() -> None:
    day = date(2026, 11, 28)

    def variants(zone: str, **facts: Any) -> dict[str, Any]:
        named = {name.replace("_", "-"): value for name, value in facts.items()}
        known, _ = read_facts(named, Dictionary(EDITION), day)
        return session.variants_of(EDITION, Case(day, Complaint("one", zone=zone), known))

    assert variants("knee") == dict.fromkeys(NAMES)
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
        assert "Next visit: we will call you." in said
        assert "was injected: genou." in said
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
