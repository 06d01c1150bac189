"""A plan of exercises is proposed, adjusted and accepted, replaced by the next, or ended.

It begins no earlier than what was given allows, and is not accepted while something stops every
stage of sport: an alarm that is open, a rupture not excluded. What nobody can tell stops nothing
here and is shown: whoever accepts has read it. Nothing here writes a leave of work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.roles import Permission
from dolenti.calendar.moments import local_day
from dolenti.diary import following
from dolenti.followup import planned, returning
from dolenti.followup.models import RehabilitationPlan
from dolenti.followup.planned import Written
from dolenti.guideline import diary
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.ledger import locking
from dolenti.ledger.lifecycle import LifeCycle, Step, Taking, Voice, stands_so
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import insist_open, writing_record
from dolenti.records.judging.assessing import snapshot_in_force
from dolenti.records.models import Complaint

State = RehabilitationPlan.State
STANDING: Final = (State.PROPOSED, State.ACCEPTED)


class PlanRefusedError(InputError):
    """The plan cannot be written, or cannot take this step."""


PLANS: Final = LifeCycle(
    "rehabilitation-plan",
    RehabilitationPlan,
    patient="complaint__patient",
    open_to=insist_open,
    refusal=PlanRefusedError,
    voices={
        "plan": Voice(
            Text(fr="ce plan d’exercices", en="this exercise plan"),
            {
                State.PROPOSED: Text(fr="n’est pas encore validé", en="is not accepted yet"),
                State.ACCEPTED: Text(fr="est validé", en="is accepted"),
                State.REPLACED: Text(fr="est remplacé par un autre", en="is replaced by another"),
                State.ENDED: Text(fr="est terminé", en="is ended"),
            },
            Text(fr="cette étape n’est plus possible", en="this step is not possible from there"),
        )
    },
    voice=lambda _plan: "plan",
)


def propose(
    submission: Submission, complaint: Complaint, source: str, now: datetime
) -> RehabilitationPlan:
    """A plan for a complaint: as the one of the knowledge called ``source`` has it, or empty weeks
    where that is empty; where a plan is accepted, a copy of it that may replace it. Sent twice it
    is one; where one is proposed already it is refused. Raises ``PlanRefusedError``.
    """
    content = following.content()
    plan = next((one for one in content.plans if one.id == source), None)
    if source and plan is None:
        raise PlanRefusedError(
            f"there is no plan “{source}” on file; choose one from the list",
            "source",
            fr=f"le plan «\u00a0{source}\u00a0» n’existe pas\u00a0; choisissez-en un dans la liste",
        )
    if complaint.in_error:
        raise PlanRefusedError(
            "this complaint was entered in error: choose another",
            fr="cette douleur a été saisie par erreur\u00a0: choisissez-en une autre",
        )

    def make() -> RehabilitationPlan:
        locking.hold(complaint.patient)
        found = RehabilitationPlan.objects.filter(complaint=complaint, state__in=STANDING)
        standing = {one.state: one for one in found}
        if State.PROPOSED in standing:
            raise PlanRefusedError(
                "a plan is proposed for this complaint already: adjust it, or end it first",
                fr="un plan est déjà proposé pour cette douleur\u00a0: modifiez-le, ou "
                "abandonnez-le d’abord",
            )
        before = standing.get(State.ACCEPTED)
        made = RehabilitationPlan.objects.create(
            complaint=complaint,
            replaces=before,
            source=plan.id if plan else (before.source if before else ""),
            edition=snapshot_in_force(),
            author=submission.user,
            **_begun(complaint, before, plan, now),
        )
        audit.record(
            "propose-exercises",
            actor=submission.actor,
            kind="rehabilitationplan",
            object_id=made.public_id,
            patient_id=complaint.patient.public_id,
        )
        return made

    with writing_record(submission.actor, Permission.PLAN, complaint.patient):
        return once(submission, RehabilitationPlan, make)


_COPIED: Final = (
    "begins", "stages", "goals", "restrictions", "settled", "settled_on", "sport_stage",
    "sport_since", "flare_on", "work",
)  # fmt: skip


def _begun(
    complaint: Complaint, before: RehabilitationPlan | None, plan: Any, now: datetime
) -> dict[str, Any]:
    if before is not None and plan is None:
        return {name: getattr(before, name) for name in _COPIED}
    zone = ZoneInfo(complaint.patient.site.time_zone)
    first = diary.first_day(following.content(), returning.acts_of(complaint, zone))
    today = local_day(now)
    stages = diary.proposed(plan) if plan is not None else ()
    kept = {name: getattr(before, name) for name in _COPIED} if before is not None else {}
    return kept | {
        "begins": max(first, today) if first else today,
        "stages": Written(today, stages).values()["stages"],
    }


def accepted_of(complaint: Complaint) -> RehabilitationPlan | None:
    """The plan of a complaint that its patient sees; for the pages of the patient’s own link."""
    return RehabilitationPlan.objects.filter(complaint=complaint, state=State.ACCEPTED).first()


def adjust(
    actor: Actor, plan: RehabilitationPlan, based_on: int, written: Written, now: datetime
) -> RehabilitationPlan:
    """Another content of a plan that nobody accepted yet. Sent twice it is one.

    Raises ``PlanRefusedError`` where it cannot be followed, begins too early or is no longer
    proposed, ``StaleEditError``, ``NotAllowedError``.
    """
    insist_sound(plan, written, now)
    return PLANS.take(actor, plan, based_on, "adjust-exercises", values=_values(plan, written, now))


def note_progress(
    actor: Actor, plan: RehabilitationPlan, based_on: int, written: Written, now: datetime
) -> RehabilitationPlan:
    """How far the patient came with an accepted plan: blocks settled, the stage of sport, the last
    flare, the days of work agreed. The exercises stay as they were accepted.

    Raises ``PlanRefusedError``, ``StaleEditError``, ``NotAllowedError``.
    """
    stands = replace(
        written,
        begins=plan.begins,
        stages=planned.stages_of(plan.stages),
        goals=plan.goals,
        restrictions=planned.restrictions_of(plan.restrictions),
    )
    _insist_days(stands, local_day(now))
    return PLANS.take(actor, plan, based_on, "note-progress", values=_values(plan, stands, now))


def accept(
    actor: Actor, plan: RehabilitationPlan, based_on: int, now: datetime
) -> RehabilitationPlan:
    """The plan is accepted, and the patient sees it; the one that it replaces stands no longer.

    Raises ``PlanRefusedError`` while something stops it, ``StaleEditError``, ``NotAllowedError``.
    """
    patient = plan.complaint.patient
    with writing_record(actor, Permission.PLAN, patient):
        values = {"accepted_by": author_of(actor), "accepted_at": now}
        locking.hold(patient)
        found = RehabilitationPlan.objects.filter(complaint=plan.complaint, state=State.ACCEPTED)
        for before in found.exclude(pk=plan.pk).select_related("complaint__patient"):
            PLANS.take(actor, before, before.version, "replace-exercises")
        return PLANS.take(actor, plan, based_on, "accept-exercises", values=values)


def end(actor: Actor, plan: RehabilitationPlan, based_on: int, reason: str) -> RehabilitationPlan:
    """A plan ends, for a reason; one that was only proposed is given up. The patient no longer sees
    it. Raises ``PlanRefusedError``, ``StaleEditError``, ``NotAllowedError``."""
    if not reason.strip():
        raise PlanRefusedError(
            "say why the plan ends: it stays in the record",
            "reason",
            fr="indiquez pour quel motif le plan se termine\u00a0: le motif reste dans le dossier",
        )
    values = {"end_reason": reason.strip()}
    return PLANS.take(actor, plan, based_on, "end-exercises", values=values)


def insist_sound(plan: RehabilitationPlan, written: Written, now: datetime) -> None:
    """Go on only with what can be followed, and begins no earlier than what was given allows; what
    replaces a plan under way may keep its first day. Raises ``PlanRefusedError``."""
    content = following.content()
    try:
        diary.insist_sound(content, written.stages)
    except InputError as error:
        raise PlanRefusedError(error.what, f"stages{error.where}", fr=error.fr) from None
    if plan.replaces is None or written.begins != plan.replaces.begins:
        _insist_allowed(plan, written)
    _insist_days(written, local_day(now))


def _insist_allowed(plan: RehabilitationPlan, written: Written) -> None:
    acts = returning.acts_of(plan.complaint, ZoneInfo(plan.complaint.patient.site.time_zone))
    settled = returning.settled_by(plan, acts) | dict(written.settled)
    first = diary.first_day(following.content(), acts, settled)
    if first is not None and written.begins < first:
        raise PlanRefusedError(
            f"the treatment given requires rest until {first:%d/%m/%Y}: begin on that day or later",
            "begins",
            fr=f"le traitement reçu demande du repos jusqu’au {first:%d/%m/%Y}\u00a0: commencez ce "
            "jour-là ou après",
        )


def _insist_days(written: Written, today: date) -> None:
    if written.sport_since is not None and written.sport_since > today:
        raise PlanRefusedError(
            "a stage of sport is reached on a day that has come",
            "sport_since",
            fr="un palier de sport est atteint un jour déjà passé, ou aujourd’hui",
        )
    if bool(written.sport_stage) != (written.sport_since is not None):
        raise PlanRefusedError(
            "give the stage of sport and the day it was reached, or neither",
            "sport_since",
            fr="donnez le palier de sport et le jour où il a été atteint, ou aucun des deux",
        )
    if written.flare_on is not None and written.flare_on > today:
        raise PlanRefusedError(
            "the last flare was on a day that has come",
            "flare_on",
            fr="la dernière poussée a eu lieu un jour déjà passé, ou aujourd’hui",
        )
    order = [one.id for one in diary.path_of(following.content(), "work").stages]
    days = [written.work[name] for name in order if name in written.work]
    if days != sorted(days):
        raise PlanRefusedError(
            "the days of the return to work follow each other: the adapted post first",
            "work",
            fr="les dates de reprise du travail se suivent\u00a0: le poste aménagé d’abord",
        )


def _values(plan: RehabilitationPlan, written: Written, now: datetime) -> Mapping[str, Any]:
    values = written.values()
    if values["settled"] != plan.settled:
        values["settled_on"] = local_day(now) if values["settled"] else None
    return values


def _nothing_stops_it(taking: Taking[RehabilitationPlan]) -> None:
    """Nothing that stops every stage of sport is in the way."""
    content = following.content()
    known = returning.known(taking.row.complaint, taking.row, timezone.now())
    stops = diary.standing(content, known).stops_all(content)
    if stops:
        said = stops[0].block.tell
        raise PlanRefusedError(
            f"{said.en} The plan waits until then",
            fr=f"{said.fr} Le plan attend jusque-là",
        )


def _can_be_followed(taking: Taking[RehabilitationPlan]) -> None:
    """Its weeks follow each other, and it begins no earlier than what was given allows."""
    written = Written(taking.row.begins, planned.stages_of(taking.row.stages))
    insist_sound(taking.row, written, timezone.now())


PLANS.add(
    Step("adjust-exercises", (State.PROPOSED,), State.PROPOSED, Permission.PLAN,
         already=stands_so),
    Step("accept-exercises", (State.PROPOSED,), State.ACCEPTED, Permission.PLAN,
         (_nothing_stops_it, _can_be_followed)),
    Step("note-progress", (State.ACCEPTED,), State.ACCEPTED, Permission.PLAN, already=stands_so),
    Step("replace-exercises", (State.ACCEPTED,), State.REPLACED, Permission.PLAN),
    Step("end-exercises", STANDING, State.ENDED, Permission.PLAN),
)  # fmt: skip
