"""A therapy chosen for a complaint, as dated sessions; and how far it came.

Contract 4: ``proposed``, ``consented``, ``active``, then ``completed`` or ``stopped`` with a
reason (``treatment.life``). A course whose products change is ``proposed`` again: what was signed
spoke of others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import User
from dolenti.access.roles import Permission
from dolenti.agenda import privileges, timetable
from dolenti.agenda.life import APPOINTMENTS
from dolenti.calendar.moments import local_day
from dolenti.guideline.consent import ConsentRequest, compose
from dolenti.ledger.lifecycle import Step, Taking
from dolenti.ledger.once import Submission, once
from dolenti.records import engine
from dolenti.records.gate.writing import writing_record
from dolenti.records.judging import assessing, choosing
from dolenti.records.judging.choosing import Choice
from dolenti.records.patients import care
from dolenti.treatment import laying, sessions
from dolenti.treatment.life import COURSES, OPEN, CourseRefusedError
from dolenti.treatment.models import Course


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
        _check(submission.actor, choice, plan, today)
        return _write(submission.user, choice, plan)

    patient = choice.assessment.complaint.patient
    with writing_record(submission.actor, Permission.PLAN, patient):
        return once(submission, Course, make)


def _check(user: Actor, choice: Choice, plan: Plan, today: date) -> None:
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
            fr="cette douleur a déjà une telle cure en cours\u00a0: terminez-la ou arrêtez-la "
            "d’abord",
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
    sessions.book(user, made, plan.slots)
    care.entrust_if_allowed(user, patient, plan.practitioner)
    audit.record(
        "open-course",
        actor=user,
        kind="course",
        object_id=made.public_id,
        patient_id=patient.public_id,
        detail={"therapy": made.therapy, "sessions": len(plan.slots)},
    )
    return made


def _nothing_ahead(taking: Taking[Course]) -> None:
    """No session is still planned or under way."""
    if sessions.ahead(taking.row).exists():
        raise CourseRefusedError(
            "sessions of this course are still planned: hold or cancel them, then complete it",
            fr="des séances de cette cure sont encore planifiées\u00a0: réalisez-les ou "
            "annulez-les, puis terminez la cure",
        )


def complete(user: Actor, course: Course, based_on: int) -> Course:
    """The course was given to its end. Raises ``CourseRefusedError`` while a session is ahead,
    ``StaleEditError``."""
    return COURSES.take(user, course, based_on, "complete-course")


def stop(user: Actor, course: Course, based_on: int, reason: str) -> Course:
    """End a course before its end, for a reason; its coming sessions are cancelled with it.

    Raises ``CourseRefusedError``, ``StaleEditError``.
    """
    with writing_record(user, Permission.PLAN, course.patient):
        stopped = COURSES.take(
            user, course, based_on, "stop-course", values={"stop_reason": reason}
        )
        for appointment in sessions.ahead(stopped):
            APPOINTMENTS.take(
                user, appointment, appointment.version, "cancel-with-course",
                values={"reason": reason[:300]},
            )  # fmt: skip
        return stopped


def change_products(
    user: Actor, course: Course, based_on: int, products: Sequence[str], day: date
) -> Course:
    """Plan other products: the course is proposed again, and asks for a new consent.

    Raises ``InputError`` for a product that may not be used, ``CourseRefusedError`` also for one
    that passes a limit of which the course was free, ``StaleEditError``.
    """
    check_products(course.therapy, products, day)
    _insist_within_limits(user, course, products, day)
    values = {"products": list(products)}
    return COURSES.take(user, course, based_on, "change-products", values=values)


def _insist_within_limits(user: Actor, course: Course, products: Sequence[str], day: date) -> None:
    """A course was laid within the limits of its products, or somebody said why not: other products
    bring no limit that is reached."""
    therapy = choosing.therapy_of(engine.edition_in_force(), course.therapy)
    now = assessing.judged(user, course.complaint, day)
    free = laying.ground(therapy, now, course.products).reached_ids
    for limit in laying.ground(therapy, now, products).reached:
        if limit.id not in free:
            raise CourseRefusedError(
                f"{limit.because.en} Choose other products, or stop this course and plan another, "
                "saying why",
                fr=f"{limit.because.fr} Choisissez d’autres produits, ou arrêtez cette cure et "
                "planifiez-en une autre en disant pourquoi",
            )


def _same_products(taking: Taking[Course]) -> bool:
    return list(taking.row.products) == taking.values["products"]


COURSES.add(
    Step("change-products", OPEN, Course.State.PROPOSED, Permission.PLAN, already=_same_products),
    Step("complete-course", (Course.State.ACTIVE,), Course.State.COMPLETED, Permission.PLAN,
         (_nothing_ahead,)),
    Step("stop-course", OPEN, Course.State.STOPPED, Permission.PLAN),
)  # fmt: skip
