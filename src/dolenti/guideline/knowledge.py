"""The shapes of the knowledge: what each YAML file may say.

One class per kind of entry; a file is a list of entries or one entry (see ``loading.LAYOUT``).
Every clinical entry cites its sources and the numbered statements it ``encodes``. Nothing here
reads a file or decides anything.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from dolenti.guideline.conditions import Condition


class Entry(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """Base of everything in the knowledge: immutable, and deaf to keys it does not know."""


class Text(Entry, frozen=True, kw_only=True):
    """A text for people, in both languages of the project."""

    fr: str
    en: str

    def in_language(self, language: str) -> str:
        return self.fr if language == "fr" else self.en


Basis = Literal["claim", "label", "guideline", "trial", "expert"]
Mark = Literal["S", "L", "K"]


class Citation(Entry, frozen=True, kw_only=True):
    """Where a source says it: the source's id and the place in it (lines, section, table)."""

    id: str
    at: str | None = None


class Cited(Entry, frozen=True, kw_only=True):
    """An entry that answers for what it says."""

    sources: tuple[Citation, ...]
    encodes: tuple[str, ...] = ()
    note: Text | None = None


class Source(Entry, frozen=True, kw_only=True):
    """A document. ``mark``: S in the project's hands, L found in public literature, K believed.

    ``read`` says how much of it was read; what nobody read is never called verified.
    """

    id: str
    mark: Mark
    kind: Literal[
        "patient-information", "label", "regulation", "guideline", "review", "trial",
        "observational", "case-report", "expert", "other",
    ]  # fmt: skip
    title: str
    year: int | None = None
    publisher: str | None = None
    identifier: str | None = None
    read: Literal["full", "abstract", "opening", "quoted", "none"]
    note: Text | None = None


class NumberedStatement(Entry, frozen=True, kw_only=True):
    """One numbered statement of the fact base, in our own few words, with its place."""

    id: str
    says: Text
    sources: tuple[Citation, ...]
    kind: Literal[
        "history",
        "definition",
        "claim",
        "rule",
        "safety",
        "practice",
        "evidence",
        "tension",
        "noise",
    ]


class LeftOut(Entry, frozen=True, kw_only=True):
    """Why a numbered statement is not encoded as knowledge."""

    statements: tuple[str, ...]
    reason: Literal["history", "marketing", "page-noise", "not-clinical", "background"]
    because: Text


class Code(Entry, frozen=True, kw_only=True):
    """A code of a standard terminology that means this fact, option, zone or condition.

    ICD-10 and ATC codes stand for everything below them; the others only for themselves.
    ``verified`` is false where nobody has checked the code at its publisher.
    """

    system: Literal["snomed", "loinc", "icd10", "atc", "rxnorm", "ucum", "ccam"]
    code: str
    display: str
    verified: bool = False


class Option(Entry, frozen=True, kw_only=True):
    """One answer of a choice, or one member of a set."""

    id: str
    label: Text
    codes: tuple[Code, ...] = ()


class OtherUnit(Entry, frozen=True, kw_only=True):
    """A unit that is also accepted: value x factor + offset gives the fact's own unit."""

    unit: str
    factor: float
    offset: float = 0.0


class FactDefinition(Entry, frozen=True, kw_only=True):
    """One line of the dictionary (contract 1 of the design).

    ``reassuring`` is the answer that means nothing to report; a measured value has none.
    ``range`` is what is humanly possible, not what is normal. ``past`` / ``future`` say on which
    side of today a date lies; the word ``never`` is the date of what did not happen.
    ``from_header`` facts come from the patient or the complaint itself. A ``lasting`` fact stays
    true when what made it true has ended: a cancer that was cured leaves a history of cancer.
    """

    id: str
    type: Literal["boolean", "number", "choice", "set", "date"]
    about: Literal["patient", "complaint", "today"]
    label: Text
    ask: Text
    help: Text | None = None
    unit: str | None = None
    also_in: tuple[OtherUnit, ...] = ()
    range: tuple[float, float] | None = None
    options: tuple[Option, ...] = ()
    past: bool = False
    future: bool = False
    reassuring: bool | str | tuple[str, ...] | None = None
    relevant: Condition | None = None
    fresh_for: str | None = None
    codes: tuple[Code, ...] = ()
    from_header: bool = False
    lasting: bool = False
    encodes: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()


class Zone(Cited, frozen=True, kw_only=True):
    """A part of the body, and the words its table row uses."""

    id: str
    label: Text
    codes: tuple[Code, ...] = ()


ConditionKind = Literal[
    "tendinopathy", "bursitis", "capsulitis", "osteoarthritis", "sprain", "muscle", "spine",
    "radicular", "entrapment", "fracture", "widespread", "regional-pain", "meniscus",
    "ligament-tendon-tear", "post-traumatic", "synovitis", "other",
]  # fmt: skip


class ClinicalCondition(Cited, frozen=True, kw_only=True):
    """A named cause of pain. Its first zone is implied where a complaint names none and it is
    the only one; ``any_side`` is false for what has no left and right."""

    id: str
    label: Text
    zones: tuple[str, ...]
    any_side: bool = True
    kind: ConditionKind
    codes: tuple[Code, ...] = ()


class Example(Entry, frozen=True, kw_only=True):
    """A readable case of a rule: these facts, judged on ``as_of``, give ``holds``.

    ``facts`` are written as in a plain file; ``condition``, ``zone``, ``age`` and ``sex`` are
    facts like the others here.
    """

    says: Text
    facts: dict[str, Any]
    holds: bool | None
    as_of: str = "2026-01-15"


class PolicyChoice(Entry, frozen=True, kw_only=True):
    """The rule is in force only where the clinic's policy has this value."""

    id: str
    value: str


class Rule(Cited, frozen=True, kw_only=True):
    """A sentence that a condition makes true, false or unknown."""

    id: str
    when: Condition
    because: Text
    basis: Basis
    policy: PolicyChoice | None = None
    examples: tuple[Example, ...] = ()


CriterionKind = Literal[
    "indication", "absolute-contraindication", "relative-contraindication", "precaution"
]


class Criterion(Rule, frozen=True, kw_only=True):
    """A rule about one therapy. ``therapy`` is known from the folder."""

    kind: CriterionKind
    advice: Text | None = None


class RedFlag(Rule, frozen=True, kw_only=True):
    """A rule about no therapy: it ``stops`` all of them, or ``alerts`` until investigated."""

    effect: Literal["stops", "alerts"]
    urgency: Literal["emergency", "same-day", "soon"]
    to: Text


class Phase(Cited, frozen=True, kw_only=True):
    """A run of sessions at one spacing. ``spacing`` is a duration, or a shortest and a longest."""

    id: str
    label: Text
    sessions: tuple[int, int]
    usual: int
    spacing: tuple[str, str]
    optional: bool = False
    minutes: tuple[int, int] | None = None


class Limit(Cited, frozen=True, kw_only=True):
    """What a course must not exceed.

    ``value`` is a count (``sessions``, ``sessions-per-year``) or a duration. ``counts_from`` names
    the date fact of an earlier act that counts as a session (``last-corticosteroid-infiltration``).
    """

    id: str
    kind: Literal["sessions", "duration", "interval-same-site", "sessions-per-year"]
    value: str
    counts_from: str | None = None
    because: Text
    basis: Basis


class NextStepRule(Cited, frozen=True, kw_only=True):
    """What the responses so far call for. The first rule that applies is followed.

    ``after_sessions`` counts delivered sessions. ``relief_at_least`` / ``relief_under`` bound the
    fall of the NRS from baseline in percent; ``impression_at_most`` bounds the last PGIC
    (1 very much improved ... 7 very much worse).
    """

    id: str
    step: Literal[
        "continue", "lengthen-interval", "stop-and-reassess", "complete", "collect-response"
    ]
    because: Text
    basis: Basis
    after_sessions: int = 0
    relief_at_least: float | None = None
    relief_under: float | None = None
    impression_at_most: int | None = None
    impression_at_least: int | None = None


class Protocol(Cited, frozen=True, kw_only=True):
    """How a therapy is spread over time."""

    phases: tuple[Phase, ...]
    limits: tuple[Limit, ...]
    next_steps: tuple[NextStepRule, ...]


class Technique(Cited, frozen=True, kw_only=True):
    """A way of placing the product, with its depth in mm and, where known, volume per point."""

    id: str
    label: Text
    describes: Text
    layer: Text
    depth_mm: tuple[float, float] | None = None
    volume_per_point_ml: tuple[float, float] | None = None
    spacing_mm: tuple[float, float] | None = None
    needle: Text | None = None
    basis: Basis
    codes: tuple[str, ...] = ()


class ProcessStep(Cited, frozen=True, kw_only=True):
    """A step of preparing or doing the act, with the bounds that must be kept."""

    id: str
    label: Text
    says: Text
    basis: Basis
    bounds: tuple[Bound, ...] = ()
    forbidden: bool = False


class Bound(Entry, frozen=True, kw_only=True):
    """A measured value of a step: from ``low`` to ``high`` in ``unit`` (UCUM), either open."""

    what: Text
    unit: str
    low: float | None = None
    high: float | None = None


class Advice(Cited, frozen=True, kw_only=True):
    """What the patient does, or watches for, after the act. ``urgent``: call at once."""

    id: str
    says: Text
    basis: Basis
    lasts: str | None = None
    urgent: bool = False


class AdverseEffect(Cited, frozen=True, kw_only=True):
    """What may happen, when, and how often where somebody counted."""

    id: str
    label: Text
    frequency: Literal["common", "uncommon", "rare", "unknown"]
    onset: Text
    lasts: Text | None = None
    counted: Text | None = None
    serious: bool = False
    basis: Basis


class Practice(Cited, frozen=True, kw_only=True):
    """Who may do it, trained how, where, at what price.

    What is ``told`` stands in the consent; prices and reimbursements always do.
    """

    id: str
    kind: Literal[
        "operator",
        "training",
        "setting",
        "price",
        "reimbursement",
        "legal",
        "equipment",
        "material",
    ]
    says: Text
    basis: Basis
    jurisdiction: str | None = None
    told: bool = False


class ToldFor(Entry, frozen=True, kw_only=True):
    """The complaints whose consent speaks of a claim: of one of these kinds of conditions and in
    one of these zones; an empty list means any."""

    kinds: tuple[ConditionKind, ...] = ()
    zones: tuple[str, ...] = ()


Judgement = Literal["supported", "mixed", "not-supported", "contradicted", "not-studied"]


class Claim(Cited, frozen=True, kw_only=True):
    """What is claimed, and what was found, side by side and never mixed.

    ``sources`` and ``encodes`` are the claim's; each finding has its own source. A claim that is
    ``told`` is a benefit that a patient hears of: the consent sets it beside the findings.
    """

    id: str
    claims: Text
    findings: tuple[Finding, ...] = ()
    judgement: Judgement
    told: ToldFor | None = None


class Finding(Entry, frozen=True, kw_only=True):
    """One published result, with the figures as published."""

    says: Text
    sources: tuple[Citation, ...]
    basis: Basis


class TherapyDescription(Cited, frozen=True, kw_only=True):
    """What a therapy is."""

    id: str
    order: int
    label: Text
    short: Text
    summary: Text
    not_done_with: tuple[str, ...] = ()


class Therapy(Entry, frozen=True, kw_only=True):
    """Everything in the folder ``therapies/<id>/``."""

    description: TherapyDescription
    criteria: tuple[Criterion, ...]
    protocol: Protocol
    techniques: tuple[Technique, ...] = ()
    process: tuple[ProcessStep, ...] = ()
    aftercare: tuple[Advice, ...] = ()
    adverse_effects: tuple[AdverseEffect, ...] = ()
    practice: tuple[Practice, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def id(self) -> str:
        return self.description.id


Severity = Literal["block", "override", "warn", "info"]


class ProductRule(Rule, frozen=True, kw_only=True):
    """A rule about a patient and one product; unknown is asked (except for warn and info)."""

    severity: Severity
    therapies: tuple[str, ...] = ()


class StatusPeriod(Cited, frozen=True, kw_only=True):
    """What a product's authorisation was from a day on, in one jurisdiction."""

    jurisdiction: str
    since: str
    state: Literal["authorised", "shortage", "suspended", "abrogated", "never-authorised", "verify"]
    labelled_routes: tuple[str, ...] = ()
    because: Text


class Ceiling(Cited, frozen=True, kw_only=True):
    """A highest dose. Give ``per_kg`` (unit/kg), ``absolute`` (unit), or both as separate entries.

    ``per`` is the time over which it counts. ``jurisdiction`` limits a label's absolute cap to
    its country; a ceiling without one binds everywhere. ``with_product`` ceilings bind only where
    that product is a component too.
    """

    id: str
    per_kg: float | None = None
    absolute: float | None = None
    per: Literal["preparation", "12 h", "24 h"] = "24 h"
    jurisdiction: str | None = None
    with_product: str | None = None
    because: Text
    basis: Basis


class SportStatus(Cited, frozen=True, kw_only=True):
    """What the prohibited list says, as entered, of one list year."""

    list_year: int
    status: Literal["prohibited-always", "prohibited-in-competition", "not-prohibited", "unknown"]
    washout: str | None = None
    because: Text


class Product(Entry, frozen=True, kw_only=True):
    """A drug that may be drawn up. Strengths are in ``unit``/mL.

    ``allergens`` are members of the ``allergy`` set that forbid it; ``possible_excipients``
    depend on the presentation and ask for a documented check. ``never_mixed`` products stand
    alone in their syringe. ``used_in`` are the therapies for which a source describes its use.
    """

    id: str
    label: Text
    classes: tuple[str, ...]
    unit: Literal["mg", "IU", "mL"] = "mg"
    strength_range: tuple[float, float]
    usual_strengths: tuple[float, ...] = ()
    codes: tuple[Code, ...] = ()
    role: Text | None = None
    status: tuple[StatusPeriod, ...]
    ceilings: tuple[Ceiling, ...] = ()
    rules: tuple[ProductRule, ...] = ()
    allergens: tuple[str, ...] = ()
    excipients: tuple[str, ...] = ()
    possible_excipients: tuple[str, ...] = ()
    never_mixed: Cited | None = None
    off_label: OffLabel | None = None
    used_in: tuple[str, ...] = ()
    sport: tuple[SportStatus, ...] = ()
    sources: tuple[Citation, ...]
    encodes: tuple[str, ...] = ()


class OffLabel(Cited, frozen=True, kw_only=True):
    """What of this use the label does not cover; the patient must be told."""

    says: Text
    therapies: tuple[str, ...]


class MixtureRule(Cited, frozen=True, kw_only=True):
    """The sentence and the weight of a rule that looks at the whole syringe, found by its id."""

    id: str
    severity: Severity
    because: Text
    basis: Basis
    examples: tuple[MixtureExample, ...] = ()


class MixtureExample(Entry, frozen=True, kw_only=True):
    """A whole mixture file, the verdict expected of it, and the rules expected to speak."""

    says: Text
    file: dict[str, Any]
    verdict: Literal["blocked", "incomplete", "override", "allowed"]
    rules: tuple[str, ...] = ()


class StrengthRange(Entry, frozen=True, kw_only=True):
    """A product at a strength from ``low`` to ``high``, in its own unit per mL."""

    product: str
    low: float
    high: float


class Compatibility(Cited, frozen=True, kw_only=True):
    """What was seen when exactly these products, at these strengths, met in this vehicle."""

    id: str
    components: tuple[StrengthRange, ...]
    vehicles: tuple[Literal["none", "saline", "water", "bicarbonate"], ...]
    result: Literal["limpid", "turbid", "milky", "incompatible"]
    because: Text
    basis: Basis


class Measure(Cited, frozen=True, kw_only=True):
    """A score answered by a patient: its items' count, its range and how it is read."""

    id: str
    label: Text
    abbreviation: str
    licence: Text
    free: bool
    range: tuple[float, float]
    higher_is: Literal["better", "worse"]
    items: int
    change_that_matters: Text
    codes: tuple[Code, ...] = ()
    scored_here: bool


class Contradiction(Cited, frozen=True, kw_only=True):
    """Two sides that cannot both be right, and the policy chosen."""

    id: str
    title: Text
    one_side: Side
    other_side: Side
    policy: Text
    applied_in: tuple[str, ...] = ()
    switch: str | None = None


class Side(Entry, frozen=True, kw_only=True):
    """One side of a contradiction: what it says, and who."""

    says: Text
    statements: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()


class Policy(Cited, frozen=True, kw_only=True):
    """A choice that a clinic may make, with the value that holds where it made none."""

    id: str
    label: Text
    options: tuple[Option, ...]
    default: str
    warns: Text | None = None


class Notice(Cited, frozen=True, kw_only=True):
    """What the law leaves open: shown as long as it stands; a clinic attests where asked."""

    id: str
    jurisdiction: str
    therapies: tuple[str, ...]
    says: Text
    attestation: Text | None = None


class ConsentStatement(Cited, frozen=True, kw_only=True):
    """What a patient is told before consenting that belongs to no single therapy.

    Empty ``jurisdictions``, ``therapies`` and ``conditions`` mean all of them.
    """

    id: str
    topic: Literal[
        "usual-care", "no-treatment", "information", "withdrawal", "price", "emergency", "record"
    ]
    says: Text
    basis: Basis
    jurisdictions: tuple[str, ...] = ()
    therapies: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


class BodyRegion(Entry, frozen=True, kw_only=True):
    """A part of a figure that lies in one zone. ``outline`` is its corners, ``x,y x,y …``.

    A ``paired`` region is drawn on the viewer's left and stands on the other side too. ``opens``
    names the enlargement (a scene) that shows it larger. A region without an outline cannot be
    pointed at: it is only chosen from the list.
    """

    id: str
    zone: str
    label: Text
    outline: str | None = None
    paired: bool = False
    opens: str | None = None


class BodyWords(Entry, frozen=True, kw_only=True):
    """Words written on a figure, beginning or ending at a point."""

    at: str
    anchor: Literal["start", "end"]
    says: Text


class BodyDrawing(Entry, frozen=True, kw_only=True):
    """What a figure looks like: smooth curves through points, where ``x,y!`` is a sharp corner.

    On a midline figure the outline is the viewer's left half, from top to bottom, and what lies
    left of the middle is mirrored. A ``zoomed`` drawing is its parent's, enlarged, and more.
    """

    outline: str | None = None
    zoomed: bool = False
    plates: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    words: tuple[BodyWords, ...] = ()


class BodyParent(Entry, frozen=True, kw_only=True):
    """Where an enlargement lies: ``box`` is the parent's points under its own (0, 0) and
    (1000, 2000)."""

    figure: str
    box: str


class BodyFigure(Entry, frozen=True, kw_only=True):
    """A drawing of the body or of a part, on a grid of 1000 x 2000.

    A ``midline`` figure shows both sides; ``viewer_left`` is the patient's side on the viewer's
    left. A ``paired`` one is drawn for the right limb and mirrored for the left. ``window`` is
    the first and last row worth showing.
    """

    id: str
    label: Text
    symmetry: Literal["midline", "paired"]
    viewer_left: Literal["left", "right"] | None = None
    window: str = "0,2000"
    within: BodyParent | None = None
    drawing: BodyDrawing
    regions: tuple[BodyRegion, ...]


class BodyScene(Entry, frozen=True, kw_only=True):
    """Figures that are shown together: the whole body, or the views of one enlarged part.

    Where its figures are paired, ``right`` and ``left`` name the part of each side.
    """

    id: str
    label: Text
    right: Text | None = None
    left: Text | None = None
    figures: tuple[str, ...]


class BodyAtlas(Entry, frozen=True, kw_only=True):
    """The map of the body: its own edition, its scenes, the regions that are everywhere."""

    edition: str
    scenes: tuple[BodyScene, ...]
    everywhere: tuple[BodyRegion, ...] = ()


class Body(Entry, frozen=True, kw_only=True):
    """The map of the body as written; ``guideline.body`` makes the geometry of it when asked."""

    atlas: BodyAtlas
    figures: tuple[BodyFigure, ...]


class Manifest(Entry, frozen=True, kw_only=True):
    """The edition's name and the reach of its numbered statements (``M: 91`` is M1 to M91)."""

    version: str
    languages: tuple[str, ...]
    default_jurisdiction: str
    statements: dict[str, int]


class Edition(Entry, frozen=True, kw_only=True):
    """The whole knowledge, as loaded. Lists keep the order of the files."""

    manifest: Manifest
    sha256: str
    facts: tuple[FactDefinition, ...]
    zones: tuple[Zone, ...]
    conditions: tuple[ClinicalCondition, ...]
    sources: tuple[Source, ...]
    statements: tuple[NumberedStatement, ...]
    left_out: tuple[LeftOut, ...]
    red_flags: tuple[RedFlag, ...]
    therapies: tuple[Therapy, ...]
    products: tuple[Product, ...]
    mixture_rules: tuple[MixtureRule, ...]
    compatibilities: tuple[Compatibility, ...]
    measures: tuple[Measure, ...]
    contradictions: tuple[Contradiction, ...]
    policies: tuple[Policy, ...]
    notices: tuple[Notice, ...]
    body: Body | None = None  # editions of before the map have none
    consent: tuple[ConsentStatement, ...] = ()

    def verified(self, citations: tuple[Citation, ...]) -> bool:
        """Whether at least one cited source was really read (mark S or L)."""
        marks = {source.id: source.mark for source in self.sources}
        return any(marks[citation.id] != "K" for citation in citations)
