"""What is written for people: letters to colleagues, leaflets for patients."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from dolenti.guideline.knowledge import Entry, Text
from dolenti.guideline.session.shapes.common import Sourced

ALWAYS: Final = "always"
"""A model of a letter insists on a line whatever is known."""


class LetterModel(Sourced, frozen=True, kw_only=True):
    """A letter, made from the record and signed by a person.

    ``body`` holds ``{{field}}`` and its kin (see ``guideline.letters``). It is in French alone: it
    goes to a colleague in France. A letter that says by when it wishes a reply has the usual delay
    in ``reply_within``; ``sooner`` is the delay by what is chosen under ``urgency``. ``defaults``
    are what a line of the author says where nobody says anything else; ``insists`` are lines that
    are never printed as not known: ``always``, or where the field that it names is known. One that
    says nothing of the patient's health is not ``of_health``: whoever receives people may sign it.
    """

    id: str
    title: Text
    body: str
    reply_within: str | None = None
    sooner: dict[str, str] = msgspec.field(default_factory=dict)
    defaults: dict[str, str] = msgspec.field(default_factory=dict)
    insists: dict[str, str] = msgspec.field(default_factory=dict)
    of_health: bool = True


class LetterField(Entry, frozen=True, kw_only=True):
    """Something that a letter may say, and its name in the preview. ``said_by`` tells whether the
    record says it or whoever signs; ``many``: it may take several lines."""

    id: str
    said_by: Literal["record", "author"]
    label: Text
    many: bool = False


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
