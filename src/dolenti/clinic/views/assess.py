"""The Assess page: a case judged as it stands, its open questions answered in place.

What only takes a form answers a plain visit (a changed language, a reload) with the page itself.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dolenti.access.guard import needs
from dolenti.access.roles import Permission
from dolenti.clinic.forms.answers import AnswerError, Field, answered, blank, filled
from dolenti.clinic.present.assessment import show
from dolenti.clinic.present.shapes import Shown
from dolenti.clinic.present.strip import flags_of, of_case, strip
from dolenti.clinic.views.common import submission, today, user_of, words
from dolenti.guideline.errors import InputError
from dolenti.guideline.report import as_json
from dolenti.records import gate
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint
from dolenti.ui.language import current

NAME = "value"  # of the one input of a question


@require_safe
@needs(Permission.READ_RECORDS)
def complaint(request: HttpRequest, public_id: str) -> HttpResponse:
    """The four verdicts on a case, today."""
    return _page(request, gate.complaint(user_of(request), public_id))


@needs(Permission.WRITE_RECORDS)
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
    try:
        raw = None
        if "forget" not in request.POST:
            raw = answered(definition, NAME, request.POST, today())
            if raw is None:
                raise AnswerError(_("Give an answer, or leave the question open."))
        assessing.answer(submission(request), complaint, {fact: raw}, today())
    except AnswerError as error:
        field = filled(definition, NAME, current(), request.POST, str(error))
        return _page(request, complaint, wrong=field, status=422)
    return _after(request, complaint, _("Saved: %s.") % lookup.fact(fact))


@needs(Permission.ASSESS)
def nothing_else(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every remaining question takes its reassuring answer, and is listed as assumed."""
    complaint = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("complaint", public_id)
    assessing.nothing_else(submission(request), complaint, today())
    return _after(request, complaint, _("Nothing else to report: the assumed answers are listed."))


@needs(Permission.ASSESS)
def store(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep the assessment as it was seen."""
    complaint = gate.complaint(user_of(request), public_id)
    if request.method != "POST":
        return redirect("complaint", public_id)
    seen = request.POST.get("seen", "")
    try:
        stored = assessing.store_assessment(submission(request), complaint, today(), seen)
    except assessing.ChangedMeanwhileError:
        return _page(request, complaint, changed=True, status=409)
    return redirect("assessment", stored.public_id)


def _after(request: HttpRequest, complaint: Complaint, said: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return _page(request, complaint, said=said)
    messages.success(request, said)
    return redirect(reverse("complaint", args=[complaint.public_id]) + "#questions")


def _page(
    request: HttpRequest,
    complaint: Complaint,
    *,
    wrong: Field | None = None,
    changed: bool = False,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    try:
        seen = assessing.look(user_of(request), complaint, today())
    except InputError as error:
        context = {"complaint": complaint, "failure": error.in_language(current())}
        return render(request, "clinic/assess/unreadable.html", context, status=422)
    lookup = words(seen.judgement.edition)
    shown = show(as_json(seen.judgement, lookup.language), seen.inputs, seen.attestations, lookup)
    context = {
        "complaint": complaint,
        "shown": shown,
        "strip": of_case(
            complaint.patient,
            strip(seen.case, lookup, seen.stale),
            flags_of(shown),
            lookup,
            today(),
        ),
        "fields": _fields(shown, seen, wrong),
        "seen": seen.fingerprint,
        "token": uuid.uuid4(),
        "changed": changed,
        "wrong": wrong,
        "said": said,
        "living": True,
    }
    fragment = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    template = "clinic/assess/body.html" if fragment else "clinic/assess/page.html"
    return render(request, template, context, status=status)


def _fields(shown: Shown, seen: assessing.Seen, wrong: Field | None) -> dict[str, Any]:
    lookup = words(seen.judgement.edition)
    fields: dict[str, Any] = {}
    for _group, questions in shown.questions:
        for question in questions:
            fact = question.fact
            if wrong is not None and wrong.fact == fact:
                fields[fact] = wrong
                continue
            known = seen.case.facts.get(fact)
            fields[fact] = blank(
                lookup.dictionary.definition(fact),
                NAME,
                lookup.language,
                known.value if known else None,
            )
    return fields
