"""Notes of visits on a patient's record: one more, one corrected, one withdrawn."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit, at_its_field, typed
from dolenti.clinic.common.forms import VersionedReasonForm
from dolenti.clinic.common.request import submission, today, user_of
from dolenti.clinic.notes.forms import KEPT, EditNoteForm, NoteForm
from dolenti.records import gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.patients import noting


def _asked_day(request: HttpRequest) -> date:
    """The day of the visit one comes from; today where the address names none."""
    try:
        return min(date.fromisoformat(request.GET.get("day", "")), today())
    except ValueError:
        return today()


@page("patients/<slug:public_id>/notes/", "note-new", Permission.WRITE_RECORDS, form=True)
def note_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """One note more."""
    patient = gate.record(user_of(request), public_id)
    edit = Edit(request, NoteForm(request.POST or None, initial={"day": _asked_day(request)}))
    if edit.writes(
        lambda said: noting.write(
            submission(request), patient, {name: said[name] for name in KEPT}, today()
        ),
        beside=at_its_field,
    ):
        return edit.done("patient", public_id, said=_("The note is in the record."))
    return edit.page("clinic/notes/form.html", {"patient": patient}, of=patient)


@page("notes/<slug:public_id>/", "note-edit", Permission.WRITE_RECORDS, form=True)
def note_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    """A note corrected: what stood before is kept."""
    user = user_of(request)
    found = patient_gate.note(user, public_id)
    stands = {name: getattr(found, name) for name in KEPT} | {"based_on": found.version}
    edit = Edit(request, EditNoteForm(typed(request, stands), initial=stands))
    if edit.writes(
        lambda said: noting.change(
            user, found, said["based_on"], {name: said[name] for name in KEPT}, today()
        ),
        beside=at_its_field,
    ):
        return edit.done("patient", found.patient.public_id, said=_("The note is corrected."))
    context = {"note": found, "patient": found.patient}
    return edit.page("clinic/notes/form.html", context, of=found.patient)


@page("notes/<slug:public_id>/withdraw/", "note-withdraw", Permission.WRITE_RECORDS, form=True)
def note_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """A note that should not stand in this record: it stays, struck through."""
    user = user_of(request)
    found = patient_gate.note(user, public_id)
    form = VersionedReasonForm(request.POST or None, initial={"based_on": found.version})
    edit = Edit(request, form)
    stale = _("This note changed meanwhile. Read it, then decide.")
    if edit.writes(
        lambda said: noting.withdraw(user, found, said["based_on"], said["reason"]), stale=stale
    ):
        return edit.done("patient", found.patient.public_id, said=_("The note is withdrawn."))
    context = {"note": found, "patient": found.patient}
    return edit.page("clinic/notes/withdraw.html", context, of=found.patient)
