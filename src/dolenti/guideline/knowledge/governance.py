"""What is in dispute, what a clinic may choose, what the law leaves open, what all patients are
told, and who answers for which rule."""

from __future__ import annotations

from typing import Literal

from dolenti.guideline.knowledge.dictionary import Option
from dolenti.guideline.knowledge.entries import Basis, Citation, Cited, Entry, Text


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

    Empty ``jurisdictions``, ``therapies`` and ``conditions`` mean all of them; it is not told of
    ``except_conditions``.
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
    except_conditions: tuple[str, ...] = ()


class Review(Entry, frozen=True, kw_only=True):
    """Who reviews some rules, and by which day.

    ``covers`` are places (``red-flags``, ``therapies/mesotherapy/criteria``) or ids of rules; the
    nearest to a rule counts. ``reviewer`` is a named clinician, or ``None``: nobody yet. ``asked``
    says whose eye is wanted.
    """

    covers: tuple[str, ...]
    reviewer: str | None
    asked: Text
    review_by: str


class Signature(Entry, frozen=True, kw_only=True):
    """That somebody read one rule on a day and answers for it, in exactly these words.

    ``sha256`` is that of the rule (``reviews.content_hash``).
    """

    rule: str
    by: str
    profession: str
    on: str
    sha256: str
