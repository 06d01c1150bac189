"""Whether the session's content is sound: part of ``dolenti knowledge check``."""

from __future__ import annotations

from dolenti.guideline.checking import Problem
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.session.checking import common, needle, paper, room, target
from dolenti.guideline.session.content import Content, content, has_content


def check_session(edition: Edition) -> list[Problem]:
    """Every problem of the session's content; none for a sound one, or an edition without."""
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
    # What is worked out can only be tried where every name is right.
    found = found or [
        *room.problems(edition, made),
        *paper.problems(edition, made),
        *needle.problems(edition, made),
    ]
    found = found or list(target.problems(edition, made))
    return [Problem(name, what) for name, what in found]
