"""A patient's own serum: draws, tubes, units, and every step that any of them took.

A tube or a unit is of one patient for ever, has one number that is never given again, and comes to
one end. What a machine of ``guideline.serum`` does not allow, the database refuses as well
(``migrations/0002``).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import AppendOnly, Site
from dolenti.ledger.belonging import BelongsToPatient
from dolenti.ledger.models import Identified, Versioned
from dolenti.records.models.patients import Patient
from dolenti.serum import waiting
from dolenti.serum.cold import Excursion, LogWithdrawal, Place, Strike, TemperatureLog
from dolenti.stock.models import Lot
from dolenti.treatment.models import Course, Session, SessionRecord

__all__ = [
    "Draw",
    "Excursion",
    "FreezerCount",
    "Injection",
    "InjectionCorrection",
    "Label",
    "LogWithdrawal",
    "Place",
    "Proposal",
    "Statement",
    "Stay",
    "Step",
    "Strike",
    "TemperatureLog",
    "Thing",
    "Tube",
    "Unit",
]

AUTHOR: Any = settings.AUTH_USER_MODEL


class Statement(AppendOnly, Identified):
    """What a site states to have its chain on: whose written advice it holds, who answers for it.

    The last one counts; one that is not ``opened`` closes the chain.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="serum_statements")
    opened = models.BooleanField()
    code = models.CharField(max_length=4, blank=True)  # of the site, in the number of each unit
    advice = models.CharField(max_length=300, blank=True)  # who gave it, its reference
    advice_on = models.DateField(null=True, blank=True)
    agreement = models.CharField(max_length=300, blank=True)  # of the authority
    responsible = models.ForeignKey(
        AUTHOR, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    appointed = models.CharField(max_length=300, blank=True)  # the writing that names them
    strict = models.BooleanField(default=False)  # the shorter window of incubation
    reason = models.CharField(max_length=500, blank=True)  # why it is closed
    author = models.ForeignKey(AUTHOR, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(opened=False)
                | (
                    ~models.Q(code="") & ~models.Q(advice="") & ~models.Q(agreement="")
                    & ~models.Q(appointed="")
                    & models.Q(advice_on__isnull=False, responsible__isnull=False)
                ),
                name="an_open_chain_says_on_what",
            )
        ]  # fmt: skip


class Draw(Versioned):
    """Blood of a patient, drawn for the units of a course; and the tests of the donor."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Serum draws"),
        kept_as="serum",
        copied_by="dolenti.serum.copied.draws",
        names=("author", "checked_by"),
    )

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="draws")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="draws")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="draws")
    code = models.CharField(max_length=4)  # of the site, as it was
    day = models.DateField()
    number = models.PositiveIntegerField()  # of the site's day, from 1
    tubes = models.PositiveSmallIntegerField()  # planned: so many numbers are given
    units = models.PositiveSmallIntegerField(default=0)  # made of them: so many numbers are given
    tests = models.JSONField(default=dict)  # negative or positive, by marker
    tests_on = models.DateField(null=True, blank=True)
    checked_by = models.ForeignKey(
        AUTHOR, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    checked_at = models.DateTimeField(null=True, blank=True)  # “check before drawing”
    author = models.ForeignKey(AUTHOR, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code", "day", "number"], name="one_draw_of_a_number")
        ]


class Thing(Versioned):
    """What tubes and units have in common: a number, where it stands, whence a hold came."""

    number = models.CharField(max_length=40, unique=True)
    position = models.PositiveSmallIntegerField()  # within the draw, from 1
    state = models.CharField(max_length=14)
    origin = models.CharField(max_length=14, blank=True)
    held_for = models.CharField(max_length=500, blank=True)
    volume = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)  # mL
    labelled_at = models.DateTimeField(null=True, blank=True)

    kind: ClassVar[str]
    draw: Any
    patient: Any

    class Meta:
        abstract = True


class Tube(Thing):
    """One device of beads, with the blood of one patient."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Serum tubes"),
        kept_as="serum",
        copied_with="draw",
        names=(),
    )
    kind = "tube"

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="tube_rows")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="tubes")
    device = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(null=True, blank=True)
    incubator = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="tubes", null=True, blank=True
    )
    incubated_from = models.DateTimeField(null=True, blank=True)
    incubated_to = models.DateTimeField(null=True, blank=True)
    spun_at = models.DateTimeField(null=True, blank=True)
    portioned_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(
        null=True, blank=True
    )  # its hold, by two people, the last time

    class Meta:
        ordering = ("draw", "position")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [waiting.TUBE]


class Unit(Thing):
    """One aliquot: serum of one patient, for that patient alone."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Serum units"),
        kept_as="serum",
        copied_by="dolenti.serum.copied.units",
        names=(),
    )
    kind = "unit"

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="unit_rows")
    tube = models.ForeignKey(Tube, on_delete=models.PROTECT, related_name="units")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="units")
    portioned_at = models.DateTimeField()
    expires = models.DateField()
    frozen_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    thawed_at = models.DateTimeField(null=True, blank=True)
    warmed = models.BooleanField(default=False)  # it thawed, or counts as if it had
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("draw", "position")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state"]),
            models.Index(fields=["patient", "state"]),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [waiting.UNIT]


class Stay(Identified):
    """A unit in a slot of a freezer or a box, from a moment until another."""

    belongs = BelongsToPatient(
        through="unit__patient",
        label=_("Where serum units were kept"),
        kept_as="serum",
        copied_with="unit",
    )

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="stays")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="stays")
    slot = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["place", "slot"],
                condition=models.Q(until=None) & ~models.Q(slot=""),
                name="one_unit_in_a_slot",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(until=None), name="one_place_of_a_unit"
            ),
        ]


class Step(AppendOnly, Identified):
    """One event of a tube or a unit: who, when, how they proved whose it was, what failed.

    ``boot`` and ``ticks`` are the machine's own count of time (``guideline.serum.windows``). A step
    that leaves the state as it is notes something: a mild excursion, one that came to light late.
    """

    belongs = BelongsToPatient(
        through="draw__patient",
        label=_("Serum steps"),
        kept_as="serum",
        copied_with="draw",
        names=("author", "second"),
    )

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="steps")
    tube = models.ForeignKey(
        Tube, on_delete=models.PROTECT, related_name="steps", null=True, blank=True
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="steps", null=True, blank=True
    )
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=14)
    after = models.CharField(max_length=14)
    at = models.DateTimeField()
    boot = models.CharField(max_length=36, blank=True)
    ticks = models.BigIntegerField(default=0)
    hand_over = models.CharField(max_length=10, blank=True)  # scan, patient, two
    reason = models.CharField(max_length=60, blank=True)  # a code of the knowledge
    note = models.CharField(max_length=500, blank=True)
    failed = models.JSONField(default=list)  # guards
    said = models.JSONField(default=dict)
    excursion = models.ForeignKey(
        Excursion, on_delete=models.PROTECT, related_name="steps", null=True, blank=True
    )
    author = models.ForeignKey(AUTHOR, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(
        AUTHOR, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(tube__isnull=False, unit=None)
                | models.Q(tube=None, unit__isnull=False),
                name="a_step_is_of_a_tube_or_of_a_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(second=None) | ~models.Q(second=models.F("author")),
                name="two_people_of_a_step_are_two",
            ),
        ]


class Injection(AppendOnly, Identified):
    """A unit was given to the patient it came from, at a session: the one end that is wanted."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Serum injections"),
        kept_as="serum",
        copied_with="unit",
        names=("author",),
    )

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="injection")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="serum")
    volume = models.DecimalField(max_digits=5, decimal_places=2)  # mL injected
    thrown = models.DecimalField(max_digits=5, decimal_places=2, default=0)  # mL left, discarded
    target = models.CharField(max_length=200)
    at = models.DateTimeField()
    author = models.ForeignKey(AUTHOR, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(volume__gt=0, thrown__gte=0), name="something_was_injected"
            )
        ]

    @property
    def as_it_stands(self) -> Injection | InjectionCorrection:
        """Volume, rest and target as they were corrected last; of lists that were loaded with it
        (``corrections__record``) no query."""
        return max(
            (one for one in self.corrections.all() if one.counts),
            key=lambda one: one.pk,
            default=self,
        )


class InjectionCorrection(AppendOnly, Identified):
    """What was recorded of an injection was wrong: where it went, how much of the unit. The last
    one counts; never another unit, nor another patient."""

    belongs = BelongsToPatient(
        through="injection__patient",
        label=_("Corrections of serum injections"),
        kept_as="serum",
        copied_with="injection",
        names=("author",),
    )

    injection = models.ForeignKey(Injection, on_delete=models.PROTECT, related_name="corrections")
    record = models.ForeignKey(SessionRecord, on_delete=models.PROTECT, related_name="+")
    volume = models.DecimalField(max_digits=5, decimal_places=2)  # mL injected
    thrown = models.DecimalField(max_digits=5, decimal_places=2, default=0)  # mL left, discarded
    target = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    author = models.ForeignKey(AUTHOR, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(volume__gt=0, thrown__gte=0) & ~models.Q(reason=""),
                name="a_correction_says_what_and_why",
            )
        ]

    @property
    def counts(self) -> bool:
        """Whether its record is in force: an amendment is once it is signed."""
        return self.record.amends_id is None or self.record.state == SessionRecord.State.SIGNED


class Proposal(Identified):
    """An event that two people answer for: one proposes it, another confirms it, or it is
    dropped."""

    belongs = BelongsToPatient(
        through="draw__patient",
        label=_("Serum steps for two people"),
        kept_as="serum",
        not_copied="what was confirmed is a step, and told there; what was dropped was never done",
    )

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="proposals")
    tube = models.ForeignKey(
        Tube, on_delete=models.PROTECT, related_name="proposals", null=True, blank=True
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="proposals", null=True, blank=True
    )
    event = models.CharField(max_length=24)
    reason = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=500, blank=True)
    slot = models.CharField(max_length=20, blank=True)  # to which it goes back
    volume = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)  # mL
    author = models.ForeignKey(AUTHOR, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(
        AUTHOR, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    dropped_by = models.ForeignKey(
        AUTHOR, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("author")),
                name="two_people_confirm",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, confirmed_by=None, dropped_by=None)
                | models.Q(ended_at__isnull=False, confirmed_by__isnull=False, dropped_by=None)
                | models.Q(ended_at__isnull=False, confirmed_by=None, dropped_by__isnull=False),
                name="a_proposal_is_confirmed_or_dropped",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(ended_at=None), name="one_proposal_of_a_unit"
            ),
            models.UniqueConstraint(
                fields=["tube"], condition=models.Q(ended_at=None), name="one_proposal_of_a_tube"
            ),
        ]


class Label(AppendOnly, Identified):
    """A label that was printed. The first of a number is serial 1; a later one voids those before,
    says that it is a duplicate, and names the second person who answered for it."""

    belongs = BelongsToPatient(
        through="draw__patient",
        label=_("Serum labels"),
        kept_as="serum",
        copied_with="draw",
        names=("author", "second"),
    )

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="labels")
    number = models.CharField(max_length=40)
    serial = models.PositiveSmallIntegerField(default=1)
    mark = models.CharField(max_length=6)  # in the QR code alone: a typed number has none
    positive = models.BooleanField(null=True)  # bears the words of a positive marker
    author = models.ForeignKey(AUTHOR, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(
        AUTHOR, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["number", "serial"], name="a_label_is_printed_once"),
            models.CheckConstraint(
                condition=~models.Q(mark=""), name="a_label_tells_a_scan_from_a_typed_number"
            ),
            models.CheckConstraint(
                condition=models.Q(serial=1, second=None)
                | models.Q(serial__gt=1, second__isnull=False)
                & ~models.Q(second=models.F("author")),
                name="a_duplicate_is_of_two_people",
            ),
        ]

    @property
    def code(self) -> str:
        """What its QR code says, and nothing else does: the number, which print of it, the mark."""
        return f"{self.number}/{self.serial}/{self.mark}"

    @property
    def plain(self) -> str:
        """What is printed to be read by eye: the number, and of a duplicate which one it is."""
        return self.number if self.serial == 1 else f"{self.number}/{self.serial}"


class FreezerCount(Identified):
    """The units of a freezer as somebody scanned them, against those that are to be there; another
    person confirms."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="counts")
    scanned = models.JSONField()  # numbers
    absent = models.JSONField()  # to be there, and not scanned
    strange = models.JSONField()  # scanned, and not to be there
    author = models.ForeignKey(AUTHOR, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(
        AUTHOR, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("author")),
                name="two_people_count",
            )
        ]

    @property
    def site(self) -> Site:
        """Where it was counted."""
        return self.place.site
