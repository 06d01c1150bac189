"""What a site asks for an act. A changed fee is a new one: what was quoted keeps its price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.clock import today
from dolenti.access.models import Site, User
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.guideline.errors import InputError
from dolenti.ledger.once import Submission, once
from dolenti.records import engine, gate
from dolenti.treatment.models import Fee
from dolenti.treatment.quotations import MOST


class EndedFeeError(InputError):
    """The fee was changed or ended by someone else."""

    def __init__(self) -> None:
        super().__init__(
            "this fee was changed or ended meanwhile; look at the list",
            fr="ce tarif a été modifié ou retiré entre-temps\u00a0; voyez la liste",
        )


@dataclass(frozen=True)
class Price:
    """A fee as it is asked: for which therapy (empty: whatever the therapy), in cents."""

    therapy: str
    label: str
    cents: int

    def __post_init__(self) -> None:
        """Raises ``InputError`` for a therapy this edition has not, or a price nobody means."""
        known = {therapy.id for therapy in engine.edition_in_force().therapies}
        if self.therapy and self.therapy not in known:
            raise InputError(
                "this edition has no such therapy; choose one from the list",
                fr="ce traitement n’existe plus dans le référentiel en vigueur\u00a0; choisissez "
                "dans la liste",
            )
        if not 0 <= self.cents <= MOST:
            raise InputError(
                f"a fee is at most {MOST // 100} euros; check the amount",
                fr=f"un tarif ne dépasse pas {MOST // 100} euros\u00a0; vérifiez le montant",
            )


def in_force(user: User) -> QuerySet[Fee]:
    """The fees that the user's site asks today, by therapy."""
    if not user.may(Permission.ADMINISTER):
        return Fee.objects.none()
    return Fee.objects.filter(site_id=user.site_id, ended_at=None).order_by("therapy", "label")


def of_therapies(user: User) -> QuerySet[Fee]:
    """What the user's site asks today for each therapy, for whoever chooses among them."""
    if not user.may(Permission.READ_RECORDS):
        return Fee.objects.none()
    asked = Fee.objects.filter(site_id=user.site_id, ended_at=None).exclude(therapy="")
    return asked.order_by("therapy", "label")


def asked_for(site: Site, therapy: str) -> list[tuple[str, int]]:
    """What a site asks today for a therapy, as its leaflet says it: label and cents. Prices are
    public."""
    asked = Fee.objects.filter(site=site, therapy=therapy, ended_at=None)
    return list(asked.order_by("label", "pk").values_list("label", "cents"))


def asked_at(sites: Iterable[int]) -> dict[tuple[int, str], list[tuple[str, int]]]:
    """The same of several sites, by site and therapy."""
    rows = Fee.objects.filter(site__in=sites, ended_at=None).order_by("label", "pk")
    found: dict[tuple[int, str], list[tuple[str, int]]] = {}
    for site, therapy, label, cents in rows.values_list("site", "therapy", "label", "cents"):
        found.setdefault((site, therapy), []).append((label, cents))
    return found


def ended(user: User) -> QuerySet[Fee]:
    """The fees that the site no longer asks, the last ended first."""
    if not user.may(Permission.ADMINISTER):
        return Fee.objects.none()
    found = Fee.objects.filter(site_id=user.site_id, ended_at__isnull=False)
    return found.order_by("-ended_at", "-pk")


def fee(user: User, public_id: str) -> Fee:
    """One fee of the administrator's site. Raises ``Http404``."""
    return gate.of_the_administered(user, Fee, public_id)


def add(submission: Submission, price: Price, instead_of: Fee | None = None) -> Fee:
    """A new fee; the one it takes the place of ends. Raises ``EndedFeeError``."""
    actor = submission.actor

    def make() -> Fee:
        if instead_of is not None:
            _end(instead_of)
        made = Fee.objects.create(
            site_id=actor.site_id,
            therapy=price.therapy,
            label=price.label,
            cents=price.cents,
            entered_on=today(),
        )
        before = {"instead_of": instead_of.public_id} if instead_of else {}
        audit.record(
            "change-fee" if instead_of else "add-fee",
            actor=actor,
            kind="fee",
            object_id=made.public_id,
            detail={"cents": price.cents, "therapy": price.therapy, **before},
        )
        return made

    site_id = actor.site_id if instead_of is None else instead_of.site_id
    with writing(actor, Permission.ADMINISTER, site_id):
        return once(submission, Fee, make)


def _end(found: Fee) -> None:
    if not Fee.objects.filter(pk=found.pk, ended_at=None).update(ended_at=timezone.now()):
        raise EndedFeeError


def end(actor: Actor, found: Fee) -> None:
    """No longer ask a fee. One that ended already stays as it is."""
    with writing(actor, Permission.ADMINISTER, found.site_id):
        changed = Fee.objects.filter(pk=found.pk, ended_at=None).update(ended_at=timezone.now())
        if changed:
            audit.record("end-fee", actor=actor, kind="fee", object_id=found.public_id)
