"""The usual mixtures that a site offers: all are off until somebody switches one on, and says why.

Which may be switched on at all is the knowledge's to say (``session.may_be_switched_on``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias, cast

import msgspec
from django.db import IntegrityError

from dolenti.access import audit
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.guideline import reasons
from dolenti.guideline import session as room
from dolenti.guideline.knowledge import Text
from dolenti.guideline.session.shapes.mixtures import MixtureComponent, UsualMixture
from dolenti.ledger.once import Submission, once
from dolenti.records import engine
from dolenti.records.gate.writing import writing_record
from dolenti.records.places import zone_of
from dolenti.stock.models import Lot
from dolenti.treatment import content
from dolenti.treatment.content import Ingredient, Preparation
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import SessionRecord, UsualChoice, UsualOwn
from dolenti.treatment.vials import holds


def mixtures() -> tuple[UsualMixture, ...]:
    """Every usual mixture of the edition in force."""
    return room.content(engine.edition_in_force()).usual_mixtures


@dataclass(frozen=True)
class OwnVehicle:
    """What it is diluted in, mL."""

    fluid: Literal["none", "saline", "water", "bicarbonate"]
    volume: float


@dataclass(frozen=True)
class OwnPart:
    """One vial of it: mL, and all that is in it, the product that it is called by first."""

    volume: float
    ingredients: tuple[Ingredient, ...]


@dataclass(frozen=True)
class OwnMixture:
    """A mixture that a site wrote itself, as it is offered."""

    id: str
    label: Text
    therapy: str
    zone: str
    technique: str
    vehicle: OwnVehicle
    components: tuple[OwnPart, ...]
    author: str
    reason: str


Usual: TypeAlias = "UsualMixture | OwnMixture"


def own(site: Site) -> list[OwnMixture]:
    """Every mixture that a site wrote itself, offered or not."""
    rows = UsualOwn.objects.filter(site=site).select_related("author")
    return [
        OwnMixture(
            row.public_id,
            Text(fr=row.name, en=row.name),
            row.therapy,
            row.zone,
            row.technique,
            OwnVehicle(cast("Any", row.fluid), float(row.fluid_ml)),
            tuple(
                OwnPart(float(part["volume"]), msgspec.convert(part["in"], tuple[Ingredient, ...]))
                for part in row.parts
            ),
            row.author.name,
            row.reason,
        )
        for row in rows
    ]


def keep(submission: Submission, record: SessionRecord, name: str, reason: str) -> UsualOwn:
    """Propose the syringe of a signed session as a usual mixture of the site: it is offered once
    the site’s administrator switches it on, and judged for each patient as any other. A form sent
    twice makes one.

    Raises ``RecordRefusedError`` for a record that is not signed, an empty syringe, and a name that
    is taken; ``InputError`` for a reason that says nothing.
    """
    actor, session = submission.actor, record.session
    reasons.insist(reason)
    syringe = content.read(Preparation, record.preparation)
    if record.state != SessionRecord.State.SIGNED or not syringe.drawn:
        raise RecordRefusedError(
            "only the syringe of a signed session is kept as a usual one",
            fr="seule la seringue d’une séance signée peut devenir un mélange habituel",
        )
    zone = zone_of(session.course.complaint)
    if not zone or not name.strip():
        raise RecordRefusedError(
            "give it a name; what is treated must have a zone",
            "name",
            fr="donnez-lui un nom\u00a0; la douleur traitée doit avoir une zone",
        )

    def make() -> UsualOwn:
        made = UsualOwn.objects.create(
            site=session.course.site,
            name=name.strip()[:80],
            therapy=session.course.therapy,
            zone=zone,
            technique=syringe.technique,
            fluid=syringe.fluid,
            fluid_ml=syringe.fluid_ml,
            parts=[
                {"volume": str(one.volume), "in": msgspec.to_builtins(one.ingredients)}
                for one in syringe.drawn
            ],
            reason=reason,
            author=submission.user,
        )
        audit.record("keep-usual", actor=actor, kind="usualown", object_id=made.public_id)
        return made

    try:
        # It is taken out of a record: whoever keeps it may read that one.
        with writing_record(actor, Permission.GIVE, session.course.patient):
            return once(submission, UsualOwn, make)
    except IntegrityError:
        raise RecordRefusedError(
            "the site has a usual mixture of this name: choose another one",
            "name",
            fr="le site a déjà un mélange habituel de ce nom\u00a0: choisissez-en un autre",
        ) from None


def choices(site: Site) -> dict[str, UsualChoice]:
    """The last choice of a site about each mixture, by its id."""
    found = UsualChoice.objects.filter(site=site).select_related("author").order_by("pk")
    return {one.mixture: one for one in found}


def offered(site: Site, zone: str, therapy: str) -> tuple[Usual, ...]:
    """The mixtures that a site offers for a zone: those of the edition, which are of mesotherapy,
    and its own for this therapy."""
    on = {name for name, one in choices(site).items() if one.on}
    known = room.content(engine.edition_in_force())
    mine: list[OwnMixture] = []
    if on - {one.id for one in known.usual_mixtures}:
        mine = [
            one for one in own(site)
            if one.id in on and (one.zone, one.therapy) == (zone, therapy)
        ]  # fmt: skip
    return (*mine, *(room.offered(known, on, zone) if therapy == room.MIXTURES_OF else ()))


def switch(submission: Submission, site: Site, name: str, *, on: bool, reason: str) -> UsualChoice:
    """Offer a mixture from now on, or no longer. Raises ``RecordRefusedError`` for one that nobody
    may switch on, ``InputError`` for a reason that says nothing."""
    reasons.insist(reason)
    mixture = next((one for one in mixtures() if one.id == name), None)
    is_own = UsualOwn.objects.filter(site=site, public_id=name).exists()
    may = is_own or (mixture is not None and room.may_be_switched_on(mixture))
    if (mixture is None and not is_own) or (on and not may):
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


def lots_for(mixture: Usual, usable: Iterable[Lot]) -> list[Lot | None]:
    """For each component the lot to take first, of the same products and strengths: the next to
    expire; ``None`` where the site has none. ``usable`` come in the order of their expiry."""
    there = list(usable)
    return [next((lot for lot in there if _is_of(lot, part)), None) for part in parts_of(mixture)]


def parts_of(mixture: Usual) -> tuple[MixtureComponent | OwnPart, ...]:
    """What is drawn up for a mixture, one thing after the other."""
    return mixture.components


def first_of(part: MixtureComponent | OwnPart) -> str:
    """The product that a part is called by."""
    return part.product if isinstance(part, MixtureComponent) else part.ingredients[0].product


def _is_of(lot: Lot, part: MixtureComponent | OwnPart) -> bool:
    if isinstance(part, MixtureComponent):
        return holds(lot.item, part.product, Decimal(str(part.strength)))
    whole, *beside = part.ingredients
    return holds(lot.item, whole.product, whole.strength, beside)
