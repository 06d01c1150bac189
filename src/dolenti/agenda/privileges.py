"""Who may perform which therapy at which site, on what proof, until when (facts M80, C6).

A privilege is one person's, for one therapy at one site. Nobody performs a therapy without one
that is valid on the day: neither a role nor a diploma known elsewhere stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.models import Membership, Site, User
from dolenti.access.roles import Permission, Role
from dolenti.access.writing import writing
from dolenti.agenda.models import Privilege
from dolenti.calendar.moments import Span, day_bounds
from dolenti.guideline.errors import InputError
from dolenti.guideline.words import date_in_words
from dolenti.ledger.once import Submission, once
from dolenti.records import engine

SOON: Final = timedelta(days=30)
"""A privilege that ends within this time is listed, so that it is renewed before a session."""


class NoPrivilegeError(InputError):
    """The person may not perform the therapy there on that day."""


def valid_on(day: date) -> Q:
    """The condition of a privilege that holds on a day."""
    return Q(withdrawn_at=None, first__lte=day) & (Q(last=None) | Q(last__gte=day))


def valid_at(site: int | OuterRef, day: date) -> QuerySet[Privilege]:
    """The privileges that hold on a day at a site: its number, or where an outer query has it."""
    return Privilege.objects.filter(valid_on(day), site=site)


def may_perform(user: User, site: Site, therapy: str, day: date) -> bool:
    """Whether this person may perform the therapy at the site on the day."""
    held = Privilege.objects.filter(valid_on(day), site=site, therapy=therapy, user=user)
    return held.exists() and practitioners_of(site).filter(pk=user.pk).exists()


def practitioners_of(site: Site) -> QuerySet[User]:
    """Who practises at a site today."""
    here = Membership.objects.filter(site=site, role=Role.PRACTITIONER, ended_at=None)
    return User.objects.filter(is_active=True, pk__in=here.values("user")).order_by("name", "pk")


def insist(user: User, site: Site, therapy: str, days: Iterable[date]) -> None:
    """Raises ``NoPrivilegeError`` on the first of these days on which the person may not."""
    held = list(Privilege.objects.filter(user=user, site=site, therapy=therapy, withdrawn_at=None))
    works_here = practitioners_of(site).filter(pk=user.pk).exists()
    for day in sorted(set(days)):
        if not works_here or not any(_holds(one, day) for one in held):
            raise _none(user, therapy, day)


def barred(user: User, site: Site, therapy: str, first: date, last: date) -> list[Span]:
    """When, between two days, ``insist`` would refuse this person: what is proposed is not refused
    afterwards. One query."""
    held = list(Privilege.objects.filter(user=user, site=site, therapy=therapy, withdrawn_at=None))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [Span(*day_bounds(day)) for day in days if not any(_holds(one, day) for one in held)]


def _holds(privilege: Privilege, day: date) -> bool:
    return privilege.first <= day and (privilege.last is None or day <= privilege.last)


def _none(user: User, therapy: str, day: date) -> NoPrivilegeError:
    labels = {t.id: t.description.label for t in engine.edition_in_force().therapies}
    label = labels.get(therapy)
    french, english = (label.fr.lower(), label.en.lower()) if label else (therapy, therapy)
    return NoPrivilegeError(
        f"{user.name} has no valid privilege for {english} on {date_in_words(day, 'en')}; "
        "choose someone who has, or have the administrator record the proof",
        fr=f"{user.name} n’a pas d’habilitation en vigueur pour ce traitement ({french}) le "
        f"{date_in_words(day, 'fr')}\u00a0; choisissez une personne habilitée, ou faites "
        "enregistrer le justificatif par l’administrateur",
    )


def of_site(user: User) -> QuerySet[Privilege]:
    """The privileges of the administrator's site, those that end soonest first in each therapy."""
    if not user.may(Permission.ADMINISTER):
        return Privilege.objects.none()
    found = Privilege.objects.filter(site_id=user.site_id)
    return found.select_related("user", "author", "withdrawn_by").order_by(
        "therapy", "user__name", "-first", "-pk"
    )


def people(user: User) -> QuerySet[User]:
    """The practitioners to whom the administrator may give a privilege."""
    if not user.may(Permission.ADMINISTER):
        return User.objects.none()
    return practitioners_of(user.site)


def ends_soon(privilege: Privilege, day: date) -> bool:
    """Whether it holds and ends within ``SOON``."""
    if privilege.withdrawn_at is not None or privilege.last is None:
        return False
    return day <= privilege.last <= day + SOON


def grant(
    submission: Submission, person: User, therapy: str, proof: str, first: date, last: date | None
) -> Privilege:
    """Record that a person may perform a therapy at the administrator's site. Raises
    ``InputError`` for a person who does not practise there, or an unknown therapy."""
    actor = submission.actor
    if therapy not in {t.id for t in engine.edition_in_force().therapies}:
        raise InputError(
            "this edition has no such therapy; choose one from the list",
            therapy,
            fr="ce traitement n’existe plus dans le référentiel en vigueur\u00a0; choisissez "
            "dans la liste",
        )

    def make() -> Privilege:
        if not practitioners_of(actor.site).filter(pk=person.pk).exists():
            raise InputError(
                "this person does not practise at this site; choose one from the list",
                fr="cette personne n’exerce pas sur ce site\u00a0; choisissez dans la liste",
            )
        made = Privilege.objects.create(
            user=person,
            site_id=actor.site_id,
            therapy=therapy,
            proof=proof,
            first=first,
            last=last,
            author=submission.user,
        )
        _tell(actor, made, "grant-privilege")
        return made

    with writing(actor, Permission.ADMINISTER, actor.site_id):
        return once(submission, Privilege, make)


def withdraw(actor: Actor, privilege: Privilege) -> None:
    """Take a privilege back, from now on. What is withdrawn already stays as it is."""
    with writing(actor, Permission.ADMINISTER, privilege.site_id):
        changed = Privilege.objects.filter(pk=privilege.pk, withdrawn_at=None).update(
            withdrawn_at=timezone.now(), withdrawn_by=author_of(actor)
        )
        if changed:
            _tell(actor, privilege, "withdraw-privilege")


def end_all(actor: Actor, person: User) -> None:
    """Take back all that somebody holds at the actor's site, whose role there ends: who comes back
    to it shows a proof anew. Within the write that ends it."""
    with writing(actor, Permission.ADMINISTER, actor.site_id):
        held = Privilege.objects.filter(site_id=actor.site_id, user=person, withdrawn_at=None)
        ended = list(held.select_related("user").select_for_update(of=("self",)).order_by("pk"))
        held.filter(pk__in=[one.pk for one in ended]).update(
            withdrawn_at=timezone.now(), withdrawn_by=author_of(actor)
        )
        for one in ended:
            _tell(actor, one, "withdraw-privilege")


def _tell(actor: Actor, privilege: Privilege, action: str) -> None:
    audit.record(
        action,
        actor=actor,
        kind="privilege",
        object_id=privilege.public_id,
        detail={"person": privilege.user.public_id, "therapy": privilege.therapy},
    )


def candidates(site: Site, therapy: str, day: date) -> list[User]:
    """Who at a site may perform the therapy on this day, or on a later one."""
    held = Privilege.objects.filter(
        Q(last=None) | Q(last__gte=day), withdrawn_at=None, site=site, therapy=therapy
    )
    return list(practitioners_of(site).filter(id__in=held.values("user")))
