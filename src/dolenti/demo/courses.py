"""The demo's courses: a therapy chosen from a real assessment, its sessions, its consent.

The assessment, the passing of a caution, the referral and the quotation are the services' own. What
the services write only for today (sessions of last month, a consent signed in spring) is written
here as it would stand, with the real text and the real document.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from random import Random
from typing import Final

from django.utils import timezone

from dolenti.agenda.models import Appointment
from dolenti.calendar.moments import local_day
from dolenti.clinic.common.documents import quotation_pdf
from dolenti.demo.agenda import Book
from dolenti.demo.asked import answer_with_a_no
from dolenti.demo.filing import Filed, noon
from dolenti.guideline import consent as text
from dolenti.guideline.errors import InputError
from dolenti.ledger.models import pack
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.judging import assessing, choosing, passings, referrals
from dolenti.records.models import Assessment, EditionSnapshot, Passing, Referral
from dolenti.treatment import consents, content, courses, laying, quotations, treated
from dolenti.treatment.consents import Signed
from dolenti.treatment.models import Consent, Course, Session, SessionRecord
from dolenti.ui.documents import consent_pdf

WEIGHED: Final = (
    "Bénéfice attendu supérieur au risque, expliqué au patient, surveillance renforcée.",
    "Décision prise avec le médecin traitant, joint par téléphone.",
    "Patient informé, demande maintenue après délai de réflexion.",
)
OUTCOMES: Final = (
    "Reçu aux urgences le jour même, arthrite septique écartée, suivi en rhumatologie.",
    "Avis pris par téléphone, bilan biologique normal, à revoir dans deux semaines.",
)
PRICED: Final = ("cryoneurolysis", "autologous-conditioned-serum")
PRODUCT: Final = {"mesotherapy": "lidocaine", "infiltration": "methylprednisolone"}


@dataclass(frozen=True)
class Lived:
    """What came of a first visit."""

    assessment: Assessment
    course: Course | None


def submission(one: Filed) -> Submission:
    """A form of the practitioner, sent once."""
    return Submission(one.practitioner, uuid.uuid4())


def live(draw: Random, book: Book, one: Filed) -> Lived:
    """Assess a patient on the day of the visit; choose a therapy where the verdict allows one."""
    stored = _assess(one)
    referral = Referral.objects.filter(assessment=stored).first()
    if referral is not None:
        Referral.objects.filter(pk=referral.pk).update(created_at=noon(one.visit))
        if draw.random() < 0.5:
            referral.refresh_from_db()
            outcome = draw.choice(OUTCOMES)
            referrals.close(one.practitioner, referral, referral.version, outcome)
        return Lived(stored, None)
    therapy, status = one.pain.kind.therapy, stored.statuses[one.pain.kind.therapy]
    passing = None
    if status == "caution" and draw.random() < 0.6:
        passing = passings.go_past(submission(one), stored, therapy, draw.choice(WEIGHED))
    if status != "possible" and passing is None:
        return Lived(stored, None)
    return Lived(stored, _course(draw, book, one, stored, passing))


def _assess(one: Filed) -> Assessment:
    if one.pain.answered:
        answer_with_a_no(lambda: submission(one), one.complaint, one.visit)
    seen = assessing.look(one.practitioner, one.complaint, one.visit)
    stored = assessing.store_assessment(submission(one), one.complaint, one.visit, seen.fingerprint)
    Assessment.objects.filter(pk=stored.pk).update(created_at=noon(one.visit))
    return stored


def _course(
    draw: Random, book: Book, one: Filed, stored: Assessment, passing: Passing | None
) -> Course:
    therapy = choosing.therapy_of(engine.edition_in_force(), one.pain.kind.therapy)
    first = one.visit + timedelta(days=draw.randint(5, 20))
    wished = [laid for laid in laying.rows(therapy.protocol, first) if not laid.optional]
    starts = [book.take(draw, laid.earliest) for laid in wished]
    starts.sort()
    days = [local_day(start) for start in starts]
    course = Course.objects.create(
        site=book.site,
        patient=one.patient,
        complaint=one.complaint,
        therapy=therapy.id,
        products=_products(therapy.id, one.visit),
        assessment=stored,
        passing=passing,
        practitioner=one.practitioner,
        protocol=laying.as_planned(therapy.protocol, days, (), ""),
        author=one.practitioner,
    )
    Course.objects.filter(pk=course.pk).update(created_at=noon(one.visit))
    now = timezone.now()
    booked = Appointment.objects.bulk_create(
        book.appointment(
            one,
            start,
            kind=Appointment.Kind.SESSION,
            state=Appointment.State.DONE if start < now else Appointment.State.PLANNED,
        )
        for start in starts
    )
    sessions = Session.objects.bulk_create(
        Session(course=course, number=number, appointment=appointment)
        for number, appointment in enumerate(booked, 1)
    )
    if therapy.id in PRICED:
        lines = quotations.usual_lines(course)
        quotations.quote(
            submission(one), course, lines,
            lambda number, day, until: quotation_pdf(course, lines, number, until),
        )  # fmt: skip
    _further(draw, one, course, days, starts[0] < now, starts[-1] < now)
    _give(sessions, stored.edition)
    return course


def _products(therapy: str, day: date) -> list[str]:
    product = PRODUCT.get(therapy)
    if product is None:
        return []
    try:
        courses.check_products(therapy, [product], day)
    except InputError:
        return []
    return [product]


def _further(
    draw: Random, one: Filed, course: Course, days: list[date], begun: bool, ended: bool
) -> None:
    """How far a course came: to its consent, its first session, its end, or a withdrawal."""
    if not begun and draw.random() < 0.4:
        return  # the patient thinks it over
    signed_on = min(days[0], local_day(timezone.now())) - timedelta(days=1)
    consent = _sign(draw, one, course, signed_on)
    rows = Course.objects.filter(pk=course.pk)
    rows.update(state=Course.State.CONSENTED)
    if not begun:
        return
    rows.update(state=Course.State.ACTIVE)
    if ended:
        rows.update(state=Course.State.COMPLETED)
    elif draw.random() < 0.15:
        gone = Appointment.objects.filter(session__course=course, state=Appointment.State.DONE)
        last = gone.order_by("-start").first()
        if last is not None:
            Appointment.objects.filter(pk=last.pk).update(
                state=Appointment.State.MISSED, reason="N’est pas venu, à rappeler"
            )
    elif draw.random() < 0.08:
        course.refresh_from_db()
        consents.withdraw(
            submission(one), consent, said_by=consent.signed_by,
            note="Préfère poursuivre la rééducation seule.",
        )  # fmt: skip


def _give(sessions: list[Session], edition: EditionSnapshot) -> None:
    """The records of the sessions that were given."""
    done = Appointment.objects.filter(
        session__in=[one.pk for one in sessions], state=Appointment.State.DONE
    )
    SessionRecord.objects.bulk_create(
        SessionRecord(
            session=one.session,
            state=SessionRecord.State.DELIVERED,
            edition=edition,
            author=one.practitioner,
            delivered_by=one.practitioner,
            delivered_at=one.end,
            treated=content.kept(treated.of_pain(one.session.course.complaint)),
        )
        for one in done.select_related("session__course__complaint", "practitioner").order_by("pk")
    )


def _sign(draw: Random, one: Filed, course: Course, day: date) -> Consent:
    said = consents.words_for(course, day)
    who = f"{one.patient.first_name} {one.patient.birth_name}"
    signed = Signed(by=who, at=noon(day), strokes=_strokes(draw))
    pdf = consent_pdf(course, said, signed)
    language = consents.language_of(course)
    return Consent.objects.create(
        course=course,
        language=language,
        packed=pack(text.as_json(said)),
        text_sha256=text.digest(said, language),
        pdf=pdf,
        pdf_sha256=sha256(pdf).hexdigest(),
        signature=signed.as_json(),
        signed_by=who,
        signed_at=signed.at,
        author=one.practitioner,
    )


def _strokes(draw: Random) -> consents.Strokes:
    """A scrawl: waves that grow smaller."""
    width, height = consents.BOX
    waves, tall = draw.uniform(2, 5), draw.uniform(0.2, 0.4)
    line = [
        (
            round(width * (0.15 + 0.7 * step / 60)),
            round(height * (0.5 + tall * (1 - step / 80) * math.sin(waves * step / 6))),
        )
        for step in range(61)
    ]
    return [line]
