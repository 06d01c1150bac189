"""What is printed of a session: the label of its syringe, the leaflet, the record."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.calendar.moments import to_local
from dolenti.clinic.common.documents import exported
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.common.request import user_of
from dolenti.clinic.injections.printing import drawing
from dolenti.clinic.session import mapping
from dolenti.clinic.session.report import Reporter
from dolenti.clinic.session.shown import drawn_lines
from dolenti.clinic.session.views import refused_page
from dolenti.guideline import session as guided
from dolenti.guideline.errors import InputError
from dolenti.guideline.numbers import unit_in_words
from dolenti.records import engine
from dolenti.treatment import aftercare, feeling, room, treated
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.content import Drawn, plain
from dolenti.treatment.models import Session, SessionRecord
from dolenti.ui import print as printing
from dolenti.ui.documents import clinic_of, patient_of, practitioner_of
from dolenti.ui.language import current


@page("sessions/<slug:public_id>/label/", "session-label", Permission.PREPARE)
def session_label(request: HttpRequest, public_id: str) -> HttpResponse:
    """The label of the syringe: only of one that was looked at and looks as it must."""
    user = user_of(request)
    found = treatment_gate.session(user, public_id)
    now = room.standing(user, found)
    preparation = now.preparation
    if now.record is None or not now.looks_right() or preparation.at is None:
        return redirect("session", public_id)
    language = current()
    patient = found.course.patient
    initials = f"{(patient.used_first_name or patient.first_name)[:1]}. {patient.birth_name[:1]}."
    label = printing.SyringeLabel(
        code=now.record.public_id,
        initials=initials,
        born=str(patient.birth_date.year) if patient.birth_date else "",
        contents=tuple(
            (in_syringe(drawn, language), f"{one.volume} mL ({one.dose} {one.unit})")
            for drawn, one in zip(
                preparation.drawn, drawn_lines(preparation, language), strict=True
            )
        ),
        volume=f"{plain(preparation.volume, language)} mL",
        prepared=to_local(preparation.at),
        by=preparation.by,
    )
    pdf = printing.syringe_label(label, language)
    return exported(user, "session", found, pdf, _("label"))


def in_syringe(drawn: Drawn, language: str) -> str:
    """What is in a syringe: each product and its strength. Not how the site calls the ampoule,
    whose own size would stand beside the volume that was drawn."""
    known = {one.id: one.label for one in engine.edition_in_force().products}
    if drawn.product not in known:
        return drawn.item
    names = [
        known[part.product].in_language(language) if part.product in known else part.product
        for part in drawn.ingredients
    ]
    return " + ".join(
        f"{name} {plain(part.strength, language)} {unit_in_words(part.unit, language)}"
        for name, part in zip(names, drawn.ingredients, strict=True)
    )


@page("sessions/<slug:public_id>/leaflet/", "session-leaflet", Permission.READ_RECORDS)
def session_leaflet(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the patient takes home, in their language: only what is true of them."""
    user = user_of(request)
    found = treatment_gate.session(user, public_id)
    now = room.standing(user, found)
    patient = found.course.patient
    try:
        sheet = aftercare.sheet_of(now)
    except InputError as error:
        return refused_page(request, found, "happened", error)
    signed = guided.signed(now.edition, "session/aftercare")
    made_at = to_local(timezone.now())
    pdf = printing.aftercare(
        sheet, clinic_of(found.course.site), patient_of(patient), signed, made_at
    )
    return exported(user, "session", found, pdf, _("leaflet"))


@page("sessions/<slug:public_id>/report/", "session-report", Permission.READ_RECORDS)
def session_report(request: HttpRequest, public_id: str) -> HttpResponse:
    """The signed record as a document, for the chart and the referring doctor."""
    user = user_of(request)
    found = treatment_gate.session(user, public_id)
    signed = treatment_gate.records_of(user, found).filter(state=SessionRecord.State.SIGNED).last()
    if signed is None or signed.signed_by is None or signed.signed_at is None:
        return redirect("session", public_id)
    return exported(
        user, "session", found, record_pdf(found, signed, current()), pgettext("file", "record")
    )


def map_of(record: SessionRecord) -> str:
    """The map of a record as a picture; empty where nothing was drawn, or on another figure."""
    shown = mapping.shown_of(record, "print")
    return drawing(shown) if shown is not None else ""


def record_pdf(found: Session, signed: SessionRecord, language: str) -> bytes:
    """A signed record as a document, in the words of the edition in force."""
    assert signed.signed_by is not None
    assert signed.signed_at is not None
    with override(language):
        words = lookup(engine.edition_in_force(), language)
        course, given_for = found.course, treated.of_record(signed)
        therapy = words.therapies.get(course.therapy)
        name = therapy.description.label.in_language(language) if therapy else course.therapy
        reporter = Reporter(signed, words, feeling.known_when_signed(signed))
        chapters = reporter.chapters(with_points=True)
        document = printing.SessionDocument(
            clinic_of(course.site),
            patient_of(course.patient),
            practitioner_of(signed.signed_by),
            _("Record of a session: %(therapy)s") % {"therapy": name},
            _("Session %(number)s, %(complaint)s")
            % {
                "number": found.number,
                "complaint": words.complaint(given_for.condition, given_for.zone, given_for.side),
            },
            printing.as_chapters([(one.heading, one.lines) for one in chapters]),
            signed.reason,
            to_local(signed.signed_at),
            signed.seal,
            map_of(signed),
            frozenset(label for one in chapters for label in one.amiss),
        )
        return printing.session_record(document, language)
