"""What a person typed and has not sent, kept on the server until they send or discard it.

A draft is of one form, about one record or none, and of one person: for everyone else it does not
exist. It is no write: nothing of it is in the record, and the trail says nothing of it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.http import Http404

from dolenti.access.models import User
from dolenti.ledger.models import Draft
from dolenti.ledger.once import is_used

LONGEST = 512 * 1024
"""Characters of a draft, all its fields together."""
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "token", "password"})


MOST: Final = 40
"""Drafts of one person: of more, the one that was left alone longest gives its place."""


class TooLongError(Exception):
    """More was typed than a draft holds."""


def keep(
    user: User, form: str, about: str, fields: Mapping[str, Sequence[str]], token: uuid.UUID | None
) -> Draft | None:
    """Keep what stands in a form now, in place of what was kept of it before.

    ``None`` where the form of this token was written meanwhile: what comes late is no draft.
    Raises ``TooLongError``.
    """
    if token is not None and is_used(user, token):
        return None
    content = {name: list(values) for name, values in fields.items() if name not in NEVER_KEPT}
    if len(json.dumps(content, ensure_ascii=False)) > LONGEST:
        raise TooLongError
    try:
        with transaction.atomic():
            kept, _ = Draft.objects.update_or_create(
                owner=user, form=form, about=about, defaults={"content": content}
            )
    except IntegrityError:  # the same form, in two windows, at the same moment: the later stays
        kept = Draft.objects.get(owner=user, form=form, about=about)
        kept.content = content
        kept.save(update_fields=["content", "updated_at"])
    _make_room(user)
    return kept


def _make_room(user: User) -> None:
    latest = Draft.objects.filter(owner=user).order_by("-updated_at", "-pk")
    beyond = list(latest.values_list("pk", flat=True)[MOST : MOST * 2])
    if beyond:
        Draft.objects.filter(pk__in=beyond).delete()


def begun(user: User, form: str, about: str = "") -> Draft | None:
    """What the user has begun of a form about a record, if anything."""
    return Draft.objects.filter(owner=user, form=form, about=about).first()


def all_begun(user: User, forms: Sequence[str], about: str) -> dict[str, Draft]:
    """What the user has begun of several forms about one record, by form."""
    found = Draft.objects.filter(owner=user, form__in=forms, about=about)
    return {one.form: one for one in found}


def take_up(user: User, public_id: str, form: str, about: str | None = "") -> Draft:
    """A draft of the user's own, of this form. Raises ``Http404`` for any other."""
    mine = Draft.objects.filter(owner=user, public_id=public_id, form=form)
    found = mine.first() if about is None else mine.filter(about=about).first()
    if found is None:
        raise Http404
    return found


def discard(user: User, form: str, about: str = "") -> None:
    """Remove what was begun: it was sent, or is not wanted."""
    Draft.objects.filter(owner=user, form=form, about=about).delete()


def hold(user: User, form: str, content: Mapping[str, Any]) -> Draft:
    """Keep something between two steps of a form (a file, until its patient is identified)."""
    held = Draft.objects.create(owner=user, form=form, about=uuid.uuid4().hex, content=content)
    _make_room(user)
    return held
