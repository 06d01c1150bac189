"""A course on one page, for those who care for the patient elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.access.models import User
from dolenti.calendar.moments import to_local
from dolenti.clinic.common.lookup import Lookup
from dolenti.clinic.courses.shown import therapy_name
from dolenti.clinic.followup import shown
from dolenti.clinic.safety.shown import event_lines
from dolenti.clinic.session.sensory_views import in_lines, tables_in
from dolenti.diary import told
from dolenti.followup import deciding, rehabilitating, returning
from dolenti.followup import gate as followup_gate
from dolenti.followup.going import Going
from dolenti.followup.sheet import exercise_lines, exercise_sheet
from dolenti.guideline.words import date_in_words, upper_first
from dolenti.records.places import zone_of
from dolenti.safety import gate as safety_gate
from dolenti.treatment.models import Course
from dolenti.ui import print as printing
from dolenti.ui.course_curve import curve_of
from dolenti.ui.curve import SESSION
from dolenti.ui.documents import clinic_of, patient_of, practitioner_of
from dolenti.ui.labels import LABELS


def follow_up_pdf(user: User, course: Course, found: Going, words: Lookup, day: date) -> bytes:
    """The page as a document on a ``day``, in the language of ``words``; with a step once it was
    accepted."""
    language = words.language
    curve, said = curve_of(found, language), SESSION.in_language(language)
    complaint = course.complaint
    heading = words.complaint(complaint.condition, complaint.zone, complaint.side)
    judged_at = next((one for one in found.content.judged_at if one.id == course.therapy), None)
    beside = [judged_at.says] if judged_at else []
    beside += [found.content.told.regression.says] if curve.svg else []
    rise = shown.rise_line(found, words)
    moved = [one for one in found.response.beside if one.of_rise or one.to_discuss]
    step, step_of, step_why = _accepted(user, course, found, words)
    events = safety_gate.events_of(user, course.patient)
    events = events.filter(session__course=course, in_error=False)
    alerts = told.of_patient(user, course.patient, complaint)
    zone = zone_of(complaint)
    scores = (*shown.change_lines(found, words), *shown.score_lines(found, zone, words))
    page = printing.FollowUpPage(
        clinic=clinic_of(course.site),
        patient=patient_of(course.patient),
        practitioner=practitioner_of(course.practitioner),
        about=" · ".join((therapy_name(course.therapy, words), heading)),
        judged=shown.scale_name(found.response.scale, found, words),
        curve=curve.svg,
        says=" ".join(filter(None, (curve.says, *shown.sentences(moved[:1], words), rise))),
        beside=tuple(one.in_language(language) for one in beside),
        scores=tuple(
            printing.FollowUpScore(
                one.label,
                one.before or "–",
                one.after or "–",
                one.difference or "–",
                one.said,
                one.smallest if one.after else "",
            )
            for one in scores
        ),
        sessions=tuple(
            f"{said.format(one.number)}, {date_in_words(one.day, language)}"
            for one in found.so_far.sessions
        ),
        events=(
            *(
                f"{one.label}, {date_in_words(one.event.began, language)}"
                for one in event_lines(events)
            ),
            *(upper_first(told.in_a_sentence(one, language)) for one in alerts),
        ),
        answered=tuple(filter(None, (shown.adherence_line(found), shown.next_line(found)))),
        where=tuple(
            f"{date_in_words(to_local(one.at).date(), language)}, {one.says}"
            for one in shown.where_lines(found)
        ),
        felt=tuple(in_lines(tables_in(user, course, day))),
        step=step,
        step_of=step_of,
        step_why=step_why,
        exercises=_exercises(course, found, language),
        made_at=to_local(timezone.now()),
    )
    return printing.follow_up_page(page, language)


def _exercises(course: Course, found: Going, language: str) -> tuple[str, ...]:
    """The accepted plan of the complaint and its dates, in lines; nothing where there is none."""
    complaint = course.complaint
    plan = rehabilitating.accepted_of(complaint)
    if plan is None:
        return ()
    known = returning.known(complaint, plan, timezone.now(), found.stated)
    sheet = exercise_sheet(found.content, plan, known, language)
    return exercise_lines(sheet)


def _accepted(
    user: User, course: Course, found: Going, words: Lookup
) -> tuple[str, str, tuple[str, ...]]:
    """The accepted step that stands, by whom, and why; nothing where none does."""
    last = deciding.in_force(list(followup_gate.decisions(user, course)), found)
    if last is None:
        return "", "", ()
    day = date_in_words(to_local(last.created_at).date(), words.language)
    said = _("accepted on %(day)s by %(name)s") % {"day": day, "name": last.author.name}
    return shown.step_name(last.step, found, words), said, tuple(_why(found, words))


def _why(found: Going, words: Lookup) -> Iterator[str]:
    """What the step rests on, as the page says it: its rule, its numbers, its strength, its
    sources."""
    one = shown.suggested(found, words)
    if one is None:
        return
    if found.response.instead is None:  # else it stands beneath the curve
        yield one.because
    yield " · ".join(one.facts)
    if one.basis is not None:
        read = "" if one.verified else _(", not verified")
        yield _("Strength: %(basis)s%(read)s") % {"basis": LABELS["basis"][one.basis], "read": read}
    if one.sources:
        titles = "; ".join(source.title for source in one.sources)
        yield _("Sources: %(titles)s") % {"titles": titles}
