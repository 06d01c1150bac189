"""The usual mixtures that a site offers: all are off until somebody switches one on, and says why.

Which may be switched on at all is the knowledge's to say (``session.may_be_switched_on``).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from dolenti.access import audit
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.guideline import reasons
from dolenti.guideline import session as room
from dolenti.guideline.session.shapes.mixtures import UsualMixture
from dolenti.ledger.once import Submission, once
from dolenti.records import engine
from dolenti.stock.models import Lot
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import UsualChoice
from dolenti.treatment.vials import is_plain


def mixtures() -> tuple[UsualMixture, ...]:
    """Every usual mixture of the edition in force."""
    return room.content(engine.edition_in_force()).usual_mixtures


def choices(site: Site) -> dict[str, UsualChoice]:
    """The last choice of a site about each mixture, by its id."""
    found = UsualChoice.objects.filter(site=site).select_related("author").order_by("pk")
    return {one.mixture: one for one in found}


def offered(site: Site, zone: str) -> tuple[UsualMixture, ...]:
    """The mixtures that a site offers for a zone."""
    on = {name for name, one in choices(site).items() if one.on}
    return room.offered(room.content(engine.edition_in_force()), on, zone)


def switch(submission: Submission, site: Site, name: str, *, on: bool, reason: str) -> UsualChoice:
    """Offer a mixture from now on, or no longer. Raises ``RecordRefusedError`` for one that nobody
    may switch on, ``InputError`` for a reason that says nothing."""
    reasons.insist(reason)
    mixture = next((one for one in mixtures() if one.id == name), None)
    if mixture is None or (on and not room.may_be_switched_on(mixture)):
        raise RecordRefusedError(
            "nobody can offer this mixture: it is never offered, or not available",
            fr="ce mélange ne peut pas être proposé\u00a0: il ne l’est jamais, ou n’est pas "
            "disponible",
        )

    def make() -> UsualChoice:
        made = UsualChoice.objects.create(
            site=site, mixture=name, on=on, reason=reason, author=submission.user
        )
        audit.record(
            "choose-usual",
            actor=submission.actor,
            kind="usualchoice",
            object_id=made.public_id,
            detail={"mixture": name, "on": on},
        )
        return made

    with writing(submission.actor, Permission.ADMINISTER, site.pk):
        return once(submission, UsualChoice, make)


def lots_for(mixture: UsualMixture, usable: Iterable[Lot]) -> list[Lot | None]:
    """For each component the lot to take first, of the same product and strength: the next to
    expire; ``None`` where the site has none. ``usable`` come in the order of their expiry."""
    there = list(usable)
    return [
        next(
            (lot for lot in there if is_plain(lot.item, part.product, Decimal(str(part.strength)))),
            None,
        )
        for part in mixture.components
    ]
