"""The knowledge check sees what is wrong with the room's content: each kind of fault once."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dolenti.guideline.errors import InputError
from dolenti.guideline.honesty import check_honesty
from dolenti.guideline.knowledge import Criterion, Text
from dolenti.guideline.loading import SHIPPED, folder_texts, load_folder, parse
from dolenti.guideline.reviews import check_reviews
from dolenti.guideline.session.checking import check_content, check_session
from dolenti.guideline.session.content import build
from tests.small_edition import small_edition

TEXTS = folder_texts(SHIPPED)
ROOM = {name: text for name, text in TEXTS.items() if name.startswith("session/")}
PARSED = parse(ROOM)
EDITION = load_folder()


def problems(name: str, old: str, new: str) -> list[str]:
    """What the check says once a place of one file is changed."""
    name = f"session/{name}"
    assert old in ROOM[name], f"{name} no longer says {old}"
    try:
        made = build({**PARSED, **parse({name: ROOM[name].replace(old, new, 1)})})
    except InputError as error:
        return [str(error)]
    return [f"{one.entry}: {one.what}" for one in check_content(EDITION, made)]


def test_what_is_shipped_is_sound() -> None:
    assert check_session(EDITION) == []
    assert check_honesty(EDITION) == []
    assert check_reviews(EDITION) == []


def test_an_edition_without_a_room_has_nothing_to_check() -> None:
    assert check_session(small_edition()) == []


@pytest.mark.parametrize(
    "file, old, new, wanted",
    [
        # What cannot be read.
        ("pause/rules.yaml", "valid_minutes: 30", "valid_minutes: soon", "Expected `int`"),
        # Names that lead nowhere.
        ("pause/lines.yaml", "{id: rniv-k}", "{id: nowhere}", "“nowhere” is no source"),
        ("pause/lines.yaml", "turn_to: identity", "turn_to: nobody", "“nobody” is no turn_to"),
        ("pause/lines.yaml", "facts: [fever,", "facts: [feverish,", "“feverish” is no fact"),
        ("pause/lines.yaml", "{inr: {over: 5}}", "{inr: {has: x}}", "blood-thinner:"),
        ("pause/checklists.yaml", "kit, products", "kit, product", "“product” is no line"),
        ("emergency/cards/anaphylaxis.yaml", "dose: glucagon", "dose: sugar", "is no dose"),
        ("events/events/infections.yaml", "grades: infection", "grades: x", "“x” is no scale"),
        ("events/events/infections.yaml", "effects: [mesotherapy-skin-infection",
         "effects: [mesotherapy-nothing", "is no adverse effect"),
        ("aftercare/leaflets/mesotherapy.yaml", "unless: cold-disease", "unless: heat",
         "“heat” is no variant"),
        ("map/zones.yaml", "spine/cervical-upper", "spine/tail", "“spine/tail” is no region"),
        ("map/areas.yaml", "figure: knee-back", "figure: moon", "“moon” is no figure"),
        ("infiltration/targets.yaml", "size: large", "size: huge", "“huge” is no size"),
        ("mixtures/usual.yaml", "product: lidocaine", "product: water", "“water” is no product"),
        # Texts, sources, marks.
        ("pause/turn-to.yaml", 'en: "the practitioner of the session"', 'en: ""',
         "a text is empty in “en”"),
        ("pause/lines.yaml", "basis: expert\n  mark: J", "basis: guideline\n  mark: J",
         "is a judgement (J), so its basis is expert"),
        ("map/areas.yaml", "mark: K", "mark: R", "has the mark R, and nobody read what it cites"),
        ("pause/turn-to.yaml", "id: prescriber", "id: practitioner", "2 entries of turn_to"),
        # The pause.
        ("pause/rules.yaml", "first_page: 12", "first_page: 11", "the first page holds fewer"),
        ("pause/checklists.yaml", "  then: [escort]\n", "", "escort: stands in no list"),
        ("pause/lines.yaml", "unknown: [inr]", "unknown: [platelets]", "does not ask"),
        ("pause/lines.yaml", "ou un circuit dédié est-il prévu\u00a0?",
         "ou circuit dédié prévu", "serology: is answered yes or no, so it is one question"),
        ("pause/lines.yaml", "or is a dedicated circuit planned?",
         "or a dedicated circuit planned", "one question, and is not in “en”"),
        ("pause/lines.yaml", "Y a-t-il une maladie du froid", "N’y a-t-il pas de maladie du froid",
         "cold-disease: asks by a negation in “fr”"),
        ("pause/lines.yaml", "Is there a cold illness", "Is there not a cold illness",
         "cold-disease: asks by a negation in “en”"),
        ("pause/lines.yaml", "diabetes, sport, athlete-tested,",
         "diabetes, sport,",
         "waits for “next-competition”, and does not ask what decides it"),
        # Reports.
        ("events/report-fields.yaml", "asks: [centre,", "asks: [center,",
         "“center” is no field of a report"),
        # The emergency.
        ("emergency/doses.yaml", "most: 0.5", "most: 0.4", "should be"),
        ("emergency/doses.yaml", "{per_kg: 12}", "{per_kg: 13}", "lipid-emulsion: total of"),
        ("emergency/doses.yaml", "most: 0.5\n", "\n", "has no ceiling (most)"),
        ("emergency/kit.yaml", "least: 1", "least: 3", "at most the quantity"),
        ("emergency/kit.yaml", "least: 2\n    holds: [{dose: lipid",
         "least: 1\n    holds: [{dose: lipid", "lipid: 1 hold less than the 800 mL of its card"),
        ("emergency/kit.yaml", "    holds: [{dose: salbutamol}]\n", "",
         "salbutamol: is a dose of a card, and in no kit"),
        # What happened.
        ("events/events/infections.yaml", "when: lot-suspected", "when: lot-strange",
         "“lot-strange” is no circumstance"),
        ("events/events/infections.yaml", "{at-least: 3}", "{over: 3}", "compares the grade"),
        ("events/events/grave.yaml", "effects: [mesotherapy-ulcer-reactivated]", "effects: []",
         "mesotherapy-ulcer-reactivated: is no event"),
        ("events/routes.yaml", 'within: "3 months"', "within: soon", "is not a duration"),
        ("events/clusters.yaml", "cases: 2", "cases: 1", "of two cases or more"),
        ("events/events/grave.yaml", " infiltration-allergic-reaction,", "",
         "allergic-reaction: is a known risk that infiltration tells nobody before consent"),
        # The leaflets.
        ("aftercare/leaflets/mesotherapy.yaml", "{phone}", "{telephone}", "is no field"),
        ("aftercare/rules.yaml", "most_words: 230", "most_words: 200", "at most 200 are read"),
        ("aftercare/leaflets/infiltration-hyaluronate.yaml", "bourdonnements aujourd’hui",
         "aujourd’hui",
         "infiltration-hyaluronate: does not name “bourdonnement” (anaesthetic-toxicity)"),
        ("aftercare/leaflets/cryoneurolysis.yaml", "numb or dropping foot, ", "",
         "cryoneurolysis: does not name “numb or dropping foot” (foot)"),
        ("aftercare/leaflets/mesotherapy.yaml", "only_if: thiocolchicoside", "only_if: athlete",
         "mesotherapy: does not say how long contraception goes on after thiocolchicoside"),
        ("aftercare/rules.yaml", "    products: [thiocolchicoside]\n", "",
         "thiocolchicoside: a variant is a condition, or products"),
        ("pause/checklists.yaml", "product_class: local-anaesthetic", "product_class: nsaid",
         "infiltration-local-anaesthetic: has a leaflet, and no list of its own"),
        ("pause/checklists.yaml", "then: [products, asepsis-joint]", "then: [asepsis-joint]",
         "cryoneurolysis: looks at nothing of what goes in"),
        # The map.
        ("map/rules.yaml", 'body_edition: "2026.1"', 'body_edition: "2025.9"',
         "its outlines are drawn on body 2025.9"),
        ("map/rules.yaml", "id: outside-the-body", "id: outside", "is missing from map/rules"),
        ("map/areas.yaml", 'outline: "425,690', 'outline: "4250,690', "reaches beyond the grid"),
        ("map/areas.yaml", "kind: limit\n", "kind: warn\n", "a limit gives its depth"),
        ("map/techniques.yaml", "default_depth_mm: 1", "default_depth_mm: 3",
         "its default depth lies outside its range"),
        ("map/techniques.yaml", "depth_mm: [0.5, 2]", "depth_mm: [0.5, 5]", "goes deeper"),
        # Targets, nerves, mixtures.
        ("infiltration/targets.yaml", "most: 40", "most: 1", "at most to the most"),
        ("infiltration/targets.yaml", "products: [soft-suspension, anaesthetic]\n  avoid: [axilla]",
         "products: [ia-suspension, anaesthetic]\n  avoid: [axilla]",
         "subacromial: offers triamcinolone-hexacetonide, which refuses such a place"),
        ("infiltration/targets.yaml", "volume_ml: {usual: [0.5, 1.5], most: 2}",
         "volume_ml: {usual: [0.5, 1.5], most: 3}",
         "lumbar-facet: holds 75 mg of prednisolone-acetate, of which 50 may go in"),
        ("infiltration/targets.yaml", "watch: [skin, tendon, sepsis, glycaemia, numb-nerve, flare",
         "watch: [skin, tendon, sepsis, glycaemia, numb-nerve",
         "trigger-finger: does not watch for flare"),
        ("infiltration/rules.yaml", "condition: medial-epicondylitis", "condition: sciatica",
         "medial-epicondylitis: is an indication, and no target"),
        ("infiltration/targets.yaml", "[plantar-fasciitis]", "[plantar-fasciitis, other-sprain]",
         "plantar-fascia: says why other-sprain is no indication"),
        ("infiltration/rules.yaml", "    caps_of: spine\n", "",
         "sacroiliac: says that no cap is known for prednisolone-acetate, which has one"),
        ("cryoneurolysis/rules.yaml", "margin_mm: 9.25", "margin_mm: 9", "should be fine"),
        ("cryoneurolysis/nerves.yaml", "  motor_test: true\n  poorly_known", "  poorly_known",
         "retinacular: is poorly known, and asks for no motor test"),
        ("cryoneurolysis/nerves.yaml", "basis: trial\n  mark: K", "basis: trial\n  mark: R",
         "anterior-femoral-cutaneous: has landmarks that nobody read"),
        ("cryoneurolysis/rules.yaml", "id: nadir", "id: lowest", "nadir: is missing from"),
        ("mixtures/usual.yaml", "verdict: allowed", "verdict: blocked",
         "should be blocked and is allowed"),
        ("mixtures/usual.yaml", "strength: 10, volume: 3}", "strength: 10, volume: 30}",
         "is offered, and the rules say blocked"),
    ],
)  # fmt: skip
def test_each_fault_is_seen(file: str, old: str, new: str, wanted: str) -> None:
    found = problems(file, old, new)
    assert any(wanted in one for one in found), found


def test_a_criterion_that_promises_imaging_where_it_is_done_by_landmarks_is_named() -> None:
    def promising(criterion: Criterion) -> Criterion:
        told = Text(fr="Injecté sous guidage.", en="Injected under image guidance.")
        return replace(criterion, told=told)

    therapies = tuple(
        replace(t, criteria=tuple(promising(c) if c.id == "infiltration-bursitis" else c
                                  for c in t.criteria))
        for t in EDITION.therapies
    )  # fmt: skip
    found = check_content(replace(EDITION, therapies=therapies, sha256="x"), build(PARSED))
    assert any(one.entry == "infiltration-bursitis" and "shoulder" in one.what for one in found)


def test_a_source_that_only_the_room_cites_is_used() -> None:
    alone = replace(EDITION, session_texts={}, sha256="no room")
    unused = {one.entry for one in check_honesty(alone)}
    assert {"rhomboid-2014", "camr-2021-last"} <= unused
    assert check_honesty(EDITION) == []


def test_a_part_that_nobody_is_to_review_is_named() -> None:
    covers = tuple(
        replace(one, covers=("session/paused",)) if one.covers == ("session/pause",) else one
        for one in EDITION.reviews
    )
    found = check_reviews(replace(EDITION, reviews=covers))
    said = [f"{one.entry}: {one.what}" for one in found]
    assert any(one.startswith("session/pause/lines/identity: no review covers") for one in said)
    assert any(one.startswith("session/paused: is no rule") for one in said)
