# ruff: noqa: E501 - one entry of YAML on one line is easier to compare with its neighbours
"""A small edition for the tests of the engine: two therapies, a handful of facts.

It is no medicine. Tests of medicine use the shipped knowledge; here a rule is short enough to
see why a verdict must come out as it does.
"""

from __future__ import annotations

from collections.abc import Mapping

from dolenti.guideline.knowledge import Edition
from dolenti.guideline.loading import load_edition

TEXT = "{fr: Texte., en: Text.}"
CITED = "sources: [{id: book}]"

FACTS = f"""
- {{id: age, type: number, about: patient, label: {TEXT}, ask: {TEXT}, unit: a, range: [0, 120], from_header: true}}
- {{id: sex, type: choice, about: patient, label: {TEXT}, ask: {TEXT}, from_header: true,
   options: [{{id: female, label: {TEXT}}}, {{id: male, label: {TEXT}}}]}}
- {{id: condition, type: choice, about: complaint, label: {TEXT}, ask: {TEXT}, from_header: true,
   options: [{{id: sore-knee, label: {TEXT}}}, {{id: sore-elbow, label: {TEXT}}}]}}
- {{id: zone, type: choice, about: complaint, label: {TEXT}, ask: {TEXT}, from_header: true,
   options: [{{id: knee, label: {TEXT}}}, {{id: elbow, label: {TEXT}}}]}}
- {{id: side, type: choice, about: complaint, label: {TEXT}, ask: {TEXT}, from_header: true,
   options: [{{id: left, label: {TEXT}}}, {{id: right, label: {TEXT}}}]}}
- {{id: since, type: date, past: true, about: complaint, label: {TEXT}, ask: {TEXT}, from_header: true}}
- {{id: pregnancy, type: boolean, about: patient, label: {TEXT}, ask: {TEXT}, reassuring: false,
   relevant: {{not: {{sex: {{is: male}}}}}}}}
- {{id: gestational-age, type: number, about: patient, label: {TEXT}, ask: {TEXT}, unit: wk,
   range: [0, 45], relevant: pregnancy}}
- {{id: infection, type: boolean, about: today, label: {TEXT}, ask: {TEXT}, reassuring: false}}
- {{id: fever, type: boolean, about: today, label: {TEXT}, ask: {TEXT}, reassuring: false}}
- {{id: odd-nodule, type: boolean, about: complaint, label: {TEXT}, ask: {TEXT}, reassuring: false}}
- {{id: smoker, type: boolean, about: patient, label: {TEXT}, ask: {TEXT}, reassuring: false}}
- {{id: inr, type: number, about: today, label: {TEXT}, ask: {TEXT}, unit: "1", range: [0.5, 20],
   fresh_for: 48 h, relevant: {{anticoagulant: {{is: vka}}}}}}
- {{id: anticoagulant, type: choice, about: patient, label: {TEXT}, ask: {TEXT}, reassuring: none,
   options: [{{id: none, label: {TEXT}}}, {{id: vka, label: {TEXT}}}, {{id: doac, label: {TEXT}}}]}}
- {{id: weight, type: number, about: patient, label: {TEXT}, ask: {TEXT}, unit: kg, range: [1, 350],
   also_in: [{{unit: g, factor: 0.001}}, {{unit: "[lb_av]", factor: 0.45359237}}]}}
- {{id: allergy, type: set, about: patient, label: {TEXT}, ask: {TEXT}, reassuring: [],
   options: [{{id: lidocaine, label: {TEXT}}}, {{id: nsaid, label: {TEXT}}}]}}
- {{id: last-injection, type: date, past: true, about: complaint, label: {TEXT}, ask: {TEXT}, reassuring: never}}
- {{id: next-race, type: date, future: true, about: patient, label: {TEXT}, ask: {TEXT}, reassuring: never}}
"""

RULE = f"because: {TEXT}, told: {TEXT}, {CITED}, basis: claim"

NEEDLING = f"""
- {{id: needling-knee, kind: indication, when: {{condition: {{in: [sore-knee]}}}}, {RULE}}}
- {{id: needling-elbow, kind: indication, when: {{condition: {{is: sore-elbow}}}}, {RULE}}}
- {{id: needling-infection, kind: absolute-contraindication, when: infection, {RULE}}}
- {{id: needling-pregnancy, kind: relative-contraindication, when: pregnancy, {RULE}}}
- {{id: needling-inr, kind: relative-contraindication,
   when: {{all: [{{anticoagulant: {{is: vka}}}}, {{inr: {{over: 3}}}}]}}, {RULE}}}
- {{id: needling-smoker, kind: precaution, when: smoker, {RULE}}}
- {{id: needling-policy, kind: relative-contraindication, when: smoker,
   policy: {{id: smoking, value: counts}}, {RULE}}}
"""

FREEZING = f"""
- {{id: freezing-knee, kind: indication, when: {{condition: {{is: sore-knee}}}}, {RULE}}}
- {{id: freezing-allergy, kind: absolute-contraindication, when: {{allergy: {{has: lidocaine}}}}, {RULE}}}
- {{id: freezing-recent, kind: relative-contraindication, when: {{last-injection: {{within: 3 months}}}}, {RULE}}}
"""

RED_FLAGS = f"""
- {{id: flag-fever, when: fever, effect: stops, urgency: same-day, to: {TEXT}, {RULE}}}
- {{id: flag-nodule, when: odd-nodule, effect: alerts, urgency: soon, to: {TEXT}, {RULE}}}
"""

ASKING = f"""
- row: all
  order: 1
  label: {TEXT}
  phrases:
  - {{facts: [infection, fever], says: {{fr: fièvre ou infection, en: fever or infection}}}}
  - {{facts: [infection], says: {{fr: infection, en: infection}}}}
  - {{facts: [fever], says: {{fr: fièvre, en: fever}}}}
  - {{facts: [odd-nodule], broader: true, says: {{fr: nodule, en: nodule}}}}
  - {{facts: [pregnancy], says: {{fr: grossesse, en: pregnancy}}}}
  - {{facts: [smoker], says: {{fr: tabac, en: smoker}}}}
  - {{facts: [anticoagulant], says: {{fr: anticoagulant, en: anticoagulant}}}}
  - {{facts: [allergy], says: {{fr: allergie, en: allergy}}, covers: [{{says: {{fr: allergie, en: allergy}}, members: [lidocaine, nsaid]}}]}}
  - {{facts: [last-injection], says: {{fr: injection, en: injection}}}}
  - {{facts: [next-race], says: {{fr: course, en: race}}}}
  - {{facts: [inr], says: {{fr: INR, en: INR}}}}
  - {{facts: [gestational-age], says: {{fr: terme, en: term}}}}
  - {{facts: [weight], says: {{fr: poids, en: weight}}}}
  facts:
  - {{fact: infection, tier: row, how: asked}}
  - {{fact: fever, tier: button, how: examined}}
  - {{fact: odd-nodule, tier: row, how: examined}}
  - {{fact: pregnancy, tier: row, how: asked}}
  - {{fact: smoker, tier: open, how: asked, synonyms: [tabac]}}
  - {{fact: anticoagulant, tier: open, how: asked}}
  - {{fact: allergy, tier: row, how: asked}}
  - {{fact: last-injection, tier: open, how: asked}}
  - {{fact: next-race, tier: open, how: planned}}
  - {{fact: inr, tier: alone, how: asked}}
  - {{fact: gestational-age, tier: alone, how: asked}}
  - {{fact: weight, tier: alone, how: examined}}
- row: header
  order: 9
  stage: record
  label: {TEXT}
  facts:
  - {{fact: age, tier: open, how: derived}}
  - {{fact: sex, tier: open, how: derived}}
  - {{fact: condition, tier: open, how: judged}}
  - {{fact: zone, tier: open, how: derived}}
  - {{fact: side, tier: open, how: derived}}
  - {{fact: since, tier: open, how: asked}}
"""

PROTOCOL = f"{{phases: [], limits: [], next_steps: [], {CITED}}}"

TEXTS: dict[str, str] = {
    "edition.yaml": "{version: test, languages: [fr, en], default_jurisdiction: FR, statements: {M: 2}}",
    "facts/all.yaml": FACTS,
    "zones.yaml": f"[{{id: knee, label: {TEXT}, {CITED}}}, {{id: elbow, label: {TEXT}, {CITED}}}]",
    "conditions/all.yaml": (
        f"[{{id: sore-knee, label: {TEXT}, zones: [knee], kind: other, {CITED}}},"
        f" {{id: sore-elbow, label: {TEXT}, zones: [elbow], kind: other, {CITED}}}]"
    ),
    "sources/all.yaml": (
        "[{id: book, mark: S, kind: other, title: Book, read: full},"
        " {id: belief, mark: K, kind: expert, title: Belief, read: none}]"
    ),
    "policies.yaml": (
        f"[{{id: smoking, label: {TEXT}, default: ignored, {CITED}, options: "
        f"[{{id: ignored, label: {TEXT}}}, {{id: counts, label: {TEXT}}}]}}]"
    ),
    "red-flags/all.yaml": RED_FLAGS,
    "asking/all.yaml": ASKING,
    "therapies/needling/therapy.yaml": (
        f"{{id: needling, order: 1, label: {TEXT}, short: {TEXT}, summary: {TEXT}, told: {TEXT}, {CITED}}}"
    ),
    "therapies/needling/criteria.yaml": NEEDLING,
    "therapies/needling/protocol.yaml": PROTOCOL,
    "therapies/freezing/therapy.yaml": (
        f"{{id: freezing, order: 2, label: {TEXT}, short: {TEXT}, summary: {TEXT}, told: {TEXT}, {CITED}}}"
    ),
    "therapies/freezing/criteria.yaml": FREEZING,
    "therapies/freezing/protocol.yaml": PROTOCOL,
}


def small_edition(changes: Mapping[str, str] | None = None) -> Edition:
    """The small edition, some of its files replaced."""
    return load_edition({**TEXTS, **(changes or {})})
