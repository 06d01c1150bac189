"""The JSON Schemas of what is judged: assessments, mixtures, plans, populations; and of a refusal.

Keys may be added to an answer, so no schema of one forbids another key.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from dolenti.guideline.judge import Status
from dolenti.guideline.knowledge import Basis
from dolenti.guideline.next_step import Step
from dolenti.terminal.schemas_in import BORN

Born = Annotated[str, msgspec.Meta(pattern=BORN)]
Day = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Kind = Literal[
    "indication", "absolute-contraindication", "relative-contraindication", "precaution", "red-flag"
]  # fmt: skip


class Source(msgspec.Struct):
    """A cited source, and where in it."""

    id: str
    at: str | None


class EditionUsed(msgspec.Struct):
    """The knowledge that answered, to the letter, and the engine that read it."""

    version: str
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    engine: str


class Refusal(msgspec.Struct):
    """Where, and what in both languages."""

    where: str
    fr: str
    en: str


class Refused(msgspec.Struct):
    """A refusal, on the error output; in a line of several files, beside the file."""

    error: Refusal
    file: str | msgspec.UnsetType = msgspec.UNSET


class OptionAsked(msgspec.Struct):
    """One answer that a question may have."""

    id: str
    label: str


class Question(msgspec.Struct):
    """What is asked; an item of a record has also `item`, `facts` and `likely`."""

    fact: str
    ask: str
    type: Literal[
        "boolean", "number", "choice", "set", "date", "item", "doses", "days", "excipients"
    ]
    options: list[OptionAsked] | None
    unit: str | None
    about: Literal["patient", "complaint", "today"]
    help: str | None
    write: list[str] | msgspec.UnsetType = msgspec.UNSET
    item: str | msgspec.UnsetType = msgspec.UNSET
    facts: list[str] | msgspec.UnsetType = msgspec.UNSET
    likely: int | msgspec.UnsetType = msgspec.UNSET


class Signature(msgspec.Struct):
    """Who answers for a rule in these very words."""

    by: str
    profession: str
    on: Day


class Criterion(msgspec.Struct):
    """A rule and whether it holds; null is unknown. A red flag has `effect`, `urgency` and `to`."""

    criterion: str
    kind: Kind
    holds: bool | None
    because: str
    facts: dict[str, Any]
    sources: list[Source]
    basis: Basis
    verified: bool
    signed: list[Signature]
    statements: list[str]
    advice: str | msgspec.UnsetType | None = msgspec.UNSET
    effect: str | msgspec.UnsetType = msgspec.UNSET
    urgency: str | msgspec.UnsetType = msgspec.UNSET
    to: str | msgspec.UnsetType = msgspec.UNSET


class Verdict(msgspec.Struct):
    """What one therapy is for this complaint."""

    therapy: str
    label: str
    status: Status
    known: dict[str, Any] | None
    reasons: list[Criterion]
    criteria: list[Criterion]
    questions: list[Question]


class Person(msgspec.Struct):
    """What of the patient the rules looked at."""

    birth_date: Born | None
    age: float | tuple[float, float] | None
    sex: str | None


class Pain(msgspec.Struct):
    """The complaint that was judged."""

    id: str
    condition: str | None
    zone: str | None
    side: str | None
    since: Day | msgspec.UnsetType | None = msgspec.UNSET


class Unread(msgspec.Struct):
    """What a record says that was not understood, or cannot be relied on."""

    item: str
    kind: str
    says: str
    why: str
    facts: list[str]
    understood: bool
    alone: bool
    asked: bool
    at: Day | None
    resource: str | None
    code: str | None


class Supposed(msgspec.Struct):
    """A fact that took its reassuring value."""

    fact: str
    value: Any


class SetAside(msgspec.Struct):
    """A stated value that was not used, and why."""

    fact: str
    why: Literal["after-as-of", "stale", "superseded", "contradicted"]
    at: Day | None
    origin: str | msgspec.UnsetType | None = msgspec.UNSET


class Notice(msgspec.Struct):
    """What the law leaves open."""

    id: str
    therapies: list[str]
    says: str
    attestation: str | None
    sources: list[Source]


class Assessment(msgspec.Struct):
    """The answer of ``dolenti assess --json``."""

    edition: EditionUsed
    as_of: Day
    language: Literal["fr", "en"]
    patient: Person
    complaint: Pain
    unread: list[Unread]
    verdicts: list[Verdict]
    red_flags: list[Criterion]
    questions: list[Question]
    assumed: list[Supposed]
    used: list[dict[str, Any]]
    unmapped: list[dict[str, Any]]
    ignored: list[SetAside]
    policies: dict[str, str]
    notices: list[Notice]
    not_assumed: list[str] | msgspec.UnsetType = msgspec.UNSET
    always_asked: list[Question] | msgspec.UnsetType = msgspec.UNSET
    file: str | msgspec.UnsetType = msgspec.UNSET


class Finding(msgspec.Struct):
    """A rule on mixtures that speaks, or waits for an answer where `holds` is null."""

    rule: str
    severity: Literal["block", "override", "warn", "info"]
    holds: bool | None
    because: str
    detail: str | None
    products: list[str]
    facts: dict[str, Any]
    sources: list[Source]
    basis: Basis
    verified: bool
    statements: list[str]
    write: list[str]


class Ceiling(msgspec.Struct):
    """A ceiling that applies; without limit and share where the weight is wanting."""

    ceiling: str
    limit: float | None
    unit: str
    per: str
    share: float | None
    because: str
    sources: list[Source]


class ProductTotal(msgspec.Struct):
    """What the mixture holds of one product."""

    product: str
    label: str
    amount: float
    unit: str
    concentration: float | None
    ceilings: list[Ceiling]
    share: float | None
    given_today: float | None
    share_today: float | None


class Totals(msgspec.Struct):
    """The amounts of the whole mixture."""

    volume_ml: float
    products: list[ProductTotal]
    local_anaesthetic_share: float | None


class MixtureResult(msgspec.Struct):
    """The answer of ``dolenti mixture --json``."""

    edition: EditionUsed
    as_of: Day
    language: Literal["fr", "en"]
    therapy: str
    technique: str | None
    jurisdiction: str
    verdict: Literal["blocked", "incomplete", "override", "allowed"]
    findings: list[Finding]
    unknown: list[Finding]
    questions: list[Question]
    totals: Totals
    ignored: list[SetAside]
    policies: dict[str, str]
    notices: list[Notice]
    file: str | msgspec.UnsetType = msgspec.UNSET


class PlannedSession(msgspec.Struct):
    """A session, planned or given."""

    number: int
    phase: str | None
    label: str
    earliest: Day
    usual: Day
    latest: Day
    optional: bool
    state: Literal["delivered", "overdue", "due", "planned"]
    delivered: Day | None
    moved_from: Day | None


class Limit(msgspec.Struct):
    """A limit of the protocol, and how it stands."""

    limit: str
    kind: Literal["sessions", "duration", "interval-same-site", "sessions-per-year"]
    value: Any
    kept: bool
    not_before: Day | None
    last_day: Day | None
    most: int | None
    counted: int | None
    reached: bool
    because: str
    sources: list[Source]
    basis: Basis
    verified: bool


class LeftOut(msgspec.Struct):
    """From which session on a limit leaves out the rest of a phase."""

    number: int
    phase: str
    limit: str


class Numbers(msgspec.Struct):
    """What the responses so far come to."""

    sessions: int
    baseline_nrs: float | None
    last_nrs: float | None
    relief_percent: float | None
    pgic: int | None
    best_relief_percent: float | None


class NextStep(msgspec.Struct):
    """What the protocol says to do next."""

    rule: str | None
    step: Step
    because: str
    date: Day | None
    numbers: Numbers
    sources: list[Source]
    basis: Basis | None
    verified: bool | None


class AnswerIgnored(msgspec.Struct):
    """An answer of a day that does not count."""

    date: Day
    why: Literal["after-as-of", "before-baseline", "too-early"]


class Plan(msgspec.Struct):
    """The answer of ``dolenti plan --json``."""

    edition: EditionUsed
    therapy: str
    complaint: Pain
    status: Status
    start: Day
    as_of: Day
    sessions_known: Literal["stated", "inferred"]
    sessions: list[PlannedSession]
    limits: list[Limit]
    left_out: list[LeftOut]
    next_step: NextStep | None
    numbers: Numbers
    remarks: list[str]
    ignored: list[AnswerIgnored]
    assumed: list[str] | msgspec.UnsetType = msgspec.UNSET
    not_assumed: list[str] | msgspec.UnsetType = msgspec.UNSET
    file: str | msgspec.UnsetType = msgspec.UNSET


class Missing(msgspec.Struct):
    """For how many rows a fact is wanting."""

    fact: str
    rows: int


class Population(msgspec.Struct):
    """The answer of ``dolenti population judge --json``."""

    edition: EditionUsed
    as_of: Day
    rows: int
    out: str | None
    policies: dict[str, str]
    absent: list[str]
    unread: list[str]
    set_aside: list[str]
    closed: dict[str, str]
    lost: dict[str, int]
    statuses: dict[str, dict[Status, int]] | msgspec.UnsetType = msgspec.UNSET
    missing: list[Missing] | msgspec.UnsetType = msgspec.UNSET


class NotRead(msgspec.Struct):
    """A record that could not be read, and why."""

    name: str
    fr: str
    en: str


class Refusals(msgspec.Struct):
    """How many records could not be read, and the first of them."""

    count: int
    named: list[NotRead]


class Flattening(msgspec.Struct):
    """The answer of ``dolenti population flatten --json``."""

    out: str
    as_of: Day
    patients: int
    rows: int
    without_complaint: int
    closed: dict[str, str]
    doubted: dict[str, int]
    unread: dict[str, int]
    unmapped: dict[str, int]
    lost: dict[str, int]
    refused: Refusals
