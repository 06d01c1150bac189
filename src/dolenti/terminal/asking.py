"""What the command line asks now: the questions of the Assess page, in its order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from dolenti.guideline.asking import Sheet, Situation, open_questions, thought_of
from dolenti.guideline.errors import InputError
from dolenti.guideline.judge import Assessment, Judge
from dolenti.guideline.knowledge import Edition


def therapies_of(edition: Edition, named: Sequence[str]) -> frozenset[str]:
    """The therapies that were named, by their ids. Raises ``InputError`` for another word."""
    known = {therapy.id for therapy in edition.therapies}
    for one in named:
        if one not in known:
            choices = ", ".join(sorted(known))
            raise InputError(
                f"“{one}” is no therapy; choose among {choices}",
                "--for",
                fr=f"«\u00a0{one}\u00a0» n’est pas un traitement\u00a0; choisissez parmi {choices}",
            )
    return frozenset(named)


def asked_first(judge: Judge, assessment: Assessment, in_play: frozenset[str]) -> tuple[str, ...]:
    """The facts to ask now, for the therapies in play (none named: those that something speaks
    for): the gate before what follows from it, and nothing that waits for another answer."""
    thought = in_play or thought_of(assessment)
    found = open_questions(judge, _sheet(judge), Situation(assessment.case, thought))
    return tuple(dict.fromkeys([*(ref.fact for ref in found.now), *found.unplaced]))


@lru_cache(maxsize=12)
def _sheet(judge: Judge) -> Sheet:
    return Sheet(judge.edition, judge.dictionary)


__all__ = ["asked_first", "therapies_of"]
