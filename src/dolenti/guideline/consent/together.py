"""What a page of a telephone says once, of several therapies; a paper says it of each."""

from __future__ import annotations

from dataclasses import replace

from dolenti.guideline.consent import words
from dolenti.guideline.consent.values import OTHER, Statement
from dolenti.guideline.judge import Status
from dolenti.guideline.knowledge import Text
from dolenti.guideline.words import lower_first


def together(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Other therapies of which the same is to be said, in one sentence, where the first stood."""
    alike: dict[Status | None, list[Statement]] = {}
    for one in statements:
        for status in _statuses(one):
            alike.setdefault(status, []).append(one)
    joined = {
        found[0].id: _joined(found, status) for status, found in alike.items() if len(found) > 1
    }
    gone = {one.id for found in alike.values() for one in found[1:]}
    return tuple(joined.get(one.id, one) for one in statements if one.id not in gone)


def _statuses(one: Statement) -> list[Status | None]:
    """The verdict that a statement tells of another therapy. None where it is of no other, or where
    an earlier version told it in other words: a text that was given to read stands as it was."""
    if not one.id.endswith(OTHER):
        return []
    return [key for key, says in words.ALTERNATIVE.items() if one.says.fr.endswith(says.fr)][:1]


def _joined(found: list[Statement], status: Status | None) -> Statement:
    says = words.ALTERNATIVES[status]
    return replace(
        found[0],
        says=Text(
            fr=f"{_names(found, status, 'fr', ' et ')}\u00a0: {says.fr}",
            en=f"{_names(found, status, 'en', ' and ')}: {says.en}",
        ),
        sources=tuple(dict.fromkeys(cited for one in found for cited in one.sources)),
        verified=all(one.verified for one in found),
        encodes=tuple(dict.fromkeys(number for one in found for number in one.encodes)),
    )


def _names(found: list[Statement], status: Status | None, language: str, last: str) -> str:
    tail = words.ALTERNATIVE[status].in_language(language)
    first, *rest = (
        one.says.in_language(language).removesuffix(tail).rstrip(":\u00a0 ") for one in found
    )
    names = [first, *(lower_first(name) for name in rest)]
    return ", ".join(names[:-1]) + last + names[-1]
