"""The right to write, asked where the row is written.

Every service that writes does so ``with writing(...)``: a page's decorator spares people a form
they may not send, and decides nothing. Nothing of a refused write remains but its line of the
trail, which is written when the transaction of the write is undone.

Whoever writes was read when the request began, and may have been ended, or given another role,
since: so the right is asked of the database once more when all is written, and its row held until
that is committed. Whoever ends somebody's work waits for what they are writing, or undoes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import Site, User
from dolenti.access.roles import Permission, may


@dataclass(frozen=True)
class _Right:
    """What a person of the clinic was let write by, as the request read it."""

    user_id: int
    permission: Permission
    site_id: int


_WRITING: Final[ContextVar[dict[_Right, NotAllowedError] | None]] = ContextVar(
    "writing", default=None
)
"""What was let in the write that is open, each with the refusal it would be."""
_ROLES_NOW: Final = (
    "SELECT membership.role FROM access_membership membership "
    "JOIN access_user person ON person.id = membership.user_id "
    "WHERE membership.user_id = %s AND membership.site_id = %s "
    "AND membership.ended_at IS NULL AND person.is_active"
)


class NotAllowedError(PermissionDenied):
    """The actor may not write here."""

    def __init__(
        self,
        actor: Actor,
        permission: Permission,
        site_id: int,
        patient_id: str = "",
        person: User | None = None,
    ) -> None:
        super().__init__(f"a {actor.role} may not {permission.value} here")
        self.actor = actor
        self.permission = permission
        self.site_id = site_id
        self.patient_id = patient_id
        self.person = person

    def tell(self) -> None:
        """Leave the line of the trail, for the auditors of the site that it was tried at, and of
        the person whom it was tried on."""
        there = list(Site.objects.filter(pk=self.site_id).values_list("public_id", flat=True))
        if self.person is not None:
            there += audit.sites_of(self.person)
        audit.refuse(
            self.actor,
            action="write",
            sites=there,
            kind="page",
            patient_id=self.patient_id,
            detail={"permission": self.permission.value},
        )


@contextmanager
def writing(
    actor: Actor,
    permission: Permission,
    site_id: int,
    *,
    patient_id: str = "",
    person: User | None = None,
) -> Iterator[None]:
    """The transaction of a write by an actor who holds the permission at the very site whose row
    is written: the patient's, or the thing's, never the actor's own for want of another. It is
    about a patient, or about a ``person`` of the clinic, or about neither.

    Raises ``NotAllowedError``, and leaves a line of the trail, also where it is raised further in.
    """
    within = _WRITING.get()
    rights: dict[_Right, NotAllowedError] = {} if within is None else within
    begun = _WRITING.set(rights)
    try:
        with transaction.atomic():
            insist(actor, permission, site_id, patient_id=patient_id, person=person)
            yield
            if within is None:
                _insist_still(rights)
    except NotAllowedError as refusal:
        if within is None:
            refusal.tell()
        raise
    finally:
        _WRITING.reset(begun)


def _insist_still(rights: dict[_Right, NotAllowedError]) -> None:
    """Go on only if all that was let would be let now. One query for each person and site, as a
    rule one. Raises ``NotAllowedError``.

    It comes last, when the trail's lock is held already, so it waits for nobody: a row that
    somebody is changing this moment (``accounts.leave``) is as good as changed.
    """
    for user_id, site_id in dict.fromkeys((right.user_id, right.site_id) for right in rights):
        roles = _roles_now(user_id, site_id)
        for right, refusal in rights.items():
            if (right.user_id, right.site_id) != (user_id, site_id):
                continue
            if not any(may(role, right.permission) for role in roles):
                raise refusal


def _roles_now(user_id: int, site_id: int) -> list[str]:
    """The role that somebody holds at a site, held until the transaction ends; none where they
    hold none. Several may hold it at once, so that two writes of one person never meet."""
    asked = _ROLES_NOW  # SQLite has one writer at a time
    if connection.features.has_select_for_update:
        asked += " FOR SHARE OF membership SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(asked, [user_id, site_id])
        return [role for (role,) in cursor.fetchall()]


def insist(
    actor: Actor,
    permission: Permission,
    site_id: int,
    *,
    patient_id: str = "",
    person: User | None = None,
) -> None:
    """Go on only if the actor holds the permission at that site. Raises ``NotAllowedError``.

    Inside ``writing`` the line of the trail is left to it; outside, it is written here.
    """
    if actor.may(permission) and actor.site_id == site_id:
        rights = _WRITING.get()
        if rights is not None and isinstance(actor, User):
            right = _Right(actor.pk, permission, site_id)
            refusal = NotAllowedError(actor, permission, site_id, patient_id, person)
            rights.setdefault(right, refusal)
        return
    refuse(actor, permission, site_id, patient_id=patient_id, person=person)


def refuse(
    actor: Actor,
    permission: Permission,
    site_id: int,
    *,
    patient_id: str = "",
    person: User | None = None,
) -> None:
    """Raise ``NotAllowedError``, for a condition of the service's own."""
    refusal = NotAllowedError(actor, permission, site_id, patient_id, person)
    if _WRITING.get() is None:
        refusal.tell()
    raise refusal
