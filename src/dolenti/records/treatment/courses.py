"""A therapy chosen for a complaint, as dated sessions; and how far it came.

Contract 4: ``proposed``, ``consented``, ``active``, then ``completed`` or ``stopped`` with a
reason. Every step is here, and nowhere else; ``consented`` and ``active`` need a consent that
stands (the database itself refuses them without one). A course whose products change is
``proposed`` again: what was signed spoke of others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import transaction

from dolenti.access import audit
from dolenti.access.models import User
from dolenti.guideline.consent import ConsentRequest, compose
from dolenti.guideline.errors import InputError
from dolenti.records import engine, versions
from dolenti.records.agenda.moments import local_day
from dolenti.records.days import timetable
from dolenti.records.judging import choosing
from dolenti.records.judging.choosing import Choice
from dolenti.records.models import Course, Receipt, Session
from dolenti.records.once import Submission, once
from dolenti.records.patients import care
from dolenti.records.treatment import privileges

OPEN: Final = (Course.State.PROPOSED, Course.State.CONSENTED, Course.State.ACTIVE)
WAITING: Final = (Session.State.PLANNED, Session.State.ARRIVED, Session.State.PREPARED)
"""Sessions in which nothing was done to the patient yet: they end with their course."""


class CourseRefusedError(InputError):
    """The course cannot be made, or cannot take this step."""


@dataclass(frozen=True)
class Plan:
    """What is to be written: the products, who performs it, and a slot by session number.

    ``protocol`` is what was planned, as JSON, kept with the course as it stood.
    """

    products: tuple[str, ...]
    practitioner: User
    slots: Mapping[int, timetable.Slot]
    protocol: dict[str, Any] = field(default_factory=dict)


def open_course(submission: Submission, choice: Choice, plan: Plan, today: date) -> Course:
    """Write a course with its sessions, all or nothing; a form sent twice makes one.

    Raises ``ChoiceRefusedError`` where the assessment no longer stands, ``NoPrivilegeError``,
    ``SlotRefusedError`` for a slot that is taken or closed, ``CourseRefusedError`` where the
    complaint has such a course already, and ``InputError`` for a product that may not be used.
    """

    def make() -> Course:
        _check(submission.user, choice, plan, today)
        return _write(submission.user, choice, plan)

    return once(submission, Course, make)


def _check(user: User, choice: Choice, plan: Plan, today: date) -> None:
    complaint, therapy = choice.assessment.complaint, choice.therapy.id
    if not plan.slots:
        raise CourseRefusedError(
            "a course has at least one session: give it a day and an hour",
            fr="une cure compte au moins une séance\u00a0: donnez-lui un jour et une heure",
        )
    check_products(choice.therapy.id, plan.products, today)
    slots = [plan.slots[number] for number in sorted(plan.slots)]
    timetable.insist(complaint.patient.site, complaint.patient, slots)
    days = [local_day(slot.span.start) for slot in slots]
    privileges.insist(plan.practitioner, complaint.patient.site, therapy, days)
    choosing.choose(user, choice.assessment, therapy, today, to_write=True)
    if Course.objects.filter(complaint=complaint, therapy=therapy, state__in=OPEN).exists():
        raise CourseRefusedError(
            "this complaint already has such a course under way: complete or stop it first",
            fr="ce motif a déjà une telle cure en cours\u00a0: terminez-la ou arrêtez-la d’abord",
        )


def check_products(therapy: str, products: Sequence[str], day: date) -> None:
    """Raises ``InputError`` for a product that may not be used in the therapy."""
    edition = engine.edition_in_force()
    compose(
        edition,
        ConsentRequest(therapy, day, zone=edition.zones[0].id, products=tuple(products)),
    )


def _write(user: User, choice: Choice, plan: Plan) -> Course:
    complaint = choice.assessment.complaint
    patient = complaint.patient
    made = Course.objects.create(
        site_id=patient.site_id,
        patient=patient,
        complaint=complaint,
        therapy=choice.therapy.id,
        products=list(plan.products),
        assessment=choice.assessment,
        passing=choice.passing,
        practitioner=plan.practitioner,
        protocol=plan.protocol,
        author=user,
    )
    Session.objects.bulk_create(
        Session(
            site_id=patient.site_id,
            patient=patient,
            complaint=complaint,
            course=made,
            kind=Session.Kind.SESSION,
            number=number,
            practitioner=slot.practitioner,
            room=slot.room,
            start=slot.span.start,
            end=slot.span.end,
            author=user,
        )
        for number, slot in sorted(plan.slots.items())
    )
    care.take(user, patient, plan.practitioner)
    audit.record(
        "open-course",
        actor=user,
        kind="course",
        object_id=made.public_id,
        patient_id=patient.public_id,
        detail={"therapy": made.therapy, "sessions": len(plan.slots)},
    )
    return made


@dataclass(frozen=True)
class Step:
    """One step of the life cycle: from which states, to which, and its name in the audit."""

    action: str
    before: tuple[str, ...]
    after: str


COMPLETE: Final = Step("complete-course", (Course.State.ACTIVE,), Course.State.COMPLETED)
STOP: Final = Step("stop-course", OPEN, Course.State.STOPPED)


def take_step(
    user: User,
    course: Course,
    based_on: int,
    step: Step,
    *,
    insist: Callable[[Course], None] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Course:
    """One step, in a transaction; the same step sent twice is one.

    ``insist`` is what else is asked of the course as it stands; ``values`` change with the state.
    Raises ``CourseRefusedError``, ``StaleEditError``.
    """
    with transaction.atomic():
        now = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
        if now.state == step.after:
            return now
        if now.state not in step.before:
            raise not_from(now)
        if insist is not None:
            insist(now)
        changed = {"state": step.after, **(values or {})}
        patient_id = course.patient.public_id
        return versions.change(
            user, now, based_on, changed, patient_id=patient_id, action=step.action
        )


def complete(user: User, course: Course, based_on: int) -> Course:
    """The course was given to its end. Raises ``CourseRefusedError`` while a session is ahead."""

    def nothing_ahead(now: Course) -> None:
        if now.sessions.filter(state__in=WAITING).exists():
            raise CourseRefusedError(
                "sessions of this course are still planned: hold or cancel them, then complete it",
                fr="des séances de cette cure sont encore prévues\u00a0: faites-les ou "
                "annulez-les, puis terminez la cure",
            )

    return take_step(user, course, based_on, COMPLETE, insist=nothing_ahead)


def stop(user: User, course: Course, based_on: int, reason: str) -> Course:
    """End a course before its end, for a reason; its coming sessions are cancelled with it."""
    with transaction.atomic():
        stopped = take_step(user, course, based_on, STOP, values={"stop_reason": reason})
        cancel_what_is_ahead(user, stopped, reason)
        return stopped


def cancel_what_is_ahead(user: User, course: Course, reason: str) -> int:
    """Cancel every session of a course in which nothing was done yet. How many there were."""
    ahead = list(course.sessions.select_for_update(of=("self",)).filter(state__in=WAITING))
    for session in ahead:
        versions.change(
            user,
            session,
            session.version,
            {"state": Session.State.CANCELLED, "reason": reason[:300]},
            patient_id=course.patient.public_id,
            action="cancel-session",
        )
    return len(ahead)


def change_products(
    user: User, course: Course, based_on: int, products: Sequence[str], day: date
) -> Course:
    """Plan other products: the course is proposed again, and asks for a new consent.

    Raises ``InputError`` for a product that may not be used, ``CourseRefusedError``,
    ``StaleEditError``.
    """
    check_products(course.therapy, products, day)
    with transaction.atomic():
        now = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
        if list(now.products) == list(products):
            return now
        if now.state not in OPEN:
            raise not_from(now)
        return versions.change(
            user,
            now,
            based_on,
            {"products": list(products), "state": Course.State.PROPOSED},
            patient_id=course.patient.public_id,
            action="change-products",
        )


def not_from(course: Course) -> CourseRefusedError:
    """Why a step cannot be taken from where the course stands."""
    french, english = _STANDS[course.state]
    return CourseRefusedError(
        f"this course {english}: this step is not possible from there",
        fr=f"cette cure {french}\u00a0: cette étape n’est plus possible",
    )


_STANDS: Final = {
    "proposed": ("attend le consentement du patient", "waits for the patient’s consent"),
    "consented": ("n’a pas encore commencé", "has not begun yet"),
    "active": ("est en cours", "is under way"),
    "completed": ("est terminée", "is completed"),
    "stopped": ("est arrêtée", "is stopped"),
}


def written(submission: Submission) -> Course | None:
    """The course that this form made when it was first sent, if it was."""
    receipt = Receipt.objects.filter(
        author=submission.user, token=submission.token, made="course"
    ).first()
    return Course.objects.get(pk=receipt.made_id) if receipt else None
