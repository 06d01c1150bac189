"""Accounts of the people of a site: made, invited, given another role, closed and opened again.

Every function of an administrator takes them first and acts at their site only. A role is never
overwritten: the old membership ends and a new one begins. The last administrator of a site stays.
Nobody is made to work at a site without their yes, and what concerns an account as a whole is for
the site that answers for it (``User.home``). The first administrator has nobody before them:
whoever holds the machine founds the clinic (``found``), and the trail says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from dolenti.access import audit, messages, second_step, sessions
from dolenti.access.actors import Actor, author_of
from dolenti.access.founding import Founding, standing_already
from dolenti.access.models import Clinic, Invitation, Membership, Site, User
from dolenti.access.roles import Permission, Role
from dolenti.access.rows import sole
from dolenti.access.writing import writing


class AccountRefusedError(Exception):
    """What the administrator asked cannot be: ``why`` is a word that the page puts in a sentence
    (``last-administrator``, ``e-mail-taken``, ``member-already``, ``invited-already``,
    ``closed-elsewhere``, ``own-role``, ``account-of-another-site``,
    ``gone-already``)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


Ended: TypeAlias = Callable[[Actor, User], None]
_ended: list[Ended] = []


def ends_with_membership(end: Ended) -> None:
    """Have this end what somebody holds at the site of an administrator, who gives them another
    role there or ends their work: the rooms above know what there is. It changes its rows before it
    writes a line of the trail (``ledger.locking``)."""
    _ended.append(end)


def clinic_stands() -> bool:
    """Whether there is a site that people work at."""
    return Site.objects.exists()


def found(asked: Founding) -> User:
    """Make the house, its site and its administrator, who has no password yet.

    Raises ``InputError`` where a clinic stands already.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":  # two at once: the second waits; SQLite has one
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE access_site IN EXCLUSIVE MODE")
        if clinic_stands():
            raise standing_already()
        name, role = asked.site.strip(), Role.ADMINISTRATOR
        site = Site.objects.create(
            clinic=Clinic.objects.create(name=name),
            name=name,
            address=asked.address.strip(),
            time_zone=asked.time_zone,
        )
        made = User.objects.create_user(
            asked.email.strip(), name=asked.administrator.strip(), role=role.value, site_id=site.pk
        )
        detail = {"role": role.value}
        audit.record_account(audit.FOUNDED, actor=None, account=made, detail=detail)
        return made


def memberships(admin: Actor) -> QuerySet[Membership]:
    """Who works at the administrator's site, and who did; by name."""
    if not admin.may(Permission.ADMINISTER):
        return Membership.objects.none()
    found = Membership.objects.filter(site_id=admin.site_id).select_related("user", "site")
    return found.order_by("user__name", "user_id", "-since", "-pk")


def membership(admin: Actor, public_id: str) -> Membership:
    """The membership that stands of one person at the administrator's site; the last, if none
    does. Raises ``Http404``."""
    found = memberships(admin).filter(user__public_id=public_id).order_by("-pk")
    standing = found.filter(ended_at=None).first() or found.first()
    if standing is None:
        stranger = sole(User.objects.filter(public_id=public_id))
        if stranger is not None:
            _tell(admin, "read", stranger, outcome=audit.REFUSED)
        raise Http404
    return standing


def add(admin: Actor, email: str, name: str, role: Role, rpps: str = "") -> User | Invitation:
    """A new account at the site; or someone of another site asked to work at this one too, which
    they do when they have said yes.

    Raises ``AccountRefusedError``.
    """
    with _alone_at_the_site(admin):
        known = User.objects.filter(email__iexact=email).first()
        if known is not None:
            return invite(admin, known, role)
        made = User.objects.create_user(
            email, name=name, role=role.value, site_id=admin.site_id, rpps=rpps
        )
        _tell(admin, "add-person", made, role=role.value)
        return made


def invite(admin: Actor, known: User, role: Role) -> Invitation:
    """Ask somebody of another site of the house. Raises ``AccountRefusedError``."""
    with _alone_at_the_site(admin, known):
        if known.memberships.filter(site_id=admin.site_id, ended_at=None).exists():
            raise AccountRefusedError("member-already")
        clinic = admin.site.clinic_id
        if clinic is None or not known.memberships.filter(site__clinic_id=clinic).exists():
            raise AccountRefusedError("e-mail-taken")
        if not known.is_active:
            raise AccountRefusedError("closed-elsewhere")
        if known.invitations.filter(site_id=admin.site_id, answered_at=None).exists():
            raise AccountRefusedError("invited-already")
        made = Invitation.objects.create(
            user=known, site_id=admin.site_id, role=role.value, author=author_of(admin)
        )
        _tell(admin, "invite-person", known, role=role.value)
        messages.tell(known, messages.INVITED, {"who": admin.name, "site": admin.site.name})
        return made


def invited(admin: Actor) -> list[Invitation]:
    """Who was asked to work at the administrator's site and has not answered."""
    if not admin.may(Permission.ADMINISTER):
        return []
    found = Invitation.objects.filter(site_id=admin.site_id, answered_at=None)
    return list(found.select_related("user").order_by("pk"))


def invitation(admin: Actor, public_id: str) -> Invitation:
    """An invitation of the administrator's site. Raises ``Http404`` for any other's."""
    found = sole(Invitation.objects.select_related("site", "user").filter(public_id=public_id))
    if found is None:
        raise Http404
    if found.site_id != admin.site_id or not admin.may(Permission.ADMINISTER):
        audit.refuse(admin, kind="invitation", object_id=public_id, sites=[found.site.public_id])
        raise Http404
    return found


def withdraw(admin: Actor, found: Invitation) -> None:
    """Take an invitation back that nobody has answered."""
    with writing(admin, Permission.ADMINISTER, found.site_id):
        if _answer(found, Invitation.Answer.WITHDRAWN):
            _tell(admin, "withdraw-invitation", found.user)


def invitations(user: User) -> list[Invitation]:
    """The sites that ask this person to work there too."""
    found = Invitation.objects.filter(user=user, answered_at=None)
    return list(found.select_related("site", "author").order_by("pk"))


def answer(user: User, public_id: str, *, accepted: bool) -> bool:
    """Say yes or no to an invitation of one's own; whether it still stood. It goes with the right
    of whoever asked (``leave``). Raises ``Http404`` for anybody else's."""
    with transaction.atomic():
        found = sole(Invitation.objects.filter(user=user, public_id=public_id))
        if found is None:
            raise Http404
        Site.objects.select_for_update(no_key=True).get(pk=found.site_id)
        said = Invitation.Answer.ACCEPTED if accepted else Invitation.Answer.DECLINED
        if not _answer(found, said):
            return False
        if accepted:
            Membership.objects.create(user=user, site_id=found.site_id, role=found.role)
        action = "join-site" if accepted else "decline-invitation"
        detail = {"site": found.site.public_id, "role": found.role}
        concerned = [found.site.public_id]
        audit.record_account(action, actor=user, account=user, sites=concerned, detail=detail)
        return True


def _answer(invitation: Invitation, said: Invitation.Answer) -> bool:
    """Whether it was open until now: the first answer stands."""
    standing = Invitation.objects.filter(pk=invitation.pk, answered_at=None)
    return bool(standing.update(answer=said, answered_at=timezone.now()))


def change_role(admin: Actor, person: User, role: Role) -> None:
    """Another role at the site, from now on; nobody gives themselves one. Raises
    ``AccountRefusedError``."""

    def change(standing: Membership) -> None:
        if standing.role == role.value:
            return
        if person == admin.account:
            raise AccountRefusedError("own-role")
        if role is not Role.ADMINISTRATOR:
            _keep_one_administrator(standing)
        standing.ended_at = timezone.now()
        standing.save(update_fields=["ended_at"])
        Membership.objects.create(user=person, site_id=admin.site_id, role=role.value)
        User.objects.filter(pk=person.pk, site_id=admin.site_id).update(role=role.value)
        _end_what_hung_on_it(admin, person, standing)
        _tell(admin, "change-role", person, before=standing.role, role=role.value)

    _at_the_site(admin, person, change)


def change_rpps(admin: Actor, person: User, rpps: str) -> None:
    """Another RPPS number, or none (empty), of an account that the administrator's site answers
    for. Raises ``AccountRefusedError``."""

    def change(_: Membership) -> None:
        _insist_on_home(admin, person)
        before = User.objects.filter(pk=person.pk).values_list("rpps", flat=True).get()
        if before == rpps:
            return
        User.objects.filter(pk=person.pk).update(rpps=rpps)
        _tell(admin, "change-rpps", person, before=before, rpps=rpps)

    _at_the_site(admin, person, change)


def leave(admin: Actor, person: User) -> None:
    """End someone's work at the site. Who works elsewhere goes on there, and that site answers for
    their account if this one did; who works nowhere else has no account any more, and their
    sessions end. Raises ``AccountRefusedError``."""

    def end(standing: Membership) -> None:
        _keep_one_administrator(standing)
        standing.ended_at = timezone.now()
        standing.save(update_fields=["ended_at"])
        row = User.objects.filter(pk=person.pk)
        row.select_for_update(no_key=True).get()  # two sites at once: one of them is the last
        elsewhere = person.memberships.filter(ended_at=None).order_by("pk").first()
        _end_what_hung_on_it(admin, person, standing)
        _tell(admin, "close-account", person)
        if elsewhere is None:
            row.update(is_active=False, home_id=admin.site_id)
            sessions.end_all(person)
            return
        row.filter(home_id=admin.site_id).update(home_id=elsewhere.site_id)
        row.filter(site_id=admin.site_id).update(site_id=elsewhere.site_id, role=elsewhere.role)

    _at_the_site(admin, person, end)


def _end_what_hung_on_it(admin: Actor, person: User, ended: Membership) -> None:
    """What a membership gave goes with it: whom they asked to the site and has not answered is
    asked by somebody else, or by nobody; what the rooms above gave is given anew."""
    asked = Invitation.objects.filter(author=person, site_id=ended.site_id, answered_at=None)
    open_ones = list(asked.select_related("user"))
    gone = [one for one in open_ones if _answer(one, Invitation.Answer.WITHDRAWN)]
    for end in _ended:
        end(admin, person)
    for one in gone:
        _tell(admin, "withdraw-invitation", one.user)


def come_back(admin: Actor, person: User) -> Invitation | None:
    """Someone works at the site again, in the role they had last: at once where their account was
    closed with that, when they have said yes where they work elsewhere.

    Raises ``AccountRefusedError``, for who works there already too.
    """
    with _alone_at_the_site(admin):
        last = memberships(admin).filter(user=person).order_by("-pk").first()
        if last is None:
            raise Http404
        if last.ended_at is None:
            raise AccountRefusedError("member-already")
        if person.is_active:
            return invite(admin, person, Role(last.role))
        _insist_on_home(admin, person)
        Membership.objects.create(user=person, site_id=admin.site_id, role=last.role)
        User.objects.filter(pk=person.pk).update(
            is_active=True, site_id=admin.site_id, role=last.role
        )
        _tell(admin, "open-account", person, role=last.role)
        return None


def send_link(admin: Actor, person: User) -> None:
    """The link to set a password, once more, to somebody of the site. Raises
    ``AccountRefusedError``."""

    def send(standing: Membership) -> None:
        _tell(admin, "send-password-link", person)
        messages.tell(person, messages.SET_PASSWORD)

    _at_the_site(admin, person, send)


def answers_for(admin: Actor, person: User) -> bool:
    """Whether the administrator's site is the one that answers for the person's whole account."""
    return admin.may(Permission.ADMINISTER) and person.home_id == admin.site_id


def forget_second_step(admin: Actor, person: User, reason: str) -> None:
    """A lost telephone: the person sets a new second step up at the next log-in.

    Their sessions end, at every site: so only the site that answers for the account may. ``reason``
    says how the administrator knew them; it stays in the trail. Raises ``AccountRefusedError``.
    """
    with writing(admin, Permission.ADMINISTER, admin.site_id, person=person):
        standing = memberships(admin).filter(user=person, ended_at=None).first()
        if standing is None:
            raise Http404
        _insist_on_home(admin, person)
        second_step.forget(person, admin, reason)


def _insist_on_home(admin: Actor, person: User) -> None:
    if not answers_for(admin, person):
        raise AccountRefusedError("account-of-another-site")


@contextmanager
def _alone_at_the_site(admin: Actor, person: User | None = None) -> Iterator[None]:
    with writing(admin, Permission.ADMINISTER, admin.site_id, person=person):
        Site.objects.select_for_update(no_key=True).get(pk=admin.site_id)
        yield


def _at_the_site(admin: Actor, person: User, change: Callable[[Membership], None]) -> None:
    with _alone_at_the_site(admin, person):
        standing = memberships(admin).filter(user=person, ended_at=None).first()
        if standing is None:
            raise AccountRefusedError("gone-already")
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


def _tell(
    admin: Actor, action: str, person: User, outcome: str = audit.DONE, **detail: str
) -> None:
    audit.record_account(action, actor=admin, account=person, outcome=outcome, detail=detail)
