"""Letters: the list of a patient, one that is written and signed, one that is kept, and the replies
that are waited for."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dolenti.access.models import User
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.alerts.shown import told_lines
from dolenti.clinic.common.documents import exported
from dolenti.clinic.common.editing import Edit, patient_page
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.typed import refused, sentence
from dolenti.clinic.drafts import views as drafts
from dolenti.clinic.letters.forms import LetterForm, Lines, ReplyForm
from dolenti.clinic.letters.gathering import Gatherer
from dolenti.clinic.letters.of_complaint import NotYetError
from dolenti.clinic.letters.printing import letter_pdf
from dolenti.clinic.letters.shown import (
    awaited_lines,
    is_of_course,
    kept_blocks,
    letter_lines,
    offers,
    preview,
)
from dolenti.clinic.letters.sources import sources_of
from dolenti.guideline import diary
from dolenti.guideline.diary.shapes.papers import LetterModel
from dolenti.guideline.errors import InputError
from dolenti.letters import gate as letter_gate
from dolenti.letters import replies, writing
from dolenti.letters.models import AwaitedReply, Letter
from dolenti.letters.writing import About, LetterRefusedError, Wanted
from dolenti.records import engine, gate
from dolenti.records.gate import of_patient as patient_gate
from dolenti.stock import gate as stock_gate
from dolenti.treatment import gate as treatment_gate
from dolenti.ui.documents import clinic_of

(WRITE,) = drafts.forms("letter")
SHOWN = 100
"""So many awaited replies are listed; what is due later follows when these end."""


@page("patients/<slug:public_id>/letters/", "patient-letters", Permission.READ_RECORDS)
def patient_letters(request: HttpRequest, public_id: str) -> HttpResponse:
    """The letters about a patient, and those that can be written."""
    user = user_of(request)
    patient = gate.record(user, public_id)
    complaints = list(patient_gate.complaints(user, patient))
    courses = list(treatment_gate.courses_of(user, patient))
    found = list(letter_gate.letters_of(user, patient))
    context = {
        "patient": patient,
        "letters": letter_lines(found, today()),
        "recalls": list(stock_gate.letters_to(user, patient)),
        "offers": offers(complaints, courses, words()) if user.may(Permission.SIGN_LETTERS) else [],
        "part": "letters",
    }
    return patient_page(request, "clinic/letters/list.html", context, of=patient)


@page(
    "complaints/<slug:public_id>/letters/<covered:model>/",
    "complaint-letter",
    Permission.SIGN_LETTERS,
    form=True,
)
def complaint_letter(request: HttpRequest, public_id: str, model: str) -> HttpResponse:
    """A letter about one pain: read with its lines to fill, then signed."""
    complaint = gate.complaint(user_of(request), public_id)
    found = _model(model)
    if is_of_course(found):
        raise Http404
    return _write(request, About(complaint.patient, complaint), found)


@page(
    "courses/<slug:public_id>/letters/<covered:model>/",
    "course-letter",
    Permission.SIGN_LETTERS,
    form=True,
)
def course_letter(request: HttpRequest, public_id: str, model: str) -> HttpResponse:
    """A letter about one course: read with its lines to fill, then signed."""
    course = treatment_gate.course(user_of(request), public_id)
    return _write(request, About(course.patient, course.complaint, course), _model(model))


@page(
    "patients/<slug:public_id>/certificate/", "patient-certificate", Permission.CERTIFY, form=True
)
def patient_certificate(request: HttpRequest, public_id: str) -> HttpResponse:
    """The certificate that a patient came: it says nothing of their health, and may be signed by
    whoever received them."""
    patient = gate.identity(user_of(request), public_id)
    model = next((one for one in writing.models() if not one.of_health), None)
    if model is None:
        raise Http404
    return _write(request, About(patient), model)


@page(
    "sent-letters/<slug:public_id>/correct/", "letter-correct", Permission.SIGN_LETTERS, form=True
)
def letter_correct(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another letter that corrects a signed one, begun from what that said."""
    found = letter_gate.letter(user_of(request), public_id)
    if not found.of_health or hasattr(found, "amended_by"):
        return redirect("letter", public_id)
    about = About(found.patient, found.complaint, found.course)
    return _write(request, about, _model(found.model), found)


def _model(name: str) -> LetterModel:
    """Raises ``Http404``."""
    try:
        found = writing.model_of(name)
    except writing.NoModelError:
        raise Http404 from None
    if not found.of_health:
        raise Http404
    return found


def _write(
    request: HttpRequest, about: About, model: LetterModel, amends: Letter | None = None
) -> HttpResponse:
    user, patient = user_of(request), about.patient
    gatherer = Gatherer(user, about)
    context: dict[str, Any] = {
        "patient": patient,
        "about": about,
        "model": model,
        "of_course": is_of_course(model),
        "amends": amends,
        "opened": model.of_health or patient_gate.is_open(user, patient),
    }
    if model.of_health:
        told = told_lines(gatherer.alerts)
        context["open_alerts"] = [one for one in told if one.is_open]
    try:
        known, proposed = gatherer.known(model), gatherer.proposed(model)
    except NotYetError as error:
        context |= {"not_yet": sentence(error), "first": error.where}
        return _page(request, context, about, 200 if request.method != "POST" else 422)
    if amends is not None:
        typed = {k: v["value"] for k, v in amends.said.items() if v["by"] == "author"}
        proposed = {**proposed, **{k: str(v) for k, v in typed.items()}}
    lines = Lines.of(model, known, diary.content(engine.edition_in_force()).letter_fields, proposed)
    basis = writing.basis_of(model, engine.edition_in_force(), known)
    about_draft = f"{(about.course or about.complaint or patient).public_id}-{model.id}"[:40]
    draft = drafts.of(request, WRITE, about_draft)
    form = LetterForm(
        request.POST if request.method == "POST" else draft.sent,
        initial=_to(user, about, model, amends),
        lines=lines,
        amends=amends is not None,
        to_nobody=writing.TO not in model.body,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and request.POST.get("press") == "sign":
            try:
                made = _sign(request, form, gatherer, about, model, amends)
            except InputError as error:
                if isinstance(error, LetterRefusedError):
                    form.say_missing(error.missing)
                    status = 409 if error.where == writing.CHANGED else 422
                form.add_error(None, refused(error))
            else:
                drafts.done(request, WRITE, about_draft)
                edit = Edit(request, form)
                return edit.done("letter", made.public_id, said=_("The letter is signed and kept."))
        elif form.is_valid():
            status = 200
    bound = form.is_bound and hasattr(form, "cleaned_data")
    typed_now = form.typed if bound else dict(lines.initial)
    name = (form.cleaned_data.get("to_name") if bound else form.initial.get("to_name")) or ""
    address = form.cleaned_data.get("to_address") if bound else form.initial.get("to_address")
    made_now = writing.draft(model, known, {**typed_now, writing.TO: name}, today())
    context |= {
        "form": form,
        "basis": basis,
        "draft": draft,
        "read": writing.read_of(made_now, address or ""),
        "preview": preview(made_now, lines.fields, address or ""),
        "usual": any(model.defaults.get(k) == v for k, v in made_now.values.items()),
        "unsaid": len(made_now.unsaid),
        "missing": [lines.fields[one].label for one in made_now.missing],
        "sources": sources_of(about, made_now, known, lines.fields),
        "outrun": writing_on_old(gatherer, known),
    }
    return _page(request, context, about, status)


def _sign(
    request: HttpRequest,
    form: LetterForm,
    gatherer: Gatherer,
    about: About,
    model: LetterModel,
    amends: Letter | None,
) -> Letter:
    said = form.cleaned_data
    wanted = Wanted(
        model.id,
        said.get("to_name") or pgettext("recipient", "the patient"),
        said.get("to_address", ""),
        form.typed,
        said["basis"],
        said["read"],
        amends,
        said.get("reason", ""),
    )
    pdf = partial(
        letter_pdf,
        to_address=wanted.to_address,
        amends=amends,
        logo=clinic_of(about.patient.site).logo,
    )
    fresh = Gatherer(gatherer.user, about)
    return writing.sign(submission(request), about, wanted, fresh.known, pdf)


def writing_on_old(gatherer: Gatherer, known: writing.Known) -> bool:
    """Whether something was said since the assessment that the letter tells of."""
    return "verdicts" in known and gatherer.complaint.is_outrun


def _to(user: User, about: About, model: LetterModel, amends: Letter | None) -> dict[str, str]:
    """To whom: whom the corrected letter went to; the referring doctor of the record; else whoever
    such a letter about this pain went to last, else as the model has it."""
    if amends is not None:
        return {"to_name": amends.to_name, "to_address": amends.to_address}
    if model.id.startswith("referring-doctor") and about.patient.doctor:
        return {"to_name": about.patient.doctor, "to_address": about.patient.doctor_contact}
    if model.of_health:
        found = letter_gate.letters_of(user, about.patient).filter(model=model.id)
        last = found.filter(complaint=about.complaint).first()
        if last is not None:
            return {"to_name": last.to_name, "to_address": last.to_address}
    return {"to_name": model.defaults.get(writing.TO, "")}


def _page(request: HttpRequest, context: dict[str, Any], about: About, status: int) -> HttpResponse:
    return patient_page(
        request,
        "clinic/letters/write.html",
        context,
        of=about.patient,
        opened=context["opened"],
        status=status,
    )


@page("sent-letters/<slug:public_id>/", "letter", Permission.CERTIFY, form=True)
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """A signed letter, as it was sent; and its reply, until somebody says how it ended."""
    user = user_of(request)
    found = letter_gate.letter(user, public_id)
    reply: AwaitedReply | None = getattr(found, "reply", None)
    ends = reply is not None and reply.state == AwaitedReply.State.WAITING
    ends = ends and user.may(Permission.WRITE_RECORDS)
    form = ReplyForm(
        request.POST if request.method == "POST" and reply is not None else None,
        initial={"based_on": reply.version if reply else 1},
    )
    edit = Edit(request, form)

    def end(said: dict[str, Any]) -> Any:
        assert reply is not None
        reply.letter = found
        steps = {
            AwaitedReply.State.RECEIVED: replies.receive,
            AwaitedReply.State.NOT_AWAITED: replies.stop_waiting,
            AwaitedReply.State.DECLINED: replies.decline,
        }
        return steps[said["outcome"]](user, reply, said["based_on"], said["note"])

    if reply is not None and edit.writes(
        end, beside=lambda error: "note" if error.where == "note" else None
    ):
        return edit.done("letter", public_id, said=_("The outcome of the letter is recorded."))
    model = next((one for one in writing.models() if one.id == found.model), None)
    context = {
        "letter": found,
        "title": model.title if model else None,
        "blocks": kept_blocks(found),
        "sealed": writing.is_sealed(found),
        "reply": reply,
        "ends": ends,
    }
    opened = user.may(Permission.READ_RECORDS)
    return edit.page("clinic/letters/page.html", context, of=found.patient, opened=opened)


@page("sent-letters/<slug:public_id>/document/", "letter-document", Permission.CERTIFY)
def letter_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """The very document that was signed."""
    user = user_of(request)
    found = letter_gate.letter(user, public_id)
    return exported(user, "letter", found, bytes(found.pdf), pgettext("file", "letter"))


@page("sent-letters/", "letters", Permission.READ_RECORDS)
def awaited(request: HttpRequest) -> HttpResponse:
    """The replies that are waited for, the first due first."""
    user = user_of(request)
    found = list(letter_gate.awaited(user)[:SHOWN])
    gate.seen_all(user, "letter", ((one.letter.public_id, one.letter.patient) for one in found))
    context = {"replies": awaited_lines(found, today()), "more": len(found) == SHOWN}
    return render(request, "clinic/letters/awaited.html", context)
