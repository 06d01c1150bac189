"""Whether what is asked and told between the visits is sound: part of ``knowledge check``."""

from __future__ import annotations

from dolenti.guideline.checking import Problem
from dolenti.guideline.diary.checking import (
    common,
    hearing,
    leaflets,
    letters,
    messages,
    rules,
    waiting,
)
from dolenti.guideline.diary.content import Content, content, has_content
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition


def check_diary(edition: Edition) -> list[Problem]:
    """Every problem of the content; none for a sound one, or an edition without."""
    if not has_content(edition):
        return []
    try:
        made = content(edition)
    except InputError as error:
        return [Problem(error.where, error.what)]
    return check_content(edition, made)


def check_content(edition: Edition, made: Content) -> list[Problem]:
    """The same of a content that was made."""
    found = [*common.problems(edition, made)]
    # Rules can only be tried where every name is right.
    found = found or [
        *rules.problems(made),
        *hearing.problems(made),
        *messages.problems(made),
        *letters.problems(edition, made),
        *leaflets.problems(made),
        *waiting.problems(edition, made),
    ]
    return [Problem(name, what) for name, what in found]
