"""People who are treated: who they are, how to reach them, in whose care."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import Site
from dolenti.ledger.belonging import BelongsToPatient, Blanked, WorkedOut
from dolenti.ledger.models import Identified, Proposal, Versioned
from dolenti.ledger.proposals import SETTLED_ONCE, WAITING
from dolenti.records.models.births import BirthDateField


class Patient(Versioned):
    """One person at one site, as French practice names people.

    ``absorbed_by`` is set while two records of one person are merged: their rows stay where they
    are and are read together, so that a merge can be undone. A record entered in error is marked
    and never erased.
    """

    belongs = BelongsToPatient(
        through="pk",
        label=_("Identity"),
        kept_as="record",
        copied_by="dolenti.records.copied.person",
    )

    class Identity(models.TextChoices):
        """How sure the identity is. One without identity serves a quick assessment only."""

        NONE = "none"
        PROVISIONAL = "provisional"  # identité provisoire
        RETRIEVED = "retrieved"  # récupérée
        VALIDATED = "validated"  # validée
        QUALIFIED = "qualified"  # qualifiée

    class Sex(models.TextChoices):
        """The civil sex; unknown stays unknown."""

        FEMALE = "female"
        MALE = "male"
        UNKNOWN = ""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="patients")
    identity = models.CharField(max_length=12, choices=Identity, default=Identity.PROVISIONAL)
    birth_name = models.CharField(max_length=100, blank=True)
    used_name = models.CharField(max_length=100, blank=True)
    first_name = models.CharField(max_length=100, blank=True)  # the first given name
    given_names = models.CharField(max_length=200, blank=True)  # all of them, as on the document
    used_first_name = models.CharField(max_length=100, blank=True)
    sex = models.CharField(max_length=10, choices=Sex, blank=True)
    birth_date = BirthDateField()  # as far as it is known
    conventional_birth_date = models.DateField(null=True, blank=True)  # what a register writes
    birth_place = models.CharField(max_length=5, blank=True)  # INSEE code of commune or country
    birth_place_name = models.CharField(max_length=120, blank=True)
    ins = models.CharField(max_length=15, blank=True)  # 13 characters and the key
    ins_oid = models.CharField(max_length=40, blank=True)
    ins_at = models.DateTimeField(null=True, blank=True)  # when INSi gave it, with these traits
    proof = models.CharField(max_length=40, blank=True)  # the identity document that was seen
    proof_on = models.DateField(null=True, blank=True)  # and when
    doubtful = models.BooleanField(default=False)
    namesake = models.BooleanField(default=False)  # someone else of these traits is on file
    sort_name = models.CharField(max_length=210, blank=True)  # normalised, for lists and search
    reference = models.CharField(max_length=60, blank=True)
    invented = models.BooleanField(default=False)
    absorbed_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed"
    )
    in_error = models.CharField(max_length=500, blank=True)  # why it should never have been
    doctor = models.CharField(max_length=200, blank=True)  # the referring doctor
    doctor_contact = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, default="fr")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    in_team = False
    """Certainly in the care of whoever asked the gate for it: no column, the gate's own word."""

    class Meta:
        ordering = ("-created_at", "-id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["site", "sort_name", "id"]),
            models.Index(fields=["site", "birth_date"]),
            models.Index(fields=["site", "-created_at", "-id"]),
            models.Index(fields=["site", "reference"]),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site", "ins"],
                condition=models.Q(absorbed_by=None, in_error="") & ~models.Q(ins=""),
                name="one_record_per_ins",
            ),
            models.CheckConstraint(
                condition=~models.Q(identity="qualified") | ~models.Q(ins=""),
                name="a_qualified_identity_has_its_ins",
            ),
        ]


class PatientKey(models.Model):
    """A key that likely duplicates share (see ``identity.likeness``)."""

    belongs = WorkedOut(through="patient", source="the patient’s identity")

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="keys")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["site", "key"])]

    def __str__(self) -> str:
        return self.key


class Contact(Versioned):
    """How to reach a patient, or someone who speaks for them."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Contacts"),
        kept_as="contact",
        copied_with="patient",
        blanked=Blanked(("name", "phone", "email", "address"), since="ended_at"),
    )

    class Kind(models.TextChoices):
        """Who it is."""

        SELF = "self"
        TRUSTED = "trusted"  # personne de confiance
        RELATIVE = "relative"
        EMERGENCY = "emergency"
        GUARDIAN = "guardian"

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)


class Merge(Identified):
    """Two records of one person, read as one: who said so and why, and who took it back."""

    belongs = BelongsToPatient(
        through=("kept", "absorbed"),
        label=_("Merges of records"),
        kept_as="record",
        copied_by="dolenti.records.copied.merges",
        names=("author", "proposed_by"),
    )

    kept = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merged_away")
    reason = models.CharField(max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Where it took two: who proposed what the author confirmed.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    undone_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=models.Q(undone_at=None),
                name="absorbed_by_one_record",
            ),
            models.CheckConstraint(
                condition=~models.Q(kept=models.F("absorbed")), name="no_merge_with_itself"
            ),
            models.CheckConstraint(
                condition=models.Q(proposed_by=None) | ~models.Q(proposed_by=models.F("author")),
                name="two_people_merge",
            ),
        ]


class MergeProposal(Proposal):
    """Someone proposes to read two records as one; someone else confirms, or it is dropped.

    ``checked`` are the traits in which the two differed, and that who proposed it has checked;
    ``seen`` a digest of what each said then in the one and the other record: a word is of values.
    """

    belongs = BelongsToPatient(
        through=("kept", "absorbed"),
        label=_("Merges that were proposed"),
        kept_as="record",
        not_copied="the merge that came of it says who proposed it; of another, nothing came",
    )

    kept = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    checked = models.JSONField(default=list)
    seen = models.JSONField(default=dict)

    class Meta(Proposal.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kept", "absorbed"],
                condition=WAITING,
                name="one_open_merge_of_two_records",
            ),
            models.CheckConstraint(condition=SETTLED_ONCE, name="a_merge_is_dropped_or_done"),
        ]


class CareRelation(models.Model):
    """A person who has a patient in their care, until it ends."""

    belongs = BelongsToPatient(
        through="patient",
        label=_("Care-team relations"),
        kept_as="record",
        not_copied="who treats a patient is told by what they wrote",
    )

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="care_team")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="patients_in_care"
    )
    since = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "patient"],
                condition=models.Q(ended_at=None),
                name="in_care_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.patient_id}"
