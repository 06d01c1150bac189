"""Clinics, their sites, the people who work there, and the trail of what they did."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from dolenti.access.identifiers import LENGTH, new_public_id
from dolenti.access.roles import Permission, Role, may
from dolenti.calendar.zone import USUAL

ROLES = [(role.value, role.value) for role in Role]


class Clinic(models.Model):
    """A house with one or several sites; its patients may come to any of them."""

    public_id = models.CharField(
        max_length=LENGTH, unique=True, default=new_public_id, editable=False
    )
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where people are treated. Its records are seen by nobody of another one.

    ``policies`` are its choices; ``worked`` the public holidays (ISO days) on which it opens all
    the same; ``equipped`` the ids of the therapies that it is equipped for, with commas between,
    empty where nobody has said.
    """

    public_id = models.CharField(
        max_length=LENGTH, unique=True, default=new_public_id, editable=False
    )
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="sites", null=True, blank=True
    )
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    emergency_number = models.CharField(max_length=30, blank=True)  # the internal one
    time_zone = models.CharField(max_length=40, default=USUAL)  # of the tz database
    policies = models.JSONField(default=dict, blank=True)
    worked = models.JSONField(default=list, blank=True)
    equipped = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name

    def is_equipped_for(self, therapy: str) -> bool:
        """Whether the therapy can be given here, as far as anybody has said."""
        return not self.equipped or therapy in self.equipped.split(",")


class UserManager(BaseUserManager["User"]):
    """Makes users; an e-mail address is one whatever its capitals."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        made_at = {name: fields[name] for name in ("site", "site_id") if name in fields}
        home = {name.replace("site", "home"): value for name, value in made_at.items()}
        user = self.model(email=self.normalize_email(email).lower(), **{**home, **fields})
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        Membership.objects.create(user=user, site=user.site, role=user.role)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who logs in with an e-mail address.

    ``site`` and ``role`` are where they work at this moment, and as what: one of their
    memberships. Someone of several sites changes from one to another. ``home`` is the site whose
    administrators answer for the account as a whole: where it was made, as long as they work there.
    """

    public_id = models.CharField(
        max_length=LENGTH, unique=True, default=new_public_id, editable=False
    )
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    rpps = models.CharField(max_length=11, blank=True)  # a French health professional's number
    role = models.CharField(max_length=20, choices=ROLES)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="people")
    home = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="accounts")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_email"),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def account(self) -> User:
        """The row in whose name this person writes: their own (see ``access.actors``)."""
        return self

    @property
    def has_chosen_password(self) -> bool:
        """Whether they have a password of their own: who was just invited has none yet."""
        return bool(self.password) and self.has_usable_password()

    def may(self, permission: Permission) -> bool:
        """Whether this person's role holds the permission."""
        return self.is_active and may(self.role, permission)


class Membership(models.Model):
    """A person's role at a site, until it ends."""

    public_id = models.CharField(
        max_length=LENGTH, unique=True, default=new_public_id, editable=False
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=ROLES)
    since = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "site"],
                condition=models.Q(ended_at=None),
                name="one_role_per_person_and_site",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="membership_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Invitation(models.Model):
    """A site asks somebody who has an account to work there too; only they can say yes."""

    class Answer(models.TextChoices):
        """What became of it."""

        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"  # by the site

    public_id = models.CharField(
        max_length=LENGTH, unique=True, default=new_public_id, editable=False
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=20, choices=ROLES)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "site"],
                condition=models.Q(answered_at=None),
                name="one_open_invitation_per_person_and_site",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at=None)
                | models.Q(~models.Q(answer=""), answered_at__isnull=False),
                name="invitation_answered_at_a_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]),
                name="invitation_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class AppendOnlyError(Exception):
    """Someone tried to change or remove what is written once."""


class AppendOnly(models.Model):
    """A row that is written once and stays."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(f"a {self._meta.verbose_name} is never changed; add a new one")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(f"a {self._meta.verbose_name} is never removed")


class AuditEntry(AppendOnly):
    """One line of the trail: who did or tried what, to which record, when.

    Each line carries the hash of the one before it (see ``access.audit``); the database itself
    refuses to change or remove one. Names of people and of records are as they were; of a
    patient's health it says nothing. ``site`` is the actor's; ``sites`` are the others that it
    concerns. ``patient`` is the one it is about, ``patients`` those of a line about several.
    """

    sequence = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=LENGTH, blank=True)  # public ids: no key holds a row back
    actor_name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20, blank=True)
    site = models.CharField(max_length=LENGTH, blank=True)
    action = models.CharField(max_length=40)
    outcome = models.CharField(max_length=20)
    kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    patient = models.CharField(max_length=LENGTH, blank=True)
    patients = models.JSONField(default=list)
    sites = models.JSONField(default=list)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("-sequence",)
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["site", "-sequence"]),
            models.Index(fields=["actor", "-sequence"]),
            models.Index(fields=["action", "-sequence"]),
            models.Index(fields=["at"], name="trail_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"


class AuditKey(AppendOnly):
    """By what a line of the trail is found: each patient it is about, each other site it concerns.

    It says nothing that the line does not say and its hash does not cover; verifying compares.
    """

    key = models.CharField(max_length=LENGTH)  # public ids: those of patients and sites never meet
    entry = models.ForeignKey(
        AuditEntry, on_delete=models.PROTECT, to_field="sequence", related_name="keys"
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "entry"], name="one_key_per_line"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.key}"
