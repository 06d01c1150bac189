"""The one end that is wanted: a unit injected into the patient it came from.

The patient is there and says who they are, the practitioner reads the label, the code is scanned,
side and target are confirmed by two means, the unit is clear. A unit of another patient is refused
here, on the page before and by the database after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dolenti.access import clock as site_clock
from dolenti.access.actors import author_of
from dolenti.access.roles import Permission
from dolenti.agenda import privileges
from dolenti.guideline.serum import windows
from dolenti.guideline.serum.machine import THERAPY
from dolenti.ledger.once import Submission, made_before
from dolenti.records.gate.writing import insist_open
from dolenti.serum import chain, clock, deadlines, freezing, identity, steps
from dolenti.serum.bench import CLEAR
from dolenti.serum.identity import Proof
from dolenti.serum.models import Injection, Step, Thing, Unit
from dolenti.serum.opening import SerumRefusedError
from dolenti.serum.steps import Act, Doing
from dolenti.treatment.models import Session


@dataclass(frozen=True)
class Given:
    """What was injected: mL, where (with its side), the look, whether target and side were
    confirmed by two means, and the mL that were left and thrown away."""

    volume: Decimal
    target: str
    look: str
    confirmed: bool
    thrown: Decimal = Decimal(0)

    def insist_of(self, unit: Unit) -> None:
        """Raises ``SerumRefusedError`` for more than the unit held, or nothing."""
        tolerance = Decimal(str(chain.in_force().most("volume-tolerance")))
        held = unit.volume or Decimal(0)
        if self.volume <= 0 or self.thrown < 0 or self.volume + self.thrown > held + tolerance:
            raise SerumRefusedError(
                f"the unit held {held} mL: what is injected and what is left are no more than that",
                "volume",
                fr=f"l’unité contenait {held} mL\u00a0: l’injecté et le reste ne le dépassent pas",
            )


def inject(submission: Submission, session: Session, proof: Proof, given: Given) -> Injection:
    """A unit is injected at a session. Sent twice it is one.

    Raises ``RefusedStepError`` (another patient, too late after thawing, not clear, a course that
    is over …), ``WrongIdentityError``, ``SerumRefusedError``, ``NoPrivilegeError``.
    """
    actor = submission.actor
    insist_open(actor, Permission.GIVE, session.course.patient)
    if (done := _done_before(submission)) is not None:
        return done
    identity.insist_spoken(proof)
    unit = freezing.unit_of_session(actor, session, proof, "inject")

    def make(things: list[Thing]) -> None:
        practitioner = author_of(actor)
        privileges.insist(practitioner, unit.patient.site, THERAPY, [site_clock.today()])
        now = clock.read().at
        line = steps.line_of(unit, "inject")
        guards = {
            **freezing.guards_for(unit, session),
            **in_time(unit, now),
            "looks-clear": given.look == CLEAR,
            "target-confirmed": given.confirmed and bool(given.target),
        }
        if line is not None:
            given.insist_of(unit)
        act = Act(
            "inject", guards, hand_over="patient",
            said={"mL": str(given.volume), "target": given.target, "look": given.look},
        )  # fmt: skip
        if line is not None and all(guards.get(guard, False) for guard in line.guards):
            # First the row that says into whom: the database lets no unit be injected without it.
            Injection.objects.create(
                unit=unit,
                patient=session.course.patient,
                session=session,
                volume=given.volume,
                thrown=given.thrown,
                target=given.target,
                at=now,
                author=practitioner,
            )
        steps.write(actor, unit, act)
        freezing.leave(unit, now)

    doing = Doing(submission, unit.draw, "inject", proof)
    steps.do(doing, make, permission=Permission.GIVE, most=1)
    return Injection.objects.select_related("unit").get(unit=unit)


def _done_before(submission: Submission) -> Injection | None:
    """What this very form did before, if it was sent already."""
    step = made_before(submission, Step)
    return None if step is None else Injection.objects.filter(unit=step.unit_id).first()


def in_time(unit: Unit, now: datetime) -> dict[str, bool]:
    """Whether a unit is within its hours: after the incubator, after it left the cold, after
    thawing."""
    thawed = windows.hours(chain.in_force(), "after-thaw")
    return {
        "within-4h": deadlines.is_fresh(unit, now),
        **freezing.since_issue(unit, now),
        "within-2h-of-thaw": windows.within(unit.thawed_at, now, thawed),
    }
