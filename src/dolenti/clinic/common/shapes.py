"""What the Assess page shows, as values: columns, reasons, questions, facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from dolenti.clinic.common.lookup import SourceLine
from dolenti.guideline.weighing import SUPPORTS, Tried, Weighed


@dataclass(frozen=True)
class Deciding:
    """A fact beside the sentence it decided, or keeps open (no value)."""

    label: str
    value: str
    known: bool


@dataclass(frozen=True)
class Reason:
    """One rule with what became of it."""

    id: str
    kind: str
    place: str
    truth: str
    sentence: str
    basis: str
    verified: bool
    deciding: tuple[Deciding, ...]
    sources: tuple[SourceLine, ...]
    condition: str
    advice: str = ""
    effect: str = ""
    urgency: str = ""
    to: str = ""


@dataclass(frozen=True)
class CriterionLine:
    """A criterion in the list of all of them; the Knowledge pages say the rest."""

    id: str
    truth: str
    sentence: str


@dataclass(frozen=True)
class Finding:
    """A published result."""

    sentence: str
    basis: str
    sources: list[SourceLine]


@dataclass(frozen=True)
class ClaimLine:
    """What is claimed, beside what was found."""

    sentence: str
    judgement: str
    sources: list[SourceLine]
    findings: list[Finding]


@dataclass(frozen=True)
class Column:
    """One therapy's verdict."""

    therapy: str
    label: str
    short: str
    status: str
    deciding: list[Reason]
    unmet: list[Reason]
    unmet_facts: list[tuple[str, str]]
    precautions: list[Reason]
    open: int
    questions: int
    criteria: list[tuple[str, list[CriterionLine]]]
    criteria_count: int
    claims: list[ClaimLine] = field(default_factory=list)
    weighed: Weighed | None = None  # where it may be done, or is still asked about
    supposed: list[str] = field(default_factory=list)  # facts nobody stated that it rests on

    @property
    def is_open_to_choice(self) -> bool:
        """Whether it may be done: then it is never said without what it rests on."""
        return self.weighed is not None and self.status in ("possible", "caution")

    @property
    def support(self) -> str:
        """What it rests on, where it may be done; else nothing."""
        return self.weighed.support if self.weighed and self.is_open_to_choice else ""

    @property
    def means(self) -> str:
        """Under which name its status is told in a sentence: what comes first is never left out."""
        if self.status == "possible" and self.precautions:
            return "possible-with-precautions"
        if self.status == "caution" and any(one.kind == "red-flag" for one in self.deciding):
            return "caution-by-flag"
        return self.status


@dataclass(frozen=True)
class Question:
    """A fact to be asked, and for which therapies its answer counts."""

    fact: str
    ask: str
    help: str
    group: str
    therapies: tuple[str, ...]


@dataclass(frozen=True)
class FactLine:
    """A fact and its value in words, with where it comes from."""

    fact: str
    label: str
    value: str
    at: str
    origin: str


@dataclass(frozen=True)
class UnreadLine:
    """Something that the record says and that cannot be relied on; with ``answers`` it is asked,
    the first ``likely`` ones before the others."""

    item: str
    says: str
    why: str
    at: str
    ask: str = ""
    likely: list[tuple[str, str]] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)
    alone: bool = False


URGENCIES = ("emergency", "same-day", "soon")


class Flag(Protocol):
    """A red flag, as a page or the strip shows it."""

    @property
    def urgency(self) -> str: ...
    @property
    def effect(self) -> str: ...


def gravity(flag: Flag) -> tuple[int, bool]:
    """Sorts red flags: the most urgent first, and of these what stops all before what warns."""
    return URGENCIES.index(flag.urgency), flag.effect != "stops"


@dataclass(frozen=True)
class Shown:
    """The whole page."""

    heading: str
    person: str
    since: str
    columns: list[Column]
    active_flags: list[Reason]
    open_flags: int
    flags_assumed: bool
    questions: list[tuple[str, list[Question]]]
    question_count: int
    stated: list[FactLine]
    assumed: list[FactLine]
    ignored: list[FactLine]
    used: list[Mapping[str, Any]]
    unmapped: list[Mapping[str, Any]]
    policies: list[tuple[str, str]]
    notices: list[dict[str, Any]]
    edition: Mapping[str, str]
    as_of: str
    unread: list[UnreadLine] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)  # what nobody here understood, by its name
    tried: list[Tried] = field(default_factory=list)
    unattested: int = 0  # notices that the clinic has to attest and has not
    unattested_of: list[str] = field(default_factory=list)  # the therapies they are about

    @property
    def asks_of_items(self) -> bool:
        """Whether it is asked here what something in the record means."""
        return any(line.ask for line in self.unread)

    @property
    def supports(self) -> list[tuple[str, list[str]]]:
        """The therapies that may be done, by how far they rest on more than a claim."""
        found: dict[str, list[str]] = {one: [] for one in SUPPORTS}
        for column in self.columns:
            if column.support:
                found[column.support].append(column.label)
        return [(support, labels) for support, labels in found.items() if labels]
