"""The written price of a course (devis): its lines, its number, the document handed over.

Numbers run by site and by year, without a gap and without two alike: a number is taken by the very
row that carries it, and whoever loses the race takes the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from django.db import IntegrityError
from django.db.models import Q

from dolenti.access import audit, clock
from dolenti.access.actors import Actor
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.access.writing import insist, writing
from dolenti.agenda.life import GONE
from dolenti.guideline.ageing import Listed, of_fees
from dolenti.guideline.errors import InputError
from dolenti.ledger import locking
from dolenti.ledger.once import Submission, once
from dolenti.records.gate.writing import insist_open
from dolenti.treatment.life import CourseRefusedError
from dolenti.treatment.models import Course, Fee, Quotation

VALID_FOR: Final = timedelta(days=90)
TRIES: Final = 20
"""How often a number that someone else took at the same moment is taken anew."""
MOST: Final = 100_000_00
"""Cents. A dearer line is a mistyped one."""


@dataclass(frozen=True)
class Line:
    """What is asked for, how often, and the price of one, in cents."""

    label: str
    count: int
    cents: int

    def __post_init__(self) -> None:
        """Raises ``InputError`` for a count or a price that cannot be meant."""
        if not (1 <= self.count <= 99 and 0 <= self.cents <= MOST and self.label.strip()):
            raise InputError(
                "a line has a label, a number from 1 to 99 and a price; correct it",
                fr="une ligne porte un libellé, un nombre de 1 à 99 et un prix\u00a0; corrigez-la",
            )

    @property
    def total(self) -> int:
        """In cents."""
        return self.count * self.cents

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {"label": self.label, "count": self.count, "cents": self.cents}


def lines_of(quotation: Quotation) -> list[Line]:
    """The lines as they were handed over."""
    return [Line(one["label"], one["count"], one["cents"]) for one in quotation.lines]


def fees(site: Site, therapy: str) -> list[Fee]:
    """What a site asks for a therapy today, and what it asks for whatever the therapy."""
    found = Fee.objects.filter(Q(therapy=therapy) | Q(therapy=""), site=site, ended_at=None)
    return list(found.order_by("-therapy", "label", "pk"))


def usual_lines(course: Course) -> list[Line]:
    """The lines to begin a quotation with: the fees of the therapy, for each session planned."""
    standing = course.sessions.filter(standing=True)
    count = standing.exclude(appointment__state__in=GONE).count() or 1
    return [
        Line(fee.label, min(count, 99), fee.cents)
        for fee in fees(course.site, course.therapy)
        if fee.therapy
    ]


def fees_listed(course: Course) -> Listed | None:
    """Of which year the fees are that a quotation begins with; nothing where there is none."""
    found = [one for one in fees(course.site, course.therapy) if one.therapy]
    return of_fees([one.entered_on.year if one.entered_on else None for one in found])


def prices_of(courses: Sequence[Course]) -> dict[int, int]:
    """The price of each whole course in cents, by the key of the course: what the last quotation
    says; one without a quotation is not named."""
    rows = Quotation.objects.filter(course__in=[one.pk for one in courses]).order_by("pk")
    return dict(rows.values_list("course", "cents"))


def quote(
    submission: Submission,
    course: Course,
    lines: Sequence[Line],
    make_pdf: Callable[[str, date, date], bytes],
) -> Quotation:
    """Write a quotation under the next number of the site's year; a form sent twice makes one, and
    so does the same price asked for anew while the last one says it and still holds.

    ``make_pdf`` gets the number, its day and the last day it holds. Raises
    ``CourseRefusedError`` for a quotation without a line.
    """
    _insist(submission.actor, course)  # nobody else waits for the document
    if not lines:
        raise CourseRefusedError(
            "a quotation has at least one line: give it a label and a price",
            fr="un devis compte au moins une ligne\u00a0: donnez un libellé et un prix",
        )
    if (standing := same_as_last(course, lines)) is not None:
        return standing
    for _ in range(TRIES):
        day = clock.today()
        number = _next_number(course.site, day.year)
        until = day + VALID_FOR
        pdf = make_pdf(number, day, until)
        try:
            return _write(submission, course, lines, number, until, pdf)
        except IntegrityError:  # someone else took this number meanwhile
            continue
    raise CourseRefusedError(
        "many quotations are being written at this moment: send the form again",
        fr="un autre devis est en cours d’enregistrement\u00a0: renvoyez le formulaire",
    )


def same_as_last(course: Course, lines: Sequence[Line]) -> Quotation | None:
    """The last quotation of a course, where it holds today and has these very lines."""
    last = course.quotations.order_by("-pk").first()
    if last is None or last.valid_until < clock.today() or lines_of(last) != list(lines):
        return None
    return last


def _next_number(site: Site, year: int) -> str:
    last = (
        Quotation.objects.filter(site=site, number__startswith=f"{year}-")
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    done = int(last.split("-")[1]) if last else 0
    return f"{year}-{done + 1:05}"


def _write(
    submission: Submission,
    course: Course,
    lines: Sequence[Line],
    number: str,
    until: date,
    pdf: bytes,
) -> Quotation:
    def make() -> Quotation:
        locking.hold(course.patient)
        if (standing := same_as_last(course, lines)) is not None:
            return standing
        made = Quotation.objects.create(
            site=course.site,
            patient=course.patient,
            course=course,
            number=number,
            lines=[line.as_json() for line in lines],
            cents=sum(line.total for line in lines),
            valid_until=until,
            pdf=pdf,
            pdf_sha256=sha256(pdf).hexdigest(),
            author=submission.user,
        )
        audit.record(
            "quote",
            actor=submission.actor,
            kind="quotation",
            object_id=made.public_id,
            patient_id=course.patient.public_id,
            detail={"number": number, "pdf": made.pdf_sha256},
        )
        return made

    patient = course.patient
    with writing(submission.actor, Permission.QUOTE, patient.site_id, patient_id=patient.public_id):
        _insist(submission.actor, course)
        return once(submission, Quotation, make)


def _insist(actor: Actor, course: Course) -> None:
    """A price is written by the reception, which reads no records, and by who may read this one."""
    if actor.may(Permission.READ_RECORDS):
        insist_open(actor, Permission.QUOTE, course.patient)
    else:
        insist(actor, Permission.QUOTE, course.site_id, patient_id=course.patient.public_id)
