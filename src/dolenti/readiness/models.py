"""What was seen of the emergency kit of a room, in which room it lies, who signed which card.

Nothing here is ever changed: a check is written beside the one before, and the last one counts.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from dolenti.access.models import AppendOnly, Site
from dolenti.agenda.models import Room
from dolenti.ledger.models import Identified


class KitLook(AppendOnly, Identified):
    """Somebody counted the kit that lies in a room, or opened it for an emergency: from then on it
    is unknown what is in it, until it is counted again.

    ``contents`` holds, by the item's id in the knowledge, how many there were and the last day on
    which the first of them may be used; an item that nobody counted is not in it.
    """

    class Kind(models.TextChoices):
        """What was done with it."""

        CHECKED = "checked"
        OPENED = "opened"

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="kit_looks")
    kind = models.CharField(max_length=8, choices=Kind)
    day = models.DateField()  # where the site stands
    contents = models.JSONField(default=dict, blank=True)
    seal = models.CharField(max_length=40, blank=True)  # the number of the seal put on it
    note = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind="checked") | models.Q(contents={}, seal=""),
                name="an_opened_kit_is_not_counted",
            )
        ]


class KitPlace(AppendOnly, Identified):
    """From now on a room is served by the kit that lies in another one, near by; or by its own.
    The last one counts."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="kit_places")
    served_by = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)


class CardSignature(AppendOnly, Identified):
    """A doctor of the site has read an emergency card and stands for these very words: ``sha256``
    is of the card, of the doses it names and of whom to call."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="card_signatures")
    card = models.CharField(max_length=60)  # its id in the knowledge
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site", "card", "sha256"], name="one_signature_of_these_words"
            )
        ]
