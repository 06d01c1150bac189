"""What every entry is made of: texts in both languages, its sources, codes; and the sources and
numbered statements themselves."""

from __future__ import annotations

from typing import Literal

import msgspec


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


Basis = Literal[
    "claim", "leaflet", "label", "regulation", "guideline", "trial", "observational",
    "case-report", "bench", "expert",
]  # fmt: skip
"""What a sentence rests on; ``honesty.BACKED_BY`` says which kinds of sources bear it out."""
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
    ``unused`` says why nothing rests on a source that is kept all the same. What a review goes
    through decides what may rest on it: ``opinions`` is one that weighs what its authors chose.
    """

    id: str
    mark: Mark
    kind: Literal[
        "patient-information", "label", "regulation", "guideline", "review", "trial",
        "observational", "case-report", "bench", "leaflet", "expert", "other",
    ]  # fmt: skip
    reviews: Literal["trials", "studies", "cases", "opinions"] | None = None
    title: str
    year: int | None = None
    publisher: str | None = None
    identifier: str | None = None
    read: Literal["full", "abstract", "opening", "quoted", "none"]
    note: Text | None = None
    unused: Text | None = None


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
