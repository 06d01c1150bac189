"""What is written for people: letters to colleagues, leaflets for patients."""

from __future__ import annotations

from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Sourced


class LetterModel(Sourced, frozen=True, kw_only=True):
    """A letter, made from the record and signed by a person.

    ``body`` holds ``{{field}}`` and ``{{field?}}``, the second printed only where it is known. It
    is in French alone: it goes to a colleague in France.
    """

    id: str
    title: Text
    body: str
    reply_within: str | None = None


class FoundNumber(Sourced, frozen=True, kw_only=True):
    """A figure of a leaflet, and where it comes from."""

    says: str


class TherapyLeaflet(Entry, frozen=True, kw_only=True):
    """What a therapy is, how it goes, what is claimed and what is found, risks, other ways, price.
    Nothing in it promises."""

    id: str
    therapy: str
    title: Text
    body: Text
    numbers: tuple[FoundNumber, ...]
