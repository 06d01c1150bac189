"""What a site keeps, by lot; what moved, who received it, and who is told of a recall.

How many pieces of a lot are left is written on the lot, and each movement beside it: the one is the
sum of the others. The database refuses to take a piece of a lot that is expired, recalled, in
quarantine or empty, or to give one to a patient of another site.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dolenti.access.identifiers import LENGTH
from dolenti.access.models import AppendOnly, Site
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified, Versioned
from dolenti.records.models.patients import Patient


class Item(Versioned):
    """What a site keeps: a product at one strength, or a needle, a kit, a probe.

    Counted in pieces, of ``volume`` mL each where it is drawn up. ``minimum`` pieces are to be
    there; what expires is said ``ahead`` days before.
    """

    class Kind(models.TextChoices):
        """What it is. A product is one of the knowledge; a device is where blood or a nerve meets
        it."""

        PRODUCT = "product"
        NEEDLE = "needle"
        KIT = "kit"
        PROBE = "probe"
        DEVICE = "device"
        OTHER = "other"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=120)
    product = models.CharField(max_length=60, blank=True)  # its id in the knowledge
    strength = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)  # per mL
    unit = models.CharField(max_length=6, blank=True)  # of the strength: mg/mL, IU/mL
    # What came ready mixed in the same vial: another product, with its own strength.
    with_product = models.CharField(max_length=60, blank=True)
    with_strength = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    with_unit = models.CharField(max_length=6, blank=True)
    volume = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)  # mL
    minimum = models.PositiveIntegerField(default=0)
    ahead = models.PositiveSmallIntegerField(default=60)  # days
    closed = models.BooleanField(default=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["site", "name"], name="one_item_of_a_name"),
            models.CheckConstraint(
                condition=models.Q(kind="product") & ~models.Q(product="")
                | ~models.Q(kind="product") & models.Q(product="", strength=None),
                name="a_product_and_only_it_says_which",
            ),
            models.CheckConstraint(
                condition=models.Q(strength=None, unit="")
                | models.Q(strength__gt=0) & ~models.Q(unit=""),
                name="a_strength_has_its_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(with_product="", with_strength=None, with_unit="")
                | ~models.Q(with_product="")
                & ~models.Q(with_product=models.F("product"))
                & ~models.Q(with_unit="")
                & models.Q(
                    kind="product",
                    strength__isnull=False,
                    with_strength__isnull=False,
                    with_strength__gt=0,
                ),
                name="what_is_ready_mixed_is_whole",
            ),
        ]


class Lot(Versioned):
    """Pieces of one item, of one batch. ``state`` is what people said of it; expired and empty are
    seen on the day."""

    class State(models.TextChoices):
        """What people said of it."""

        USABLE = "usable"
        QUARANTINED = "quarantined"
        RECALLED = "recalled"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="lots")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="lots")
    gtin = models.CharField(max_length=14, blank=True)
    number = models.CharField(max_length=60)
    expiry = models.DateField(null=True, blank=True)  # the last day on which it is used
    left = models.PositiveIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)  # by each record, as many as it ever had
    used_on = models.DateField(null=True, blank=True)  # the day of the last new use
    state = models.CharField(max_length=12, choices=State, default=State.USABLE)
    reason = models.CharField(max_length=500, blank=True)  # of a quarantine or a recall
    held_on = models.DateField(null=True, blank=True)  # the day of a quarantine or a recall
    told = models.CharField(max_length=2000, blank=True)  # what those who received it are told
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("expiry", "id")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["site", "number"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["item", "gtin", "number"], name="one_lot_of_a_number"),
            models.CheckConstraint(
                condition=models.Q(state="usable") | ~models.Q(reason=""),
                name="a_lot_is_held_for_a_reason",
            ),
        ]


class Movement(AppendOnly, Identified):
    """Pieces that came, went, or were counted: ``quantity`` is what was added to what was left."""

    class Kind(models.TextChoices):
        """Why it moved."""

        RECEIPT = "receipt"
        USE = "use"
        BACK = "back"  # a use that was not one
        COUNT = "count"
        DISCARD = "discard"

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=8, choices=Kind)
    quantity = models.IntegerField()
    day = models.DateField()  # where the site stands
    reason = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["receipt", "back"], quantity__gt=0)
                | models.Q(kind__in=["use", "discard"], quantity__lt=0)
                | models.Q(kind="count"),
                name="a_movement_goes_its_way",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["receipt", "use"])
                | models.Q(kind="count", quantity=0)
                | ~models.Q(reason=""),
                name="what_is_amiss_has_its_reason",
            ),
        ]


class Use(Identified):
    """A patient received pieces of a lot. ``record`` is the public id of the row of a room above in
    which they were given, ``kind`` the kind of that row: ``treatment.sessionrecord``.

    One that was none is ``undone`` by the movement that brought the pieces back, once and for all.
    """

    belongs = BelongsToPatient(
        through="patient",
        label=_("Lots received"),
        kept_as="record",
        copied_by="dolenti.stock.copied.uses",
        names=("author",),
    )

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="lots_received")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="uses")
    movement = models.OneToOneField(Movement, on_delete=models.PROTECT, related_name="use_of")
    quantity = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    record = models.CharField(max_length=LENGTH)
    undone = models.OneToOneField(
        Movement, on_delete=models.PROTECT, related_name="undoes", null=True, blank=True
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)  # when they were given

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "record"], name="uses_of_a_record")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["lot", "kind", "record"],
                condition=models.Q(undone=None),
                name="one_use_of_a_lot_by_a_record",
            )
        ]


class RecallLetter(Versioned):
    """Somebody who received a recalled lot is to be told: a letter, and whether it reached them."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Letters of recalls"),
        kept_as="record",
        filed_by="dolenti.stock.copied.letters",
        names=("author",),
    )

    class State(models.TextChoices):
        """How far it came."""

        TO_SEND = "to-send"
        SENT = "sent"
        REACHED = "reached"
        UNREACHED = "unreached"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="recall_letters")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="letters")
    state = models.CharField(max_length=10, choices=State, default=State.TO_SEND)
    note = models.CharField(max_length=500, blank=True)  # how they were reached, or why not
    pdf = models.BinaryField(null=True, blank=True)  # once a worker has made it
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["patient", "lot"], name="one_letter_of_a_recall")
        ]
