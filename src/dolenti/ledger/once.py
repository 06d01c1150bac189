"""A form sent twice is one write."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, models, transaction

from dolenti.access.actors import Actor, author_of
from dolenti.access.models import User
from dolenti.ledger.belonging import kind_of
from dolenti.ledger.models import Receipt

M = TypeVar("M", bound=models.Model)


class AnotherFormError(PermissionDenied):
    """The token of this form was used for something else: about another object, or making another
    kind of row. Nothing of what was sent is written, and nobody is told that it is."""


@dataclass(frozen=True)
class Submission:
    """What an actor sent: the token makes a second sending the same write. ``about`` says of what
    the form is, in the caller’s own words: of anything else the token is refused."""

    actor: Actor
    token: uuid.UUID
    about: str = ""

    def of_part(self, name: str) -> Submission:
        """A part of this form that is a write by itself, about the same."""
        return Submission(self.actor, uuid.uuid5(self.token, name), self.about)

    @property
    def user(self) -> User:
        """The account in whose name it is written. Raises ``NoAccountError``."""
        return author_of(self.actor)


def once(submission: Submission, model: type[M], make: Callable[[], M]) -> M:
    """What ``make`` makes; or, where this form was written before, what it made then. Raises
    ``AnotherFormError`` for a token that was used for something else.

    All of it is one transaction: an error leaves neither the row nor the receipt. Of two sendings
    at the same moment the second one waits before it looks for the receipt, so that ``make`` never
    meets what the first one made as if it were somebody else's.
    """
    try:
        with transaction.atomic():
            _wait_for_the_first(submission)
            found = made_before(submission, model)
            if found is not None:
                return found
            made = make()
            Receipt.objects.create(
                author=submission.user,
                token=submission.token,
                made=kind_of(model),
                made_id=made.pk,
                about=submission.about,
            )
            return made
    except IntegrityError:
        found = made_before(submission, model)
        if found is None:
            raise
        return found


def _wait_for_the_first(submission: Submission) -> None:
    # SQLite has one writer at a time, from the start of the transaction (BEGIN IMMEDIATE).
    if connection.vendor == "postgresql":
        number = int.from_bytes(submission.token.bytes[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def is_used(user: User, token: uuid.UUID) -> bool:
    """Whether a form of this token was written, whatever it was about."""
    return Receipt.objects.filter(author=user, token=token).exists()


def was_written(submission: Submission) -> bool:
    """Whether this form was written before. Raises ``AnotherFormError``."""
    return _receipt(submission) is not None


def made_before(submission: Submission, model: type[M]) -> M | None:
    """What this form made when it was written before, if it was. Raises ``AnotherFormError``."""
    receipt = _receipt(submission)
    if receipt is None:
        return None
    if receipt.made != kind_of(model):
        raise AnotherFormError
    return model._default_manager.get(pk=receipt.made_id)


def _receipt(submission: Submission) -> Receipt | None:
    found = Receipt.objects.filter(author=submission.user, token=submission.token).first()
    if found is not None and found.about != submission.about:
        raise AnotherFormError
    return found
