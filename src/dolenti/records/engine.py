"""Judges and editions, built once per process and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case
from dolenti.guideline.judge import ASSUMED, Judge
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.loading import SHIPPED, edition_hash, folder_texts, load_folder, load_known
from dolenti.guideline.report import as_json
from dolenti.ledger.models import pack
from dolenti.records.facts.inputs import case_from_json
from dolenti.records.models import Assessment, EditionSnapshot

LANGUAGES = ("fr", "en")
# The edition in force and a few that stored assessments were judged by.
_editions: dict[str, Edition] = {}
_KEPT_EDITIONS = 6


def edition_in_force() -> Edition:
    """The knowledge shipped with this version of the program, as it was when first asked for."""
    return _shipped()[0]


@cache
def packed_in_force() -> bytes:
    """The texts of ``edition_in_force`` as they are stored, even where the files changed since."""
    return pack(_shipped()[1])


@cache
def _shipped() -> tuple[Edition, dict[str, str]]:
    edition, texts = load_folder(), folder_texts(SHIPPED)
    if edition_hash(texts) != edition.sha256:  # the files were replaced between the two readings
        edition = load_known(texts)
    return edition, texts


def edition_of(snapshot: EditionSnapshot) -> Edition:
    """A stored edition, read again from its stored texts. Raises ``InputError`` if it cannot."""
    if snapshot.sha256 == edition_in_force().sha256:
        return edition_in_force()
    found = _editions.get(snapshot.sha256)
    if found is None:
        found = load_known(snapshot.texts)
        while len(_editions) >= _KEPT_EDITIONS:
            _editions.pop(next(iter(_editions)), None)
        _editions[snapshot.sha256] = found
    return found


def judge(edition: Edition, policies: Mapping[str, str]) -> Judge:
    """The judge of an edition under these choices."""
    return _judge(_ById(edition), tuple(sorted(policies.items())))


class _ById:
    """An edition as a key: equal by its hash, not by comparing a hundred thousand words."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __hash__(self) -> int:
        return hash(self.edition.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.edition.sha256 == self.edition.sha256


@lru_cache(maxsize=12)
def _judge(key: _ById, policies: tuple[tuple[str, str], ...]) -> Judge:
    return Judge(key.edition, dict(policies))


def assess(judge: Judge, case: Case) -> Judgement:
    """Judge a case; what was taken for reassuring is named as assumed."""
    assessment = judge.assess(case)
    assumed = {fact: k.value for fact, k in sorted(case.facts.items()) if k.origin == ASSUMED}
    return replace(assessment, assumed=assumed)


def in_every_language(assessment: Judgement) -> dict[str, dict[str, Any]]:
    """The JSON of contract 2 by language."""
    return {language: as_json(assessment, language) for language in LANGUAGES}


@dataclass(frozen=True)
class Replay:
    """What became of judging a stored assessment again. ``why`` says why it could not be."""

    identical: bool
    why: InputError | None = None


def replay(stored: Assessment) -> Replay:
    """Judge the stored inputs again by the stored edition, and compare every word."""
    try:
        edition = edition_of(stored.edition)
        again = judge(edition, stored.inputs["policies"])
        case = case_from_json(stored.inputs, again.dictionary)
        results = in_every_language(assess(again, case))
    except InputError as error:
        return Replay(identical=False, why=error)
    return Replay(identical=_says_all(_without_engine(results), _without_engine(stored.results)))


def _says_all(again: Any, stored: Any) -> bool:
    """Whether all that was stored is said again, word for word: a newer program may say more."""
    if again == stored:  # nothing is new in it, as nearly always: told without walking through it
        return True
    if isinstance(stored, dict):
        return isinstance(again, dict) and all(
            key in again and _says_all(again[key], one) for key, one in stored.items()
        )
    if isinstance(stored, list):
        return (
            isinstance(again, list)
            and len(again) == len(stored)
            and all(map(_says_all, again, stored))
        )
    return False


def _without_engine(results: dict[str, dict[str, Any]]) -> dict[str, Any]:
    # A newer engine that finds the same is what a replay is to show.
    # What was stored before anything unread was told has no word of it.
    return {
        language: {**result, "edition": {**result["edition"], "engine": ""}, "unread": unread}
        for language, result in results.items()
        for unread in [result.get("unread", [])]
    }
