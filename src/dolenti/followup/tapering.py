"""A plan to lower opioids: agreed, changed, ended. It is a practitioner’s, in their own words.

Nothing here knows a dose: no step is proposed, computed or checked against another, no equivalent
is turned into one, and nothing of it is sent or shown to the patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.followup.models import OpioidTaper
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger import locking
from dolenti.ledger.lifecycle import LifeCycle, Step, Voice, stands_so
from dolenti.ledger.once import Submission, once
from dolenti.records import gate
from dolenti.records.gate.writing import insist_open, writing_record
from dolenti.records.models import Patient

State = OpioidTaper.State


class TaperRefusedError(InputError):
    """The plan cannot be written so."""


TAPERS: Final = LifeCycle(
    "opioid-taper",
    OpioidTaper,
    patient="patient",
    open_to=insist_open,
    refusal=TaperRefusedError,
    voices={
        "taper": Voice(
            Text(fr="ce plan de diminution", en="this opioid tapering plan"),
            {
                State.ACTIVE: Text(fr="est en cours", en="is under way"),
                State.ENDED: Text(fr="est terminé", en="is ended"),
            },
            Text(fr="cette étape n’est plus possible", en="this step is not possible from there"),
        )
    },
    voice=lambda _taper: "taper",
)


@dataclass(frozen=True)
class Planned:
    """One step: the day, and what is taken from then on, in the practitioner’s words."""

    on: date
    what: str


@dataclass(frozen=True)
class Agreed:
    """What was agreed: why and for what, the one prescriber, when the other doctors were told
    (``None``: not yet), and the steps."""

    aim: str
    prescriber: str
    steps: tuple[Planned, ...]
    informed_on: date | None = None

    def values(self) -> dict[str, Any]:
        """The same as the fields of a row."""
        return {
            "aim": self.aim,
            "prescriber": self.prescriber,
            "informed_on": self.informed_on,
            "steps": [{"on": one.on.isoformat(), "what": one.what} for one in self.steps],
        }


def steps_of(kept: list[Mapping[str, str]]) -> tuple[Planned, ...]:
    """The steps that a row keeps."""
    return tuple(Planned(date.fromisoformat(one["on"]), one["what"]) for one in kept)


def insist_sound(agreed: Agreed) -> None:
    """Go on only with an aim, one prescriber and steps that follow each other. Raises
    ``TaperRefusedError``."""
    if not agreed.aim.strip():
        raise TaperRefusedError(
            "write the reason and the aim that were agreed with the patient",
            "aim",
            fr="écrivez le motif et le but convenus avec le patient",
        )
    if not agreed.prescriber.strip():
        raise TaperRefusedError(
            "write who prescribes: one prescriber alone",
            "prescriber",
            fr="écrivez qui prescrit\u00a0: un seul prescripteur",
        )
    if not agreed.steps:
        raise TaperRefusedError(
            "write at least one step, with its day",
            "on-0",
            fr="écrivez au moins une étape, avec sa date",
        )
    days = [one.on for one in agreed.steps]
    for place, (before, day) in enumerate(pairwise(days), start=1):
        if day <= before:
            raise TaperRefusedError(
                "each step is on a later day than the one before",
                f"on-{place}",
                fr="chaque étape vient un jour après la précédente",
            )


def begin(submission: Submission, patient: Patient, agreed: Agreed) -> OpioidTaper:
    """A plan is agreed; sent twice it is one. Raises ``TaperRefusedError`` where one is under way
    already, ``NotAllowedError``."""
    insist_sound(agreed)

    def make() -> OpioidTaper:
        locking.hold(patient)
        if OpioidTaper.objects.filter(
            patient__in=gate.family(patient), state=State.ACTIVE
        ).exists():
            raise TaperRefusedError(
                "an opioid tapering plan is under way already: change it, or end it first",
                fr="un plan de diminution est déjà en cours\u00a0: modifiez-le, ou terminez-le "
                "d’abord",
            )
        made = OpioidTaper.objects.create(
            patient=patient, author=submission.user, **agreed.values()
        )
        audit.record(
            "begin-taper",
            actor=submission.actor,
            kind="opioidtaper",
            object_id=made.public_id,
            patient_id=patient.public_id,
        )
        return made

    with writing_record(submission.actor, Permission.PLAN, patient):
        return once(submission, OpioidTaper, make)


def change(actor: Actor, taper: OpioidTaper, based_on: int, agreed: Agreed) -> OpioidTaper:
    """Another agreement: a pause, other days, another prescriber; what stood before is kept.

    Raises ``TaperRefusedError``, ``StaleEditError``, ``NotAllowedError``.
    """
    insist_sound(agreed)
    return TAPERS.take(actor, taper, based_on, "change-taper", values=agreed.values())


def end(actor: Actor, taper: OpioidTaper, based_on: int, reason: str) -> OpioidTaper:
    """The plan ends, for a reason. Raises ``TaperRefusedError``, ``StaleEditError``."""
    if not reason.strip():
        raise TaperRefusedError(
            "say why the plan ends: it stays in the record",
            "reason",
            fr="indiquez pour quel motif le plan se termine\u00a0: le motif reste dans le dossier",
        )
    return TAPERS.take(actor, taper, based_on, "end-taper", values={"end_reason": reason.strip()})


TAPERS.add(
    Step("change-taper", (State.ACTIVE,), State.ACTIVE, Permission.PLAN, already=stands_so),
    Step("end-taper", (State.ACTIVE,), State.ENDED, Permission.PLAN),
)
