"""The whole knowledge of one edition."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import msgspec

from dolenti.guideline.knowledge.asking import AskedRow
from dolenti.guideline.knowledge.body import Body
from dolenti.guideline.knowledge.claims import FirstLine
from dolenti.guideline.knowledge.dictionary import (
    ClinicalCondition,
    FactDefinition,
    NamedBy,
    OfRecords,
    Zone,
)
from dolenti.guideline.knowledge.entries import Citation, Entry, LeftOut, NumberedStatement, Source
from dolenti.guideline.knowledge.governance import (
    ConsentStatement,
    Contradiction,
    Notice,
    Policy,
    Review,
    Signature,
)
from dolenti.guideline.knowledge.medicines import ExcipientsOf, MedicineClass, OtherName
from dolenti.guideline.knowledge.mixtures import Compatibility, MixtureRule
from dolenti.guideline.knowledge.products import GroupRule, Product, StatusRead
from dolenti.guideline.knowledge.protocol import Measure
from dolenti.guideline.knowledge.rules import Act, RedFlag
from dolenti.guideline.knowledge.therapies import Therapy


class Manifest(Entry, frozen=True, kw_only=True):
    """The edition's name and the reach of its numbered statements (``M: 91`` is M1 to M91)."""

    version: str
    languages: tuple[str, ...]
    default_jurisdiction: str
    statements: dict[str, int]


class Edition(Entry, frozen=True, kw_only=True, dict=True):
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
    acts: tuple[Act, ...] = ()
    medicine_classes: tuple[MedicineClass, ...] = ()
    other_names: tuple[OtherName, ...] = ()
    excipients: tuple[ExcipientsOf, ...] = ()
    statuses: tuple[StatusRead, ...] = ()
    group_rules: tuple[GroupRule, ...] = ()
    named_by: tuple[NamedBy, ...] = ()
    of_records: tuple[OfRecords, ...] = ()
    reviews: tuple[Review, ...] = ()
    signatures: tuple[Signature, ...] = ()
    asking: tuple[AskedRow, ...] = ()  # editions of before the rows have none
    # Unread: see guideline/session/content.py and guideline/diary/content.py.
    session_texts: dict[str, str] = msgspec.field(default_factory=dict)
    patient_texts: dict[str, str] = msgspec.field(default_factory=dict)
    first_line: tuple[FirstLine, ...] = ()

    def classes_of(self, products: Collection[str]) -> frozenset[str]:
        """The classes of some products, by their ids."""
        return frozenset(
            name for product in self.products if product.id in products for name in product.classes
        )

    def verified(self, citations: tuple[Citation, ...]) -> bool:
        """Whether every cited source was really read: one that nobody read is enough for no."""
        return bool(citations) and all(citation.id in self._read for citation in citations)

    @cached_property
    def _read(self) -> frozenset[str]:
        """The sources that somebody read. A consent asks a hundred times."""
        return frozenset(source.id for source in self.sources if source.read != "none")
