"""The JSON Schemas of what is told of the knowledge and of the base of medicines."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from dolenti.guideline.conditions import Condition
from dolenti.guideline.knowledge import Edition
from dolenti.terminal.entries import by_id
from dolenti.terminal.schemas_judged import Day, EditionUsed, Signature


def entry(edition: Edition) -> dict[str, Any]:
    """An entry of any kind that an edition has: the keys are those of its YAML, and one that is as
    by default is left out."""
    said, defined = msgspec.json.schema_components(kinds(edition), schema_hook=condition)
    return {
        "description": "The answer of `dolenti knowledge show --json`.",
        "anyOf": list(said),
        "$defs": defined,
    }


def kinds(edition: Edition) -> list[type[msgspec.Struct]]:
    """Every kind of entry that an edition has, in the order of their schemas."""
    found = {type(one) for one in by_id(edition).values()}
    return sorted(found, key=lambda kind: (kind.__module__, kind.__qualname__))


def condition(kind: type) -> dict[str, Any]:
    """The schema of a condition. Raises ``NotImplementedError`` for another kind."""
    if kind is not Condition:
        raise NotImplementedError
    return {"description": "A condition, as the YAML of the knowledge writes it."}


class Version(msgspec.Struct):
    """The answer of ``dolenti --version --json``."""

    program: str
    edition: EditionUsed


class Problem(msgspec.Struct):
    """What is not sound: file and line, the entry, and what is wrong, in English."""

    where: str
    entry: str
    what: str


class Checked(msgspec.Struct):
    """The answer of ``dolenti knowledge check --json``."""

    sound: bool
    problems: list[Problem]


class Listed(msgspec.Struct):
    """An entry in ``dolenti knowledge list --json``, or ``search``."""

    id: str
    kind: str
    says: str


class Covered(msgspec.Struct):
    """A statement in ``dolenti knowledge coverage --json``, and where it went."""

    statement: str
    encoded_in: list[str]
    left_out: str | None
    reason: str | None


class RuleDue(msgspec.Struct):
    """A rule that somebody is to review, or signed."""

    rule: str
    place: str
    kind: str
    reviewer: str | None
    asked: str | None
    review_by: Day | None
    signed: list[Signature]


class VoidSignature(msgspec.Struct):
    """A signature of words that have changed since."""

    rule: str
    by: str
    profession: str
    on: Day


class Review(msgspec.Struct):
    """A review that was asked for."""

    covers: list[str]
    reviewer: str | None
    asked: str
    review_by: Day | None
    due: bool
    rules: int
    signed: int


class Overridden(msgspec.Struct):
    """A rule, and how often it was overridden on this site."""

    of: str
    therapy: str
    rule: str | None
    times: int


class Overrides(msgspec.Struct):
    """What was overridden on this site."""

    verdicts: int
    syringes: int
    rules: list[Overridden]


class Reviewed(msgspec.Struct):
    """The answer of ``dolenti knowledge review --json``; `overridden` is null without a site."""

    edition: EditionUsed
    as_of: Day
    rules: int
    due: list[RuleDue]
    unsigned: list[str]
    signed: list[RuleDue]
    void: list[VoidSignature]
    reviews: list[Review]
    overridden: Overrides | None


class BaseDays(msgspec.Struct):
    """The days of the files that a base of medicines was made of."""

    specialities: Day
    packs: Day
    compositions: Day


class BaseUsed(msgspec.Struct):
    """Which base of medicines answered, and the one delivered with the program."""

    source: str
    in_use: BaseDays
    delivered: BaseDays


class Substance(msgspec.Struct):
    """A substance of a medicine: weighed (SA), or a fraction (FT)."""

    kind: str
    link: str | int
    name: str
    dose: str
    per: str


class Pack(msgspec.Struct):
    """A pack of a medicine."""

    cip7: str
    cip13: str
    label: str
    marketed: bool


class Match(msgspec.Struct):
    """What puts a medicine in a class."""

    by: Literal["composition", "generic-group", "name", "brand"]
    words: str


class Class(msgspec.Struct):
    """A class of medicines, and why this one is in it."""

    id: str
    because: list[Match]


class Medicine(msgspec.Struct):
    """Everything that is known of a medicine."""

    cis: str
    name: str
    form: str
    routes: list[str]
    authorisation: str
    authorised: bool
    marketed: bool
    substances_from: Literal["composition", "generic-group", "nothing"]
    substances: list[Substance]
    generic_group: str | None
    atc: str | None
    packs: list[Pack]
    classes: list[Class]
    allergens: list[str]
    excipients: list[str] | None


class MedicineNamed(msgspec.Struct):
    """Another medicine that the words may mean."""

    cis: str
    name: str


class MedicinesFound(msgspec.Struct):
    """The answer of ``dolenti medicines find --json``."""

    base: BaseUsed
    unread: list[str]
    slips: bool
    medicines: list[Medicine]


class MedicineShown(msgspec.Struct):
    """The answer of ``dolenti medicines show --json``."""

    base: BaseUsed
    unread: list[str]
    slips: bool
    medicine: Medicine
    others: list[MedicineNamed]
