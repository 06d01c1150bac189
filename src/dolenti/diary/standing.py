"""The links that stand to one thing, and when the earlier ones end: of those that the clinic makes
one stands; one that is asked for stands beside the first until it is opened."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from dolenti.diary.models import Link


def to_the_same(link: Link) -> QuerySet[Link]:
    """The links that stand to what one leads to, itself among them."""
    return Link.objects.filter(
        purpose=link.purpose, course=link.course_id, complaint=link.complaint_id,
        appointment=link.appointment_id, session=link.session_id, window=link.window,
        anchor=link.anchor, revoked_at=None,
    )  # fmt: skip


def end_earlier(link: Link, now: datetime) -> None:
    """A link was opened: those that were laid before, to the same, open no more. Until then they
    do: whoever asks for another link in a patient's name must not take from them the form, or the
    way to tell of a problem, that they hold. Inside the transaction that opens it."""
    to_the_same(link).filter(pk__lt=link.pk).update(revoked_at=now)
