"""Accounts of the people of a site: made, invited, given another role, closed and opened again.

Every function takes the administrator first and acts at their site only. A role is never
overwritten: the old membership ends and a new one begins. The last administrator of a site stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from dolenti.access import audit, second_step, sessions
from dolenti.access.models import Membership, Site, User
from dolenti.access.roles import Permission, Role

RPPS_DIGITS: Final = 11


class AccountRefusedError(Exception):
    """What the administrator asked cannot be: ``why`` is a word that the page puts in a sentence
    (``last-administrator``, ``e-mail-taken``, ``member-already``)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def is_rpps(text: str) -> bool:
    """Whether a text is a health professional's number: eleven digits that satisfy Luhn's check."""
    if len(text) != RPPS_DIGITS or not (text.isascii() and text.isdigit()):
        return False
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def memberships(admin: User) -> QuerySet[Membership]:
    """Who works at the administrator's site, and who did; by name."""
    if not admin.may(Permission.ADMINISTER):
        return Membership.objects.none()
    found = Membership.objects.filter(site_id=admin.site_id).select_related("user", "site")
    return found.order_by("user__name", "user_id", "-since", "-pk")


def membership(admin: User, public_id: str) -> Membership:
    """The membership that stands of one person at the administrator's site; the last, if none
    does. Raises ``Http404``."""
    found = memberships(admin).filter(user__public_id=public_id).order_by("-pk")
    standing = found.filter(ended_at=None).first() or found.first()
    if standing is None:
        if User.objects.filter(public_id=public_id).exists():
            _tell(admin, "read", public_id, outcome=audit.REFUSED)
        raise Http404
    return standing


def add(admin: User, email: str, name: str, role: Role, rpps: str = "") -> User:
    """A new account at the site; or someone of another site made a member of this one too.

    Raises ``AccountRefusedError``.
    """
    with transaction.atomic():
        Site.objects.select_for_update(no_key=True).get(pk=admin.site_id)
        known = User.objects.filter(email__iexact=email).first()
        if known is not None:
            return _join(admin, known, role)
        made = User.objects.create_user(
            email, name=name, role=role.value, site_id=admin.site_id, rpps=rpps
        )
        _tell(admin, "add-person", made.public_id, role=role.value)
        return made


def _join(admin: User, known: User, role: Role) -> User:
    here = Membership.objects.filter(user=known, site_id=admin.site_id, ended_at=None)
    if here.exists():
        raise AccountRefusedError("member-already")
    clinic = admin.site.clinic_id
    if clinic is None or not known.memberships.filter(site__clinic_id=clinic).exists():
        raise AccountRefusedError("e-mail-taken")
    Membership.objects.create(user=known, site_id=admin.site_id, role=role.value)
    _tell(admin, "add-person", known.public_id, role=role.value)
    return known


def change_role(admin: User, person: User, role: Role) -> None:
    """Another role at the site, from now on. Raises ``AccountRefusedError``."""

    def change(standing: Membership) -> None:
        if standing.role == role.value:
            return
        if role is not Role.ADMINISTRATOR:
            _keep_one_administrator(standing)
        standing.ended_at = timezone.now()
        standing.save(update_fields=["ended_at"])
        Membership.objects.create(user=person, site_id=admin.site_id, role=role.value)
        User.objects.filter(pk=person.pk, site_id=admin.site_id).update(role=role.value)
        _tell(admin, "change-role", person.public_id, before=standing.role, role=role.value)

    _at_the_site(admin, person, change)


def leave(admin: User, person: User) -> None:
    """End someone's work at the site: their sessions end; where they work nowhere else, their
    account closes. Raises ``AccountRefusedError``."""

    def end(standing: Membership) -> None:
        _keep_one_administrator(standing)
        standing.ended_at = timezone.now()
        standing.save(update_fields=["ended_at"])
        elsewhere = person.memberships.filter(ended_at=None).order_by("pk").first()
        if elsewhere is None:
            User.objects.filter(pk=person.pk).update(is_active=False)
        elif person.site_id == admin.site_id:
            User.objects.filter(pk=person.pk).update(site_id=elsewhere.site_id, role=elsewhere.role)
        sessions.end_all(person)
        _tell(admin, "close-account", person.public_id)

    _at_the_site(admin, person, end)


def come_back(admin: User, person: User) -> None:
    """Someone works at the site again, in the role they had last."""
    with transaction.atomic():
        last = memberships(admin).filter(user=person).order_by("-pk").first()
        if last is None or last.ended_at is None:
            return
        Membership.objects.create(user=person, site_id=admin.site_id, role=last.role)
        if not person.is_active:
            User.objects.filter(pk=person.pk).update(
                is_active=True, site_id=admin.site_id, role=last.role
            )
        _tell(admin, "open-account", person.public_id, role=last.role)


def forget_second_step(admin: User, person: User, reason: str) -> None:
    """A lost telephone: the person sets a new second step up at the next log-in.

    Their sessions end. ``reason`` says how the administrator knew them; it stays in the trail.
    """
    with transaction.atomic():
        standing = memberships(admin).filter(user=person, ended_at=None).first()
        if standing is None:
            raise Http404
        second_step.forget(person, admin, reason)


def _at_the_site(admin: User, person: User, change: Callable[[Membership], None]) -> None:
    with transaction.atomic():
        Site.objects.select_for_update(no_key=True).get(pk=admin.site_id)
        standing = memberships(admin).filter(user=person, ended_at=None).first()
        if standing is not None:
            change(standing)


def _keep_one_administrator(leaving: Membership) -> None:
    if leaving.role != Role.ADMINISTRATOR:
        return
    others = Membership.objects.filter(
        site_id=leaving.site_id, role=Role.ADMINISTRATOR, ended_at=None, user__is_active=True
    ).exclude(pk=leaving.pk)
    if not others.exists():
        raise AccountRefusedError("last-administrator")


def places(user: User) -> list[Membership]:
    """The sites where a person works, by name."""
    found = user.memberships.filter(ended_at=None).select_related("site")
    return list(found.order_by("site__name", "pk"))


def go_to(user: User, site_id: str) -> Site:
    """Work at another of one's sites from now on, in the role one has there.

    Raises ``Http404`` for a site that is none of theirs.
    """
    with transaction.atomic():
        place = user.memberships.filter(ended_at=None, site__public_id=site_id).first()
        if place is None:
            raise Http404
        if place.site_id != user.site_id:
            before = user.site.public_id
            User.objects.filter(pk=user.pk).update(site_id=place.site_id, role=place.role)
            user.refresh_from_db()
            audit.record(
                "go-to-site",
                actor=user,
                kind="site",
                object_id=place.site.public_id,
                detail={"before": before},
            )
        return place.site


def _tell(admin: User, action: str, person: str, outcome: str = audit.DONE, **detail: str) -> None:
    audit.record(
        action, actor=admin, outcome=outcome, kind="account", object_id=person, detail=detail
    )
