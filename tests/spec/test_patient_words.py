"""What a patient reads about himself: plain words, no suspicion, no note meant for the doctor.

A consent is a paper that others may read: the family, an employer, whoever opens the letter. What
it must not say is told to the patient face to face. ``docs/patient-words.md`` says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module
from typing import Any

import msgspec
import pytest

from dolenti.guideline.conditions import Compare, Leaf, evaluate, facts_of, leaves
from dolenti.guideline.consent import Consent, ConsentRequest, as_text, check_told, compose
from dolenti.guideline.consent.checking import Printable, printable
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import NEVER_USED, Edition, Text
from dolenti.guideline.loading import load_edition, load_folder
from dolenti.guideline.mixture.one_product import status_on
from tests.small_edition import TEXTS, small_edition
from tests.spec.patient_words import NEVER_TO_A_PATIENT, NOT_PLAIN
from tests.unit.ui.print.people import AT, CLINIC

EDITION = load_folder()
DAY = date(2026, 11, 22)
THERAPIES = [therapy.id for therapy in EDITION.therapies]
MOST_WORDS = 30
MOST_SENTENCES = 2

FIGURE = re.compile(r"\d+(?:[.,]\d+)?")
ALL = tuple(printable(EDITION))


def faults(told: Text, clinical: Text) -> list[str]:
    """What is not plain, not private, or not the same figure in a sentence for the patient."""
    found = []
    for language in ("fr", "en"):
        text = told.in_language(language)
        for pattern in (NEVER_TO_A_PATIENT[language], NOT_PLAIN[language]):
            found += [match[0] for match in pattern.finditer(text)]
        sentences = re.split(r"(?<=[.!?])\s", text)
        if len(sentences) > MOST_SENTENCES:
            found.append(f"{len(sentences)} sentences")
        for sentence in sentences:
            words = [word for word in sentence.split() if re.search(r"\w", word)]
            if len(words) > MOST_WORDS:
                found.append(f"{len(words)} words")
        if not text.endswith("."):
            found.append("no full stop")
        strange = set(FIGURE.findall(text)) - set(FIGURE.findall(clinical.in_language(language)))
        found += sorted(strange)
    return found


def consent(therapy: str, *holding: str, edition: Edition = EDITION, **changes: object) -> Consent:
    request = ConsentRequest(therapy=therapy, day=DAY, zone="knee", holding=holding)
    return compose(edition, replace(request, **changes))


def of(therapy: str, *kinds: str) -> list[str]:
    chosen = next(t for t in EDITION.therapies if t.id == therapy)
    return [criterion.id for criterion in chosen.criteria if criterion.kind in kinds]


ALERTS = [flag.id for flag in EDITION.red_flags if flag.effect == "alerts"]
AMONG_THE_RISKS = {rule.id for one in EDITION.therapies for rule in one.criteria if rule.tells}
PLANNED = [
    product.id
    for product in EDITION.products
    if (period := status_on(product, "FR", DAY)) is None or period.state not in NEVER_USED
]


def everything(therapy: str) -> Consent:
    """The consent of somebody in whom all that may be printed holds, with every product."""
    excluded = set(next(t for t in EDITION.therapies if t.id == therapy).description.not_done_with)
    products = tuple(
        p.id for p in EDITION.products if p.id in PLANNED and not excluded & set(p.classes)
    )
    holding = of(therapy, "indication", "relative-contraindication", "precaution")
    return consent(therapy, *holding, *ALERTS, products=products)


def test_knowledge_check_finds_nothing_missing() -> None:
    assert check_told(EDITION) == []
    assert {one.kind.split()[0] for one in ALL} == {
        "alert", "therapy", "indication", "relative-contraindication", "precaution", "adverse",
        "finding", "practice", "off-label", "status", "care", "warning",
    }  # fmt: skip


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.entry}-{one.kind}")
def test_each_sentence_is_plain_private_and_of_the_doctors_figures(one: Printable) -> None:
    assert isinstance(one.told, Text)
    assert faults(one.told, one.clinical) == []


@pytest.mark.parametrize(
    "french, english, fault",
    [
        ("Le patient doit en être informé.", "You are told.", "Le patient"),
        ("Vous êtes informé.", "The patient is told.", "The patient"),
        ("Une métastase est recherchée.", "You are examined.", "métasta"),
        ("Vous avez un cancer.", "You are examined.", "cancer"),
        ("Votre usage de drogues expose à une infection.", "You are examined.", "drogue"),
        ("Votre VIH demande un circuit réservé.", "You are examined.", "VIH"),
        ("Demandez au prescripteur.", "You ask.", "prescripteur"),
        ("Vous avez une gonarthrose.", "Your knee is worn.", "gonarthrose"),
        ("Ce produit est employé hors AMM.", "You are told.", "hors AMM"),
        ("Vous êtes vu dans 3 jours.", "You are seen within days.", "3"),
        ("Vous lisez. Vous signez. Vous partez.", "You read.", "3 sentences"),
        ("Vous " + "mot " * 30 + "fin.", "You read.", "32 words"),
        ("Vous êtes vu", "You are seen.", "no full stop"),
    ],
)
def test_a_sentence_that_no_patient_should_read_is_found(
    french: str, english: str, fault: str
) -> None:
    plain = Text(fr="Vous êtes vu.", en="You are seen.")
    assert faults(plain, plain) == []
    assert any(
        fault.lower() in found.lower() for found in faults(Text(fr=french, en=english), plain)
    )


def test_a_cancer_that_the_patient_told_of_may_be_named_and_nothing_is_concluded() -> None:
    known = Text(fr="Vous avez ou avez eu un cancer.", en="You have or have had cancer.")
    assert faults(known, known) == []


@pytest.mark.parametrize("therapy", THERAPIES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_consent_prints_what_is_told_and_nothing_written_for_the_doctor(
    therapy: str, language: str
) -> None:
    composed = everything(therapy)
    said = {statement.says.in_language(language) for statement in composed.statements()}
    printed = as_text(composed, language)
    held = {
        *of(therapy, "indication", "relative-contraindication", "precaution"), *ALERTS,
        *(r.statement.id for r in composed.risks), *(s.id for s in composed.practice), therapy,
    }  # fmt: skip
    held -= AMONG_THE_RISKS
    shown = [one for one in ALL if one.entry in held]
    assert len(shown) > 30
    for one in shown:
        assert isinstance(one.told, Text)
        assert one.told.in_language(language) in said, one.entry
        if one.clinical != one.told:
            assert one.clinical.in_language(language) not in said, one.entry
    for criterion in next(t for t in EDITION.therapies if t.id == therapy).criteria:
        if criterion.advice is not None:
            assert criterion.advice.in_language(language) not in printed


@pytest.mark.parametrize("therapy", THERAPIES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_consent_holds_a_suspicion_a_secret_or_a_note_to_the_doctor(
    therapy: str, language: str
) -> None:
    composed = everything(therapy)
    texts = [composed.label, *(s.says for s in composed.statements())]
    texts += [s.note for s in composed.statements() if s.note]
    texts += [t for r in composed.risks for t in (r.frequency, r.counted, r.onset, r.lasts)]
    found = {
        text.in_language(language)
        for text in texts
        if NEVER_TO_A_PATIENT[language].search(text.in_language(language))
    }
    assert found == set()


@pytest.mark.parametrize("therapy", THERAPIES)
def test_notes_say_what_another_therapy_is_that_a_delay_is_usual_and_the_routes_of_a_label(
    therapy: str,
) -> None:
    composed = everything(therapy)
    noted = [s for s in composed.statements() if s.note]
    others = {s.id for s in composed.alternatives if s.id.endswith("-alternative")}
    assumed = {
        effect.id
        for t in EDITION.therapies
        if t.id == therapy
        for effect in t.adverse_effects
        if effect.onset_assumed and effect.id in {one.statement.id for one in composed.risks}
    }
    routes = {medicine.authorisation.id for medicine in composed.medicines}
    assert {s.id for s in noted} - routes == others | assumed
    delays = {s.note.fr for s in noted if s.id in assumed if s.note}
    assert delays <= {"Délai habituel, donné à titre indicatif."}


def strings(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for value in content.values():
            yield from strings(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from strings(value)


@pytest.mark.parametrize("therapy", THERAPIES)
def test_no_title_of_a_source_betrays_what_the_sentence_keeps_back(
    therapy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """“An examination is needed”, and behind its number “signs of a bone tumour”."""
    printed: list[dict[str, Any]] = []
    module = import_module("dolenti.ui.print.consent_details")
    monkeypatch.setattr(module, "pdf", lambda _, content, *__, **___: printed.append(content))
    held = of(therapy, "indication", "relative-contraindication", "precaution")
    told = consent(therapy, *held, *ALERTS)
    document = module.ConsentDetails(told, EDITION.sources, CLINIC, AT)
    module.consent_details(document, "fr")
    (content,) = printed
    assert len(content["particular"]) > len(ALERTS)
    secret = re.compile(
        r"tum(?:ou?r|eur)|metasta|métasta|cancer|drug us|drogue|HIV|VIH|hepatitis|hépatite",
        re.IGNORECASE,
    )
    texts = {one["text"] for one in content["particular"]} | {
        row["text"] for row in content["risks"]["rows"]
    }
    assert [text for text in strings(content) if text not in texts and secret.search(text)] == []


def test_what_others_must_not_read_is_said_face_to_face() -> None:
    told = {one.entry: one.told for one in ALL if isinstance(one.told, Text)}
    assert told["red-flag-spine-intravenous-drug-use"].fr == (
        "Un examen est nécessaire avant ce traitement\u00a0; votre médecin vous explique pourquoi."
    )
    for entry in ("acs-blood-borne-virus", "acs-blood-borne-virus-dedicated-circuit"):
        assert re.search(r"viru|sang\b|infect", told[entry].fr) is None
        assert re.search(r"viru|blood|infect", told[entry].en) is None


@pytest.mark.parametrize("product", PLANNED)
def test_a_status_is_said_in_words_and_not_as_the_base_writes_it(product: str) -> None:
    (medicine,) = consent("mesotherapy", products=(product,), edition=anywhere(product)).medicines
    says = medicine.authorisation.says
    assert faults(Text(fr=says.fr.split(" Voies")[0], en=says.en.split(" Routes")[0]), says) == []
    assert "base publique" not in says.fr


def anywhere(product: str) -> Edition:
    """The edition, where mesotherapy excludes no product."""
    first, *others = EDITION.therapies
    bare = msgspec.structs.replace(first.description, not_done_with=())
    free = msgspec.structs.replace(first, description=bare)
    return msgspec.structs.replace(EDITION, therapies=(free, *others))


def test_a_device_is_not_called_an_authorised_medicine() -> None:
    (medicine,) = consent("infiltration", products=("sodium-hyaluronate",)).medicines
    assert medicine.authorisation.says.fr.startswith("C’est un dispositif médical")
    assert "autoris" not in medicine.authorisation.says.fr


def silent(*, bare: str) -> Edition:
    """The small edition, whose rules of ``bare`` say nothing to the patient."""
    told = "told: {fr: Texte., en: Text.}, "
    return small_edition({name: t.replace(told, "") for name, t in TEXTS.items() if bare in name})


def test_every_absence_is_listed_at_once_by_its_entry() -> None:
    found = check_told(silent(bare="criteria.yaml"))
    assert {problem.entry for problem in found} == {
        "needling-knee", "needling-elbow", "needling-pregnancy", "needling-inr", "needling-smoker",
        "needling-policy", "freezing-knee", "freezing-recent",
    }  # fmt: skip
    assert all("told" in problem.what for problem in found)
    assert {problem.entry for problem in check_told(silent(bare="red-flags"))} == {"flag-nodule"}
    assert {problem.entry for problem in check_told(silent(bare="therapy.yaml"))} == {
        "needling", "freezing",
    }  # fmt: skip


def test_what_forbids_a_consent_needs_no_sentence() -> None:
    assert not {problem.entry for problem in check_told(silent(bare=""))} & {
        "needling-infection", "freezing-allergy", "flag-fever",
    }  # fmt: skip


PRACTICE = (
    "- {{id: paid, kind: {kind}, says: {{fr: Texte., en: Text.}}, basis: claim,"
    " sources: [{{id: book}}]{told}}}"
)


@pytest.mark.parametrize(
    "kind, told, missing",
    [
        ("operator", "", False),
        ("operator", ", told: true", True),
        ("operator", ", told: {fr: Texte., en: Text.}", False),
        ("reimbursement", "", True),
        ("reimbursement", ", told: {fr: Texte., en: Text.}", False),
    ],
)
def test_a_practice_that_is_printed_says_how(kind: str, told: str, missing: bool) -> None:
    """``told: true`` is how editions of before say it: they load, and are not called sound."""
    practice = {"therapies/needling/practice.yaml": PRACTICE.format(kind=kind, told=told)}
    found = check_told(load_edition({**TEXTS, **practice}))
    assert [problem.entry for problem in found] == (["paid"] if missing else [])


def test_the_doctors_sentence_never_stands_in_for_one_that_is_missing() -> None:
    with pytest.raises(InputError, match="needling-smoker") as refused:
        consent("needling", "needling-smoker", edition=silent(bare="needling/criteria.yaml"))
    assert "knowledge check" in refused.value.fr
    assert consent("needling", "needling-smoker", edition=small_edition()).particular


RULES = {
    rule.id: rule
    for rule in (*EDITION.red_flags, *(c for t in EDITION.therapies for c in t.criteria))
}
WHATEVER_WAS_ANSWERED = {
    # The question asks more than its first words: what is told holds of every yes to it.
    "pregnancy": ("pourriez l’être", "might be"),
    "systemic-corticosteroid": ("ou avez prise", "or took"),
    "live-vaccine-recent": ("ou prévu", "or due"),
    "night-pain": ("ne cesse jamais ou augmente", "never stops or slowly grows"),
    "usual-treatment-insufficient": ("ou vous l’avez refusé", "or you refused it"),
}
SAYS_NOTHING_OF_IT = {"red-flag-fragility-fracture", "red-flag-tumour-suspected"}


@pytest.mark.parametrize("fact", WHATEVER_WAS_ANSWERED)
def test_what_is_told_holds_of_every_yes_to_the_question(fact: str) -> None:
    """“You are pregnant” to one who might be; “that you take” to one who took it long ago."""
    french, english = WHATEVER_WAS_ANSWERED[fact]
    told = [
        rule.told
        for rule in RULES.values()
        if fact in facts_of(rule.when) and rule.told and rule.id not in SAYS_NOTHING_OF_IT
    ]
    assert told
    for text in told:
        assert french in " ".join(text.fr.split())
        assert english in " ".join(text.en.split())


def test_a_known_cause_is_benign_and_no_one_cause_alone() -> None:
    told = RULES["mesotherapy-vertebral-compression-fracture"].told
    assert "connue et bénigne" in told.fr
    assert "known and benign" in told.en
    assert "ostéopor" not in told.fr


def test_no_knock_is_told_to_one_who_twisted_a_joint() -> None:
    for flag in EDITION.red_flags:
        if flag.told and "recent-injury" in facts_of(flag.when):
            assert not re.search(r"\bchoc\b", flag.told.fr)
            assert not re.search(r"\bknock\b", flag.told.en)


THINNERS = {"anticoagulant", "antiplatelet", "inr"}


def test_whoever_thins_his_blood_reads_that_he_stops_nothing() -> None:
    """“The procedure waits until the INR is down” is an invitation to skip a dose."""
    speaking = [
        rule
        for rule in RULES.values()
        if rule.told and THINNERS & set(facts_of(rule.when)) and "platelets" not in rule.id
    ]
    assert len(speaking) > 20
    for rule in speaking:
        assert re.search("N’arrêtez rien|n’arrêtez rien|pas arrêtée|est poursuivi", rule.told.fr)
        assert re.search("[Ss]top nothing|not stopped|is continued", rule.told.en)


@pytest.mark.parametrize("therapy", THERAPIES)
def test_a_controlled_disorder_is_not_said_to_forbid_nothing(therapy: str) -> None:
    """The same paper may speak of too few platelets."""
    (told,) = [
        rule.told
        for rule in RULES.values()
        if rule.id.endswith("coagulation-disorder-controlled")
        and rule.id in of(therapy, "precaution")
    ]
    assert "interdit" not in told.fr
    assert "forbid" not in told.en


@pytest.mark.parametrize("allergies", [("lidocaine", "procaine"), ("lidocaine",)])
def test_no_other_family_is_promised_to_who_is_allergic_to_both(
    allergies: tuple[str, ...],
) -> None:
    def has(leaf: Leaf) -> bool:
        return isinstance(leaf, Compare) and leaf.operand in allergies

    said = [
        rule.told.fr
        for rule in RULES.values()
        if rule.told
        and {leaf.fact for leaf in leaves(rule.when)} == {"allergy"}
        and evaluate(rule.when, has)
    ]
    assert said
    both = len(allergies) == 2
    assert any("l’autre famille" in one for one in said) is not both


def test_a_danger_of_cold_comes_with_what_is_done_about_it() -> None:
    for name in ("raynaud", "sickle-cell", "buerger-disease"):
        assert "par écrit" in RULES[f"cryoneurolysis-{name}"].told.fr
        assert "in writing" in RULES[f"cryoneurolysis-{name}"].told.en


FRIGHTENING = re.compile(
    r"maladie aiguë|accident vasculaire|votre douleur dure|acute illness|stroke|your pain lasts",
    re.IGNORECASE,
)


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.entry}-{one.kind}")
def test_nothing_frightens_of_what_nobody_asked(one: Printable) -> None:
    assert isinstance(one.told, Text)
    for language in ("fr", "en"):
        assert not FRIGHTENING.search(" ".join(one.told.in_language(language).split()))
