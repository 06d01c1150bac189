"""The values of a consent: what is asked for, and what is said.

Everything said is a ``Statement`` or is made of statements; each names its sources, its basis and
whether anybody has read one of them. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from dolenti.guideline.judge import Status
from dolenti.guideline.knowledge import Basis, Citation, Judgement, Text

RECORD = Citation(id="patient-record")
"""The one source that is no document: what the practice has written for this patient."""

OTHER = "-alternative"
"""How the id of a statement ends that names another therapy."""

Side = Literal["left", "right", "both"]


@dataclass(frozen=True)
class ConsentRequest:
    """For whom and for what a consent is composed.

    ``holding`` are the ids of the criteria and red flags that are true in the assessment;
    ``statuses`` its status for each therapy. ``products`` are those planned, in their order;
    none means not chosen yet. ``price_cents`` is for the whole course, tax included; ``None``
    where nobody has said it; then ``asked_for`` are the prices of the site for the therapy, as
    label and cents. ``stated`` are answers that somebody gave, by fact: what was only supposed is
    none. ``against`` are the rules of those products that hold of this patient: what blocks them or
    takes a reason. ``day`` is the day of the consent, in the clinic's country.
    """

    therapy: str
    day: date
    zone: str | None = None
    condition: str | None = None
    side: Side | None = None
    holding: tuple[str, ...] = ()
    statuses: Mapping[str, Status] = field(default_factory=dict)
    products: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    price_cents: int | None = None
    asked_for: tuple[tuple[str, int], ...] = ()
    stated: Mapping[str, object] = field(default_factory=dict)
    jurisdiction: str = "FR"


@dataclass(frozen=True)
class Statement:
    """One thing said. ``basis`` is ``record`` for what the practice has written, ``None`` where
    the entry gives none. ``verified``: at least one of the documents named was read."""

    id: str
    says: Text
    sources: tuple[Citation, ...]
    basis: Basis | Literal["record"] | None
    verified: bool
    encodes: tuple[str, ...] = ()
    note: Text | None = None


@dataclass(frozen=True)
class Medicine:
    """A product planned: what its label covers, and how its use here departs from it.

    ``off_label`` is ``None`` where our sources do not say that it does.
    """

    product: str
    label: Text
    off_label: Statement | None
    authorisation: Statement
    unsourced_use: Statement | None = None
    warnings: tuple[Statement, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All that is said of it, in its order."""
        said = (self.off_label, self.authorisation, self.unsourced_use, *self.warnings)
        return tuple(one for one in said if one is not None)


@dataclass(frozen=True)
class Benefit:
    """What is claimed; beside it, in plain words, what the studies found, and their figures."""

    claim: Statement
    judgement: Judgement
    found: Statement
    findings: tuple[Statement, ...]


@dataclass(frozen=True)
class Risk:
    """What may happen. The four texts say “not known” where the knowledge has nothing."""

    statement: Statement
    frequency: Text
    counted: Text
    onset: Text
    lasts: Text
    serious: bool


@dataclass(frozen=True)
class Consent:
    """The whole of what is said, in the order of a person's questions.

    ``site`` is the place on the body in words. ``particular`` is what speaks for caution in this
    very patient; ``practice`` says who does it and what the law says. ``declarations`` are what
    the patient signs.
    """

    therapy: str
    label: Text
    site: Text
    condition: Text | None
    jurisdiction: str
    day: date
    edition_version: str
    edition_sha256: str
    proposal: tuple[Statement, ...]
    purpose: tuple[Statement, ...]
    particular: tuple[Statement, ...]
    medicines: tuple[Medicine, ...]
    about_medicines: tuple[Statement, ...]
    practice: tuple[Statement, ...]
    benefits: tuple[Benefit, ...]
    risks: tuple[Risk, ...]
    urgent: tuple[Statement, ...]
    aftercare: tuple[Statement, ...]
    alternatives: tuple[Statement, ...]
    price: tuple[Statement, ...]
    rights: tuple[Statement, ...]
    record: tuple[Statement, ...]
    declarations: tuple[Statement, ...]

    def statements(self) -> tuple[Statement, ...]:
        """Every statement, in reading order."""
        return (
            *self.proposal, *self.purpose, *self.particular,
            *(
                statement
                for m in self.medicines
                for statement in m.statements
            ),
            *self.about_medicines, *self.practice,
            *(s for b in self.benefits for s in (b.claim, b.found, *b.findings)),
            *(risk.statement for risk in self.risks),
            *self.urgent, *self.aftercare, *self.alternatives, *self.price, *self.rights,
            *self.record, *self.declarations,
        )  # fmt: skip
