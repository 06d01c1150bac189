"""A volume of a unit that was written wrong, corrected by two people: one proposes it and says why,
another confirms. What was written stays in the history; a label that says it is void, and its
duplicate is printed with the right one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.db.models import Sum

from dolenti.access.actors import Actor, author_of
from dolenti.guideline.serum import HELD, windows
from dolenti.ledger import versions
from dolenti.serum import chain, identity, labelling, steps
from dolenti.serum.models import Injection, Proposal, Thing, Unit
from dolenti.serum.opening import SerumRefusedError
from dolenti.serum.steps import ENDED, Act
from dolenti.treatment.content import plain

MOST: Final = Decimal(50)
"""mL that no unit holds more than."""
RULE: Final = "aliquot-volume"


def may_correct(thing: Thing) -> bool:
    """Whether a thing has a volume of its own that may be put right: of a unit, wherever it
    stands."""
    return isinstance(thing, Unit) and thing.volume is not None


def insist_correctable(thing: Thing, volume: Decimal | None) -> None:
    """Raises ``SerumRefusedError`` for no volume, for the one that stands, for more serum than the
    tube held blood, and for less than left the unit."""
    if not isinstance(thing, Unit) or thing.volume is None:
        raise SerumRefusedError(
            "only the volume of a unit is corrected so",
            fr="seul le volume d’une unité se corrige ainsi",
        )
    if volume is None or not 0 < volume <= MOST:
        raise SerumRefusedError(
            "give the volume of the unit, in mL", "volume", fr="donnez le volume de l’unité, en mL"
        )
    if volume == thing.volume:
        raise SerumRefusedError(
            "this is the volume that stands", "volume", fr="c’est le volume déjà inscrit"
        )
    _insist_of_the_tube(thing, volume)
    _insist_of_what_left(thing, volume)


def _insist_of_the_tube(unit: Unit, volume: Decimal) -> None:
    others = Unit.objects.filter(tube=unit.tube_id).exclude(pk=unit.pk)
    serum = volume + (others.aggregate(mL=Sum("volume"))["mL"] or Decimal(0))
    blood = unit.tube.volume or Decimal(0)
    if serum > blood:
        raise SerumRefusedError(
            f"{plain(serum)} mL of serum cannot come out of {plain(blood)} mL of blood",
            "volume",
            fr=f"{plain(serum, 'fr')}\u00a0mL de sérum ne peuvent sortir de "
            f"{plain(blood, 'fr')}\u00a0mL de sang",
        )


def _insist_of_what_left(unit: Unit, volume: Decimal) -> None:
    row = Injection.objects.filter(unit=unit).first()
    if row is None:
        return
    stands = row.as_it_stands
    left = stands.volume + stands.thrown
    if left > volume + Decimal(str(chain.in_force().most("volume-tolerance"))):
        raise SerumRefusedError(
            f"{plain(left)} mL are recorded as injected or left: correct the session first",
            "volume",
            fr=f"{plain(left, 'fr')}\u00a0mL sont inscrits comme injectés ou restants\u00a0: "
            "corrigez d’abord la séance",
        )


def correct(actor: Actor, proposal: Proposal, unit: Unit) -> bool:
    """The volume is another one, in both names; whether a label is void by that. One that is
    outside what a unit holds is put on hold, unless it came to its end. Inside the transaction of
    whoever confirms. Raises what ``insist_correctable`` raises."""
    insist_correctable(unit, proposal.volume)
    assert proposal.volume is not None
    was = unit.volume
    steps.note(actor, unit, Act(
        "portion", hand_over="two", note=proposal.note, first=proposal.author,
        second=author_of(actor), said={"was": str(was), "is": str(proposal.volume)},
    ))  # fmt: skip
    now = versions.change(
        actor, unit, unit.version, {"volume": proposal.volume},
        patient_id=unit.patient.public_id, action="correct-volume",
    )  # fmt: skip
    kept = windows.volume_is_kept(chain.in_force(), "aliquot", proposal.volume)
    if not kept and now.state != HELD and steps.line_of(now, "hold") is not None:
        steps.write(actor, now, Act(
            "hold", {"reason-coded": True}, reason=RULE, note=proposal.note, hand_over="two",
            first=proposal.author, second=author_of(actor),
        ))  # fmt: skip
    printed = labelling.label_of(unit) is not None
    return printed and now.state not in ENDED and not identity.is_voided(unit)
