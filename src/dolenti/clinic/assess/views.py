"""The Assess page: a case judged as it stands, its questions put in rows and answered in place.

What only takes a form answers a plain visit (a changed language, a reload) with the page itself.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.assess import in_play
from dolenti.clinic.assess.answers import AnswerError, Field, answered, filled
from dolenti.clinic.assess.finding import asked_for, found_by, names_a_fact
from dolenti.clinic.assess.rows import NAME, RowShower
from dolenti.clinic.assess.shown import show, supposed_lines
from dolenti.clinic.common.against import beside_verdicts
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.strip import flags_of, of_case, strip
from dolenti.clinic.imaging.shown import lines as imaging_lines
from dolenti.diary import gate as diary_gate
from dolenti.diary import offering
from dolenti.guideline.errors import InputError
from dolenti.guideline.report import as_json
from dolenti.records import gate
from dolenti.records.facts.measured import last_measured
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.judging import asking, assessing
from dolenti.records.judging.questions import questions_of
from dolenti.records.models import Complaint
from dolenti.ui.language import current


@dataclass(frozen=True)
class Done:
    """What a press did, in words, and the case as it was seen before it wrote."""

    said: str = ""
    before: assessing.Seen | None = None


NOTHING: Final = Done()


@page("complaints/<slug:public_id>/", "complaint", Permission.READ_RECORDS)
def complaint(request: HttpRequest, public_id: str) -> HttpResponse:
    """The verdicts on a case, today, and what is to be asked."""
    return _page(request, gate.complaint(user_of(request), public_id))


@page("complaints/<slug:public_id>/find/", "complaint-find", Permission.READ_RECORDS, form=True)
def find(request: HttpRequest, public_id: str) -> HttpResponse:
    """The facts that a word means, to be answered on the page; the word stands in no address. Or
    the one question that another page leads to, by the name of its fact (``asked``)."""
    found = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("complaint", public_id)
    return _page(request, found)


@page(
    "complaints/<slug:public_id>/answer/",
    "complaint-answer",
    Permission.WRITE_RECORDS,
    form=True,
)
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """One question answered (or, with ``forget``, a given answer taken back)."""
    complaint = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("complaint", public_id)
    lookup = words()
    fact = request.POST.get("fact", "")
    definition = lookup.definition(fact)
    if definition is None:
        return _page(request, complaint, status=422)
    sent = submission(request)
    seen = request.POST.get("seen")
    try:
        raw = None
        if "forget" not in request.POST:
            given = gate.statements(sent.actor, complaint).filter(fact=fact)
            before = last_measured(given, definition, today())
            raw = answered(definition, NAME, request.POST, today(), before)
            if raw is None:
                raise AnswerError(_("Give an answer, or leave the question open."))
        asking.answer_question(sent, complaint, fact, raw, seen, today())
    except assessing.ChangedMeanwhileError:
        return _page(request, complaint, note="changed", status=409)
    except AnswerError as error:
        field = filled(definition, NAME, current(), request.POST, str(error), error.slip)
        return _page(request, complaint, wrong=field, status=422)
    return _after(request, complaint, _("Saved: %s.") % lookup.fact(fact))


@page("complaints/<slug:public_id>/item/", "complaint-item", Permission.WRITE_RECORDS, form=True)
def item(request: HttpRequest, public_id: str) -> HttpResponse:
    """What an entry of the record is, or that it is none of what is asked: kept for the site."""
    complaint = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("complaint", public_id)
    answers = request.POST.getlist("answers")
    if not answers and "none" not in request.POST:
        wrong = _("Choose what it is, or say that it is none of these.")
        return _page(request, complaint, wrong_item=wrong, status=422)
    if answers and "none" in request.POST:
        wrong = _("Choose either what it is, or none of these.")
        return _page(request, complaint, wrong_item=wrong, status=422)
    name, alone = request.POST.get("item", ""), "alone" in request.POST
    try:
        asked = assessing.answer_item(
            submission(request), complaint, name, answers, today(), alone=alone
        )
    except InputError as error:
        return _page(request, complaint, wrong_item=error.in_language(current()), status=422)
    if asked is None:
        return _after(request, complaint, _("This was answered already."))
    return _after(request, complaint, _("Saved: %s.") % asked.says)


@page("complaints/<slug:public_id>/row/", "complaint-row", Permission.WRITE_RECORDS, form=True)
def row(request: HttpRequest, public_id: str) -> HttpResponse:
    """A row answered with a no: exactly what stood there on the screen."""
    complaint = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("complaint", public_id)
    press = asking.RowPress(
        request.POST.get("row", ""),
        tuple(request.POST.getlist("ref")),
        request.POST.get("shown", ""),
        request.POST.get("button", ""),
        current(),
    )
    therapies = _in_play(request, complaint)
    try:
        seen = asking.answer_row(submission(request), complaint, press, therapies, today())
    except assessing.ChangedMeanwhileError:
        return _page(request, complaint, note="changed", status=409)
    return _after(request, complaint, _("Saved."), seen)


@page(
    "complaints/<slug:public_id>/confirm/",
    "complaint-confirm",
    Permission.WRITE_RECORDS,
    form=True,
)
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the record holds beside a row, stated anew."""
    complaint = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("complaint", public_id)
    press = asking.ConfirmPress(request.POST.get("row", ""), tuple(request.POST.getlist("holding")))
    therapies = _in_play(request, complaint)
    try:
        seen = asking.confirm(submission(request), complaint, press, therapies, today())
    except assessing.ChangedMeanwhileError:
        return _page(request, complaint, note="changed", status=409)
    return _after(request, complaint, _("Confirmed."), seen)


@page(
    "complaints/<slug:public_id>/from-home/",
    "complaint-from-home",
    Permission.WRITE_RECORDS,
    form=True,
)
def from_home(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the patient told at home, confirmed: from now on it is known."""
    complaint = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("complaint", public_id)
    holding = request.POST.getlist("holding")
    try:
        offering.confirm(
            submission(request), complaint, holding, _in_play(request, complaint), today()
        )
    except assessing.ChangedMeanwhileError:
        return _page(request, complaint, note="changed", status=409)
    return _after(request, complaint, _("Confirmed."))


@page("complaints/<slug:public_id>/undo/", "complaint-undo", Permission.WRITE_RECORDS, form=True)
def undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """What one press answered, taken back as a whole; the history keeps both."""
    complaint = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("complaint", public_id)
    try:
        pressed = uuid.UUID(request.POST.get("press", ""))
    except ValueError:
        return _page(request, complaint, status=422)
    asking.undo(submission(request), complaint, pressed, today())
    return _after(request, complaint, _("Answer undone."))


@page("complaints/<slug:public_id>/store/", "complaint-store", Permission.ASSESS, form=True)
def store(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep the assessment as it was seen."""
    complaint = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("complaint", public_id)
    seen = request.POST.get("seen", "")
    if _unasked(request, complaint):
        return _page(request, complaint, note="unasked", status=409)
    try:
        stored = assessing.store_assessment(submission(request), complaint, today(), seen)
    except assessing.ChangedMeanwhileError:
        return _page(request, complaint, note="changed", status=409)
    messages.success(request, _("The assessment is saved."))
    return redirect("assessment", stored.public_id)


def _unasked(request: HttpRequest, complaint: Complaint) -> bool:
    """Whether a therapy would be stored as possible with what is always asked unasked; also one
    that is not in play: whoever reads the assessment reads all of it."""
    therapies = _in_play(request, complaint)
    seen = assessing.look(user_of(request), complaint, today())
    going = {
        verdict.therapy.id
        for verdict in seen.judgement.verdicts
        if verdict.status in ("possible", "caution")
    }
    return bool(going) and bool(questions_of(seen, complaint, therapies, today()).always_open)


def _in_play(request: HttpRequest, complaint: Complaint) -> tuple[str, ...]:
    if chosen := in_play.chosen(request):
        return chosen
    user = user_of(request)
    return in_play.offered(user, complaint, in_play.at_site(user, complaint))


def _after(
    request: HttpRequest, complaint: Complaint, said: str, before: assessing.Seen | None = None
) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return _page(request, complaint, done=Done(said, before))
    messages.success(request, said)
    chosen = in_play.chosen(request)
    place = f"#{request.POST.get('place', 'questions')[:80]}"
    return redirect(
        in_play.address(complaint, chosen) + place if chosen else _plain(complaint, place)
    )


def _plain(complaint: Complaint, place: str) -> str:
    return in_play.address(complaint, ()).partition("?")[0] + place


def _page(
    request: HttpRequest,
    complaint: Complaint,
    *,
    wrong: Field | None = None,
    wrong_item: str = "",
    note: Literal["", "changed", "unasked"] = "",
    done: Done = NOTHING,
    status: int = 200,
) -> HttpResponse:
    user = user_of(request)
    try:
        seen = assessing.look(user, complaint, today(), after=done.before)
    except InputError as error:
        failed = {"complaint": complaint, "failure": error.in_language(current())}
        return render(request, "clinic/assess/unreadable.html", failed, status=422)
    lookup = words(seen.judgement.edition)
    site = in_play.at_site(user, complaint)
    therapies = in_play.chosen(request) or in_play.offered(user, complaint, site)
    questions = questions_of(seen, complaint, therapies, today())
    result = as_json(seen.judgement, lookup.language)
    shown = show(result, seen.inputs, seen.attestations, lookup, complaint.onset)
    shown = replace(shown, assumed=supposed_lines(seen.supposed, lookup))
    latest = {one.fact: one.pk for one in seen.statements}
    offered = offering.offered(
        diary_gate.histories(user, complaint), complaint, seen, lookup.dictionary, today(),
        lookup.language,
    )  # fmt: skip
    taken_back = any(one.before for one in offered.values())
    shower = RowShower(lookup, latest, wrong, seen.judgement.values, offered)
    typed = request.POST.get("q", "")
    asked = asked_for(request.POST.get("asked", ""), lookup)
    looked_up = found_by(typed, lookup) if typed else asked
    if wrong is not None and request.POST.get("place") == "row-found":
        looked_up = [wrong.fact]  # it stands in no row, and is mended where it was typed
    context: dict[str, Any] = {
        "complaint": complaint,
        "alert_open": taken_back and diary_gate.is_alerted(user, complaint),
        "shown": shown,
        "strip": of_case(
            complaint.patient,
            strip(seen.case, lookup, seen.stale, seen.supposed, seen.named),
            flags_of(shown),
            lookup,
            today(),
        ),
        "rows": shower.rows(questions),
        "more": shower.unplaced(questions),
        "since_wanted": "onset-before-20-or-after-55" in shown_questions(shown),
        "open_count": questions.open_count,
        "always_open": [lookup.fact(fact) for fact in questions.always_open],
        "chips": in_play.chips(complaint, therapies, lookup),
        "in_play": ",".join(therapies),
        "considered": [one for one in shown.columns if one.therapy in therapies],
        "against": beside_verdicts(complaint, seen.case, shown.columns),
        "others": [one for one in shown.columns if one.therapy not in therapies],
        "prices": in_play.prices(site, lookup.language),
        "typed": typed,
        "substance": "" if names_a_fact(typed, lookup) else typed,
        "found": [shower.exact(fact) for fact in looked_up],
        "seen": seen.fingerprint,
        "token": uuid.uuid4(),
        "note": note,
        "wrong": wrong,
        "wrong_item": wrong_item,
        "item": request.POST.get("item", ""),
        "said": done.said,
        "living": True,
        "imaging": imaging_lines(patient_gate.imaging_of(user, complaint), lookup),
    }
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    template = "clinic/assess/body.html" if fragment else "clinic/assess/page.html"
    return render(request, template, context, status=status)


def shown_questions(shown: Any) -> set[str]:
    """The facts that the verdicts still wait for."""
    return {question.fact for _, questions in shown.questions for question in questions}
