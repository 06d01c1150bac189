"""The right to write, asked where the row is written.

Every service that writes does so ``with writing(...)``: a page's decorator spares people a form
they may not send, and decides nothing. Nothing of a refused write remains but its line of the
trail, which is written when the transaction of the write is undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import Site, User
from dolenti.access.roles import Permission

_WRITING: Final[ContextVar[bool]] = ContextVar("writing", default=False)


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
    begun = _WRITING.set(True)
    try:
        with transaction.atomic():
            insist(actor, permission, site_id, patient_id=patient_id, person=person)
            yield
    except NotAllowedError as refusal:
        if not within:
            refusal.tell()
        raise
    finally:
        _WRITING.reset(begun)


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
    if not _WRITING.get():
        refusal.tell()
    raise refusal
