"""The pages of a history: how long it takes, one question after the other, what to do at a red
flag, everything looked over, sent.

The answers travel in the form itself; the site keeps them once they are sent, or at the moment when
one of them raises a red flag.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from dolenti.access import audit
from dolenti.agenda import calendar_file as calendars
from dolenti.calendar.moments import Span
from dolenti.diary import alerts, history, link_life, links, visiting
from dolenti.diary.answers import ClosedError
from dolenti.diary.models import History
from dolenti.diary.reading import AnswerRefusedError
from dolenti.guideline import diary as guided
from dolenti.guideline.diary.shapes.history import HomeQuestion
from dolenti.portal import drafts
from dolenti.portal.door import Purpose, Visit, inside, page, show
from dolenti.portal.history import shown, typed
from dolenti.portal.history.typed import NoAnswerError
from dolenti.portal.places import Desk
from dolenti.ui.language import current
from dolenti.ui.slips import Slip, slip


@dataclass(frozen=True)
class _Step:
    """Where somebody is in a form: what they said so far, and what was received of it."""

    visit: Visit
    key: uuid.UUID
    form: history.Form
    said: dict[str, Any]
    rows: list[History]

    @property
    def raised(self) -> set[str]:
        """The red flags that were told of already."""
        return {flag for row in self.rows for flag in row.flags}

    def question(self, fact: str) -> HomeQuestion | None:
        """A question by the fact that it asks."""
        every = self.form.home.content.home_questions
        return next((one for one in every if one.id == fact), None)

    def without(self, fact: str) -> _Step:
        """The same before a question was answered."""
        said = {name: one for name, one in self.said.items() if name != fact}
        return _Step(self.visit, self.key, self.form, said, self.rows)


def _step(request: HttpRequest, visit: Visit) -> _Step:
    link = visit.link
    key = link.form_key
    with suppress(ValueError):
        key = uuid.UUID(request.POST.get("key", ""))
    assert key is not None  # a link is opened with the key of its form
    form = history.form_of(link, key)
    rows = history.rows_of(link) if key == link.form_key else []
    said = typed.said_so_far(request.POST.getlist("said"))
    if not said and rows and not rows[-1].is_whole:
        said = dict(rows[-1].answers)
    for _ in range(len(said)):
        try:
            said = history.read(said, form.dictionary, form.today)
            break
        except AnswerRefusedError as error:
            said.pop(error.where, None)  # asked again
    return _Step(visit, key, form, said, rows)


@page(form=True)
@inside(Purpose.HISTORY, typed=True)
def phone_history(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The questions before a visit."""
    try:
        history.insist_open(visit.link, timezone.now())
        step = _step(request, visit)
        if request.method != "POST":
            return _begin(request, step)
        return _next(request, step)
    except ClosedError as error:
        return show(request, "closed", {"why": error.sentence(current())}, visit, status=409)


def _begin(request: HttpRequest, step: _Step) -> HttpResponse:
    last = step.rows[-1] if step.rows else None
    if last is not None and last.is_whole:
        return redirect("phone-history-sent", step.visit.token)
    if last is not None:
        flags = history.stopping(step.form.flags(step.said))
        if flags:
            return _flagged(request, step, stops=True)
    left = step.form.left(step.said)
    context = {
        "when": shown.appointment_in_words(step.visit.link),
        "count": len(left),
        "minutes": guided.minutes(len(left)),
        "key": step.key,
        "own": bool(step.visit.own),
        "draft": drafts.about(step.visit, "history"),
        "to_do": shown.of_standing(step.visit.link),
    }
    return show(request, "history/intro", context, step.visit)


def _next(request: HttpRequest, step: _Step) -> HttpResponse:
    """What follows on what was pressed."""
    do, fact = request.POST.get("do", ""), request.POST.get("fact", "")
    if changed := request.POST.get("change", ""):
        do, fact = "change", changed
    question = step.question(fact)
    if do == "send":
        return _send(request, step)
    if do == "back":
        before = next(reversed(step.said), "")
        found = step.question(before)
        return _ask(request, step, found) if found else _begin(request, step)
    if do in ("change", "mend") and question is not None and fact in step.said:
        return _ask(request, step, question)
    if do in ("begin", "go-on", "change", "mend") or question is None:
        return _ask_next(request, step)
    if question.by_name and (do == "add" or request.POST.get("remove")):
        return _ask(request, step, question, sent=request)
    return _answer(request, step, question)


def _answer(request: HttpRequest, step: _Step, question: HomeQuestion) -> HttpResponse:
    definition = step.form.dictionary.definition(question.id)
    try:
        answer = typed.answered(question, definition, request.POST)
        kept = history.read({question.id: answer}, step.form.dictionary, step.form.today)
    except NoAnswerError as error:
        return _ask(request, step, question, request, {error.where: str(error)})
    except AnswerRefusedError as error:
        return _ask(request, step, question, request, {"answer": error.sentence(current())})
    if again := _slip(request, step, question.id, kept):
        return _ask(request, step, question, request, {"answer": again.why}, again)
    before = step.rows[-1].answers.get(question.id) if step.rows else None
    said = {**step.without(question.id).said, **kept}
    after = _Step(step.visit, step.key, step.form, said, step.rows)
    flags = after.form.flags(said)
    is_new = any(one.id not in step.raised for one in flags)
    is_mended = before is not None and before != kept[question.id]
    if is_new or is_mended:  # told to the clinic now, not at the end
        after = _keep(after, is_whole=False)
    if is_new or history.stopping(flags):
        return _flagged(request, after, stops=bool(history.stopping(flags)))
    return _ask_next(request, after)


def _slip(request: HttpRequest, step: _Step, fact: str, kept: dict[str, Any]) -> Slip | None:
    """What to ask again of a number that is far from the last one known."""
    known = history.values_of(kept, step.form.dictionary, step.form.today).get(fact)
    if known is None or not isinstance(known.value, float):
        return None
    definition, before = step.form.dictionary.definition(fact), step.form.measured.get(fact)
    return slip(definition, known.value, before, request.POST.get("sure", ""))


def _keep(step: _Step, *, is_whole: bool) -> _Step:
    link = step.visit.link
    sent = history.Sent(step.key, step.said, is_whole, step.visit.by)
    row = history.receive(links.patient_by(link), link, sent)
    return _Step(step.visit, step.key, step.form, step.said, [*step.rows, row])


def _send(request: HttpRequest, step: _Step) -> HttpResponse:
    if step.form.left(step.said):
        return _ask_next(request, step)
    _keep(step, is_whole=True)
    return redirect("phone-history-sent", step.visit.token)


def _flagged(request: HttpRequest, step: _Step, *, stops: bool) -> HttpResponse:
    """What to do now. A form that a red flag stops goes on only where the answer was a mistake."""
    link = step.visit.link
    flags = step.form.flags(step.said)
    at = next((fact for fact in reversed(step.said) if _raises(step, fact)), "")
    context = {
        "to_do": shown.to_do(flags, Desk(link.patient.site)),
        "stops": stops,
        "fact": at,
        "key": step.key,
        "own": bool(step.visit.own),
        "draft": drafts.about(step.visit, "history"),
        "carried": typed.carried(step.said),
        "called": _said_called(step),
    }
    return show(request, "history/flagged", context, step.visit)


def _said_called(step: _Step) -> bool:
    standing = alerts.standing(step.visit.link)
    return standing is not None and alerts.said_called(standing)


def _raises(step: _Step, fact: str) -> bool:
    """Whether a red flag rests on an answer: without it there are fewer."""
    fewer = step.form.flags(step.without(fact).said)
    return len(fewer) < len(step.form.flags(step.said))


def _ask_next(request: HttpRequest, step: _Step) -> HttpResponse:
    left = step.form.left(step.said)
    if left:
        return _ask(request, step, left[0])
    context = {
        "answers": shown.reviewed(step.said, step.form),
        "key": step.key,
        "own": bool(step.visit.own),
        "draft": drafts.about(step.visit, "history"),
        "carried": typed.carried(step.said),
    }
    return show(request, "history/review", context, step.visit)


def _ask(
    request: HttpRequest,
    step: _Step,
    question: HomeQuestion,
    sent: HttpRequest | None = None,
    errors: dict[str, str] | None = None,
    again: Slip | None = None,
) -> HttpResponse:
    """One question, with what was answered before or typed just now, and what is wrong with it."""
    before = step.said.get(question.id, {})
    carried, language = step.without(question.id), current()
    definition = step.form.dictionary.definition(question.id)
    fields = typed.as_typed(before, sent.POST if sent is not None else None)
    names = typed.names_in(sent.POST) if sent is not None else before.get("names", [])
    asked = shown.HomeAsked(
        fact=question.id,
        type="names" if question.by_name else definition.type,
        ask=shown.tied(question.ask.in_language(language)),
        help=question.help.in_language(language) if question.help else "",
        choices=shown.choices(question, definition, fields.get(typed.VALUE, "")),
        typed=fields,
        units=shown.units(definition),
        unit=shown.unit_of(definition),
        names=names,
        none=question.none.in_language(language) if question.none else "",
        proposed=shown.proposed(question.id, fields.get("new", "")) if question.by_name else (),
        number=len(carried.said) + 1,
        count=len(carried.said) + max(1, len(carried.form.left(carried.said))),
    )
    site = step.visit.link.patient.site
    context = {
        "one": asked,
        "errors": errors,
        "slip": again,
        "key": step.key,
        "own": bool(step.visit.own),
        "draft": drafts.about(step.visit, "history"),
        "carried": typed.carried(carried.said),
        "first": not carried.said,
        "data": shown.on_the_phone(step.form, carried.said, asked, site),
    }
    return show(request, "history/question", context, step.visit, status=422 if errors else 200)


@page()
@inside(Purpose.HISTORY, ends=True)
def phone_history_sent(request: HttpRequest, visit: Visit) -> HttpResponse:
    """It is sent. What a red flag asked stands above."""
    rows = history.rows_of(visit.link)
    if not rows or not rows[-1].is_whole:
        return redirect("phone-history", visit.token)
    context = {
        "when": shown.appointment_in_words(visit.link),
        "to_do": shown.of_standing(visit.link),
        "key": visit.link.form_key,
        "draft": drafts.about(visit, "history"),
        "leaflet": link_life.course_of(visit.link) is not None,
    }
    return show(request, "history/sent", context, visit)


@page()
@inside(Purpose.HISTORY, Purpose.APPOINTMENT)
def phone_calendar(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The appointments for the patient's own calendar, that of the link and the others to come
    there: when and where, and no word of health."""
    found = visit.link.appointment
    assert found is not None
    site = found.site
    entries = [
        calendars.Appointment(
            one.public_id,
            Span(one.start, one.end),
            one.version - 1,
            one.created_at,
            cancelled=one.state == one.State.CANCELLED,
        )
        for one in (found, *visiting.others(found))
    ]
    place = calendars.Place(site.name, site.address, site.phone)
    file = calendars.calendar_file(entries, place, "en" if current() == "en" else "fr")
    audit.record(
        "export",
        actor=links.patient_by(visit.link),
        kind="calendar",
        object_id=found.public_id,
        patient_id=visit.link.patient.public_id,
    )
    answer = HttpResponse(file, content_type=calendars.CONTENT_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="rendez-vous.ics"'
    return answer
