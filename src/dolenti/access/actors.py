"""Whoever acts: a person of the clinic, a patient, another system, or the clock.

The gate, the services and the trail take an ``Actor`` and ask no more of it than stands here, so
that another door is another kind of actor and no other service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dolenti.access.models import Site, User
from dolenti.access.roles import Kind, Permission, kind_may


class Actor(Protocol):
    """Someone or something that reads or writes. ``User`` is one.

    ``role`` is what the trail says of it, ``site`` where it acts at this moment; ``account`` the
    row in whose name it writes, if it has one.
    """

    @property
    def public_id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...

    @property
    def site(self) -> Site: ...

    @property
    def site_id(self) -> int: ...

    @property
    def account(self) -> User | None: ...

    def may(self, permission: Permission) -> bool:
        """Whether it holds the permission, at its site."""


@dataclass(frozen=True)
class OtherActor:
    """Who acts and is none of the clinic's people: a patient (named by their own public id),
    another system, the clock; each at one site at a time.

    What each may is data, in ``access.roles``.
    """

    kind: Kind
    public_id: str
    name: str
    site: Site
    account: User | None = None

    @property
    def role(self) -> str:
        """What the trail says it is."""
        return self.kind.value

    @property
    def site_id(self) -> int:
        """The key of its site."""
        return self.site.pk

    def may(self, permission: Permission) -> bool:
        """Whether its kind holds the permission."""
        return kind_may(self.kind, permission)


def worker_at(site: Site) -> OtherActor:
    """The clock, or the command line, at a site: nobody's name, and no account."""
    return OtherActor(Kind.WORKER, "", "", site)


class NoAccountError(Exception):
    """An actor without an account was let write what names its author."""


def author_of(actor: Actor) -> User:
    """The account in whose name an actor writes. Raises ``NoAccountError``."""
    if actor.account is None:
        raise NoAccountError(f"a {actor.role} has no account to write in the name of")
    return actor.account
