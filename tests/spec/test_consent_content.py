"""A consent says what the knowledge says, and no more; what is unknown is said to be unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from msgspec.structs import replace as replace_struct

from dolenti.guideline import diary
from dolenti.guideline.consent import (
    RECORD,
    Consent,
    ConsentRequest,
    as_json,
    as_text,
    check_told,
    compose,
    cover,
    digest,
    from_json,
    in_short,
    together,
)
from dolenti.guideline.consent import words as consent_words
from dolenti.guideline.errors import InputError
from dolenti.guideline.judge import Status
from dolenti.guideline.knowledge import NEVER_USED, ClinicalCondition
from dolenti.guideline.loading import load_folder
from dolenti.guideline.mixture.one_product import status_on
from dolenti.guideline.words import lower_first

EDITION = load_folder()
THERAPIES = [therapy.id for therapy in EDITION.therapies]
SOURCES = {source.id: source for source in EDITION.sources}
DAY = date(2026, 11, 22)
PAUL = ConsentRequest(
    therapy="mesotherapy",
    day=DAY,
    condition="knee-osteoarthritis",
    side="right",
    holding=("mesotherapy-knee",),
    statuses={
        "mesotherapy": "possible",
        "autologous-conditioned-serum": "not-indicated",
        "cryoneurolysis": "contraindicated",
        "infiltration": "caution",
    },
    products=("lidocaine", "piroxicam"),
    price_cents=25_000,
)


def composed(**changes: object) -> Consent:
    return compose(EDITION, replace(PAUL, **changes))


@pytest.mark.parametrize("therapy", THERAPIES)
@pytest.mark.parametrize("jurisdiction", ["FR", "US", "other"])
def test_every_statement_names_a_source_that_exists(therapy: str, jurisdiction: str) -> None:
    consent = composed(
        therapy=therapy, jurisdiction=jurisdiction, statuses={}, holding=(), products=("lidocaine",)
    )
    for statement in consent.statements():
        assert statement.sources, statement.id
        for citation in statement.sources:
            assert citation == RECORD or citation.id in SOURCES, statement.id


def test_every_statement_has_its_own_id() -> None:
    for therapy in THERAPIES:
        names = [s.id for s in composed(therapy=therapy, statuses={}, holding=()).statements()]
        assert len(names) == len(set(names)), therapy


def test_what_nobody_has_read_is_called_unverified() -> None:
    for statement in composed(therapy="infiltration", statuses={}, holding=()).statements():
        documents = {SOURCES[c.id].mark for c in statement.sources if c != RECORD}
        if statement.basis != "record":
            assert statement.verified == ("K" not in documents), statement.id


@pytest.mark.parametrize("therapy", THERAPIES)
def test_a_claim_stands_beside_its_evidence_and_is_never_shown_as_one(therapy: str) -> None:
    consent = composed(therapy=therapy, statuses={}, holding=())
    claims = {c.id: c for t in EDITION.therapies for c in t.claims}
    assert consent.benefits
    for benefit in consent.benefits:
        claim = claims[benefit.claim.id]
        assert benefit.claim.basis == "claim"
        assert benefit.claim.says == claim.claims
        for said, found in zip(benefit.findings, claim.findings, strict=True):
            assert said.says.fr.endswith(found.told.fr[1:])
            named = found.population is None or found.population.fr.lower() in said.says.fr.lower()
            assert named, "a result without who was studied"
        assert claim.claims not in [finding.says for finding in benefit.findings]
        assert claim.claims.fr not in benefit.found.says.fr
    elsewhere = [s for s in consent.statements() if s.id not in {b.claim.id for b in
                 consent.benefits}]  # fmt: skip
    told = {benefit.claim.says.fr for benefit in consent.benefits}
    assert not told & {statement.says.fr for statement in elsewhere}


def test_a_claim_is_told_only_for_the_complaints_it_is_about() -> None:
    def told(**changes: object) -> set[str]:
        return {benefit.claim.id for benefit in composed(**changes).benefits}

    assert "mesotherapy-claim-cartilage" in told()
    assert "mesotherapy-claim-fibromyalgia" not in told()
    assert "mesotherapy-claim-spine-pain" in told(condition="low-back-pain", holding=())
    assert "mesotherapy-claim-cartilage" not in told(condition="low-back-pain", holding=())


def test_seventy_five_percent_is_said_not_to_be_shown() -> None:
    consent = composed(therapy="autologous-conditioned-serum", statuses={}, holding=(), products=())
    (benefit,) = [b for b in consent.benefits if "75" in b.claim.says.fr]
    assert benefit.found.says.fr == "Ce qui a été retrouvé ne le montre pas."
    assert any("curtis-2024" in {c.id for c in f.sources} for f in benefit.findings)


@pytest.mark.parametrize(
    "product",
    [
        product.id
        for product in EDITION.products
        if product.off_label
        and "mesotherapy" in product.off_label.therapies
        and ((period := status_on(product, "FR", DAY)) is None or period.state not in NEVER_USED)
    ],
)
def test_off_label_use_is_always_said_with_what_the_label_covers(product: str) -> None:
    (medicine,) = composed(products=(product,)).medicines
    assert medicine.off_label is not None
    assert medicine.authorisation.sources
    assert any(s.id == "declare-off-label" for s in composed(products=(product,)).declarations)


def test_mesotherapy_is_said_to_be_off_label_before_any_product_is_chosen() -> None:
    consent = composed(products=())
    assert "mesotherapy-off-label" in {statement.id for statement in consent.practice}
    assert [s.id for s in consent.about_medicines] == ["products"]
    assert any(s.id == "declare-off-label" for s in consent.declarations)


def test_the_routes_of_the_label_are_named() -> None:
    piroxicam = composed().medicines[1]
    assert piroxicam.authorisation.note is not None
    assert "intramusculaire" in piroxicam.authorisation.note.fr
    assert "into a muscle" in piroxicam.authorisation.note.en


def test_a_product_without_a_status_in_the_country_is_said_to_be_unknown() -> None:
    (medicine,) = composed(products=("calcitonin",), jurisdiction="US").medicines
    assert medicine.authorisation.says.en.startswith("Our sources do not say")


@pytest.mark.parametrize(
    "product", ["buflomedil", "organic-silica", "betamethasone", "pentoxifylline"]
)
def test_a_product_that_may_not_be_used_has_no_consent(product: str) -> None:
    with pytest.raises(InputError, match=product):
        composed(products=(product,))


def test_an_unknown_price_is_said_to_be_unknown_and_not_acknowledged() -> None:
    consent = composed(price_cents=None)
    assert consent.price[0].id == "price-unknown"
    listed = composed(price_cents=None, asked_for=(("Infiltration échoguidée", 9_000),))
    assert "échoguidée, 90,00\u00a0€" in listed.price[0].says.fr
    told = " ".join(one.says.fr for one in listed.price)
    assert told.count("avant") == 1, "when it is told is said once"
    assert told.count("€") == 1
    assert not any(s.id == "declare-price" for s in listed.declarations)
    assert not any(s.id == "declare-price" for s in consent.declarations)


def test_a_known_price_is_written_as_people_write_it() -> None:
    says = composed(price_cents=125_050).price[0].says
    assert says.fr == "Prix du traitement\u00a0: 1\u202f250,50\u00a0€."
    assert says.en == "Price of the treatment: €1,250.50."


def test_mesotherapy_is_said_not_to_be_reimbursed_in_france_only() -> None:
    (french,) = cover(EDITION, "mesotherapy", "FR")
    assert "M82" in french.encodes
    (elsewhere,) = cover(EDITION, "mesotherapy", "US")
    assert elsewhere.id == "cover-unknown"
    (cryoneurolysis,) = cover(EDITION, "cryoneurolysis", "FR")
    assert cryoneurolysis.id == "cover-unknown"


@pytest.mark.parametrize("therapy", THERAPIES)
def test_every_risk_says_how_often_when_and_how_long_or_that_it_is_not_known(therapy: str) -> None:
    effects = next(t for t in EDITION.therapies if t.id == therapy).adverse_effects
    risks = {
        r.statement.id: r
        for r in composed(therapy=therapy, statuses={}, holding=(), products=()).risks
    }
    here = [e for e in effects if not e.zones or "knee" in e.zones]
    assert len(risks) == len(here)
    for effect in here:
        risk = risks[effect.id]
        assert risk.onset == effect.onset
        assert risk.serious is effect.serious
        if effect.lasts is None:
            assert risk.lasts.fr == "Non précisé dans nos sources"
        if effect.counted is None:
            assert risk.counted.fr == "Aucun chiffre dans nos sources"


@pytest.mark.parametrize("therapy", THERAPIES)
def test_whom_to_call_is_said_with_the_emergency_number(therapy: str) -> None:
    urgent = composed(therapy=therapy, statuses={}, holding=()).urgent
    assert len(urgent) > 1
    assert any("112" in statement.says.fr for statement in urgent)


@pytest.mark.parametrize("jurisdiction", ["FR", "US", "other"])
def test_consent_may_always_be_withdrawn_and_care_refused(jurisdiction: str) -> None:
    consent = composed(jurisdiction=jurisdiction, products=())
    assert any("à tout moment" in statement.says.fr for statement in consent.rights)
    assert any("vous avez le droit de refuser" in s.says.fr for s in consent.alternatives)
    assert any(s.id == "declare-withdraw" for s in consent.declarations)


def test_another_therapy_is_named_where_it_may_be_considered_and_said_not_to_be_planned() -> None:
    """The text named therapies that could not be done, as if they were proposed."""
    said = {s.id: s.says.fr for s in composed().alternatives}
    assert "cryoneurolysis-alternative" not in said, "it is contraindicated for this patient"
    assert "avec prudence. Il n’est pas prévu." in said["infiltration-alternative"]
    assert "mesotherapy-alternative" not in said
    assert "usual-care-knee-osteoarthritis" in said
    unjudged = {s.id: s.says.fr for s in composed(statuses={}).alternatives}
    assert "n’a pas été évalué" in unjudged["infiltration-alternative"]


@pytest.mark.parametrize("condition", EDITION.conditions, ids=lambda one: one.id)
def test_care_that_comes_first_is_named_before_any_other(condition: ClinicalCondition) -> None:
    for zone in condition.zones:
        said = composed(condition=condition.id, zone=zone, holding=()).alternatives
        first = [one for one in EDITION.first_line if one.is_about(condition, zone)]
        names = [one.id for one in said]
        assert ("usual-care-first" in names) == bool(first)
        assert names[0] == ("usual-care-first" if first else "usual-care-without-injection")
        for language in ("fr", "en"):
            text = " ".join(one.says.in_language(language) for one in said)
            told = [text.index(one.told.in_language(language)) for one in first if one.told]
            told += [text.index({"fr": "kinésithérapie, podologie", "en": "podiatry"}[language])]
            later = [at for word in ("opioïde", "opioid") if (at := text.find(word)) >= 0]
            assert not later or max(told) < min(later)


def test_a_knee_is_told_of_exercise_weight_and_paracetamol() -> None:
    (first,) = [s for s in composed().alternatives if s.id == "usual-care-first"]
    for french, english in (("exercice", "Exercise"), ("poids", "weight"),
                            ("paracétamol", "paracetamol")):  # fmt: skip
        assert french in first.says.fr
        assert english in first.says.en
    assert {"nice-ng226"} <= {citation.id for citation in first.sources}


def test_what_calls_for_caution_in_this_patient_is_told() -> None:
    criterion = next(
        c for c in EDITION.therapies[0].criteria if c.kind == "relative-contraindication"
    )
    consent = composed(holding=("mesotherapy-knee", criterion.id))
    assert [statement.id for statement in consent.particular] == [criterion.id]
    assert [statement.id for statement in consent.purpose] == ["mesotherapy-knee"]


SAID_ONCE = {"fr": ("poussée douloureuse", "ouffées de chaleur", "sucre dans le sang"),
             "en": ("painful flare", "ot flushes", "blood sugar")}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("products", [(), ("methylprednisolone",)])
def test_what_may_happen_is_told_among_the_risks_and_nowhere_else(
    language: str, products: tuple[str, ...]
) -> None:
    """Flare, flush and blood sugar stood in « In your case » as well."""
    said = in_short(
        composed(
            therapy="infiltration",
            holding=("infiltration-knee-osteoarthritis", "infiltration-tell-of-flare"),
            statuses={},
            products=products,
        )
    )
    whole = " ".join(one.says.in_language(language) for one in said.statements())
    assert [whole.count(words) for words in SAID_ONCE[language]] == [1, 1, 1]
    risks = " ".join(one.statement.says.in_language(language) for one in said.risks)
    assert all(words in risks for words in SAID_ONCE[language])


def test_no_rule_tells_of_an_effect_that_its_therapy_has_not() -> None:
    therapies = tuple(
        replace_struct(one, criteria=tuple(
            replace_struct(rule, tells=("no-such-effect",)) if rule.tells else rule
            for rule in one.criteria
        ))
        for one in EDITION.therapies
    )  # fmt: skip
    found = check_told(replace_struct(EDITION, therapies=therapies))
    assert [one.entry for one in found] == ["infiltration-tell-of-flare"]


@pytest.mark.parametrize("status", ["possible", "caution", "needs-information", None])
def test_therapies_of_which_the_same_is_said_share_one_sentence(status: Status | None) -> None:
    others = [one for one in THERAPIES if one not in ("infiltration", "mesotherapy")]
    statuses = {"infiltration": "not-indicated", **dict.fromkeys(others, status)}
    said = together(composed(statuses=statuses).alternatives)
    (one,) = (one for one in said if one.id.endswith("-alternative"))
    whole = composed(statuses=statuses).alternatives
    apart = [other for other in whole if other.id.endswith("-alternative")]
    assert len(apart) == len(others) == 2
    for language, last in (("fr", " et "), ("en", " and ")):
        text = one.says.in_language(language)
        first, second = (other.says.in_language(language).split(":")[0].strip() for other in apart)
        assert text.startswith(f"{first}{last}{lower_first(second)}")
        assert text.endswith(consent_words.ALTERNATIVES[status].in_language(language))
    assert {cited for other in apart for cited in other.sources} == set(one.sources)


def test_when_a_risk_begins_is_said_without_a_second_colon() -> None:
    """« Début : en quelques jours : articulation chaude, fièvre »."""
    effects = [one for therapy in EDITION.therapies for one in therapy.adverse_effects]
    assert not [one.id for one in effects if ":" in one.onset.fr + one.onset.en]


def test_a_therapy_without_indication_is_said_to_have_none() -> None:
    assert [s.id for s in composed(holding=()).purpose] == ["no-indication"]


@pytest.mark.parametrize("status", ["redirect", "contraindicated", "needs-information"])
def test_what_nobody_may_pass_has_no_consent(status: str) -> None:
    with pytest.raises(InputError, match="no consent"):
        composed(statuses={"mesotherapy": status})


def test_an_absolute_contraindication_or_a_stopping_red_flag_has_no_consent() -> None:
    absolute = next(
        c.id for c in EDITION.therapies[0].criteria if c.kind == "absolute-contraindication"
    )
    stop = next(flag.id for flag in EDITION.red_flags if flag.effect == "stops")
    for rule in (absolute, stop):
        with pytest.raises(InputError, match=rule):
            composed(holding=(rule,))


@pytest.mark.parametrize(
    "changes",
    [
        {"therapy": "leeches"},
        {"condition": "spleen"},
        {"zone": "tail"},
        {"products": ("snake-oil",)},
        {"holding": ("no-such-rule",)},
        {"condition": None},
        {"price_cents": -1},
    ],
)
def test_a_name_that_leads_nowhere_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InputError):
        composed(**changes)


def test_the_place_is_said_with_its_side() -> None:
    assert composed().site.fr == "Genou, côté droit"
    assert composed(condition=None, zone="shoulder", side="both").site.en == "Shoulder, both sides"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_stored_consent_gives_the_same_text_and_digest(language: str) -> None:
    consent = composed()
    again = from_json(as_json(consent))
    assert again == consent
    assert digest(again, language) == digest(consent, language)


def test_another_price_product_or_risk_is_another_digest() -> None:
    digests = {
        digest(composed(**changes), "fr")
        for changes in ({}, {"price_cents": 1}, {"products": ()}, {"side": "left"})
    }
    assert len(digests) == 4
    assert digest(composed(), "fr") != digest(composed(), "en")


def test_the_text_holds_every_statement() -> None:
    consent = composed()
    text = as_text(consent, "fr")
    assert all(statement.says.fr in text for statement in consent.statements())


@pytest.mark.parametrize("therapy", THERAPIES)
def test_no_placeholder_is_left_and_french_is_set_as_french_is(therapy: str) -> None:
    text = as_text(composed(therapy=therapy, statuses={}, holding=()), "fr")
    assert "{" not in text
    assert "None" not in text
    assert "'" not in text


def test_the_line_about_the_cold_is_left_out_where_cold_harms() -> None:
    def lines(*holding: str) -> set[str]:
        consent = composed(therapy="mesotherapy", statuses={}, holding=holding)
        return {statement.id for statement in consent.aftercare}

    assert lines() - lines("mesotherapy-cold-aftercare") == {"mesotherapy-cold-advice"}


def test_the_risks_of_a_class_of_products_are_told_where_one_is_planned_or_nothing_is() -> None:
    def risks(*products: str) -> set[str]:
        return {one.statement.id for one in composed(products=products).risks}

    of_nsaid = {"mesotherapy-ulcer-reactivated", "mesotherapy-skin-necrosis-anti-inflammatory"}
    assert of_nsaid <= risks()
    assert of_nsaid <= risks("lidocaine", "ketoprofen")
    assert of_nsaid.isdisjoint(risks("lidocaine", "thiocolchicoside"))
    assert "mesotherapy-skin-necrosis" in risks("lidocaine")
    (muscle,) = composed(products=("thiocolchicoside",)).medicines
    assert "thiocolchicoside-liver" in {one.id for one in muscle.warnings}
    classes = {c for product in EDITION.products for c in product.classes}
    for therapy in EDITION.therapies:
        assert all(classes.issuperset(one.classes) for one in therapy.adverse_effects)


def test_the_risks_of_a_place_are_told_there_alone() -> None:
    def risks(condition: str) -> set[str]:
        changed = composed(therapy="infiltration", condition=condition, side=None, holding=(),
                           statuses={}, products=())  # fmt: skip
        return {one.statement.id for one in changed.risks}

    spine = {"infiltration-spine-accident", "infiltration-dural-puncture"}
    assert spine.isdisjoint(risks("knee-osteoarthritis"))
    assert spine <= risks("sciatica")
    assert "infiltration-pneumothorax" in risks("adhesive-capsulitis")
    zones = {zone.id for zone in EDITION.zones}
    assert all(zones.issuperset(e.zones) for t in EDITION.therapies for e in t.adverse_effects)


def test_no_consent_says_who_does_it() -> None:
    """Whoever does it is named by the record: a brochure speaks of its own house."""
    entries = [one for therapy in EDITION.therapies for one in therapy.practice]
    assert not [one.id for one in entries if one.kind == "operator" and one.told]


SAYS_NOTHING = "ne disent pas comment votre douleur"


@pytest.mark.parametrize("pain", EDITION.conditions, ids=lambda one: one.id)
@pytest.mark.parametrize("jurisdiction", ["FR", "other"])
def test_how_a_pain_goes_untreated_is_told_or_said_to_be_unknown_and_never_both(
    pain: ClinicalCondition, jurisdiction: str
) -> None:
    condition, where = pain.id, {"zone": pain.zones[0], "jurisdiction": jurisdiction}
    consent = composed(condition=condition, side=None, statuses={}, holding=(), **where)
    of_it = [one for one in consent.statements() if one.id.startswith("no-treatment")]
    right, course = of_it
    assert "refuser" in right.says.fr
    plans = {one.id: one for one in diary.content(EDITION).plans}
    known = condition in plans and "sans traitement" in plans[condition].evidence.fr
    assert (SAYS_NOTHING in course.says.fr) is (course.id == "no-treatment-course-not-known")
    assert not (known and SAYS_NOTHING in course.says.fr), "a plan of ours says how it goes"


@pytest.mark.parametrize(
    "stated, told",
    [({}, True), ({"anticoagulant": "vka"}, True), ({"anticoagulant": "none"}, False)],
)
def test_a_bleed_of_those_on_an_anticoagulant_is_told_unless_somebody_said_there_is_none(
    stated: dict[str, str], told: bool
) -> None:
    consent = composed(therapy="infiltration", holding=(), products=(), stated=stated)
    ids = {risk.statement.id for risk in consent.risks}
    assert ("infiltration-bleeding-on-anticoagulant" in ids) is told
    skin = next(r for r in consent.risks if r.statement.id == "infiltration-skin-infection")
    assert not skin.serious  # told, and not among what is grave


def test_what_guidelines_alone_say_is_no_study_to_a_patient() -> None:
    claims = [one for therapy in load_folder().therapies for one in therapy.claims]
    advised = [
        one
        for one in claims
        if one.judgement == "supported" and {f.basis for f in one.findings} == {"guideline"}
    ]
    assert advised
    for one in advised:
        assert "aucune étude" in consent_words.found(one).fr
        assert "études retrouvées" not in consent_words.found(one).fr


def test_no_quotation_is_promised_that_nobody_wrote() -> None:
    priced = [composed(price_cents=None, asked_for=asked) for asked in ((), (("Séance", 9000),))]
    for one in (*priced, composed(price_cents=9000)):
        assert not any("devis" in s.says.fr or "quotation" in s.says.en for s in one.price)


@pytest.mark.parametrize("status", ["contraindicated", "not-indicated", "redirect"])
@pytest.mark.parametrize("therapy", THERAPIES)
def test_what_cannot_be_done_is_no_alternative(therapy: str, status: str) -> None:
    others = {one: status for one in THERAPIES if one != therapy}
    said = composed(therapy=therapy, statuses=others, holding=()).alternatives
    assert not [one.id for one in said if one.id.endswith("-alternative")]


def test_an_alternative_told_in_the_words_of_an_earlier_version_is_read_as_it_was_given() -> None:
    """A text that was given to read is kept: the page that joins what is alike leaves it whole."""
    whole = composed(
        statuses={"infiltration": "possible", "cryoneurolysis": "possible"}
    ).alternatives
    told = tuple(
        replace(one, says=replace_struct(one.says, fr=f"{one.id}\u00a0: à discuter."))
        if one.id == "infiltration-alternative"
        else one
        for one in whole
    )
    assert together(told) == told
