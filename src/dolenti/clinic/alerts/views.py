"""The alerts of patients: all, one, taken, handed over, noted, ended; and the links to a phone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.alerts import shown
from dolenti.clinic.alerts.forms import EndAlertForm, ReachForm, StopForm, colleagues
from dolenti.clinic.common.editing import Edit, patient_page, pressed
from dolenti.clinic.common.handing import address_of, handing_page
from dolenti.clinic.common.request import submission, user_of, words
from dolenti.clinic.common.typed import TypedText, sentence
from dolenti.clinic.courses.shown import therapy_name
from dolenti.diary import (
    alerts,
    following,
    gate,
    holding,
    links,
    reaching,
    stops,
    told,
    unanswered,
)
from dolenti.diary.links import LinkRefusedError
from dolenti.diary.models import Alert, AlertEvent
from dolenti.records.patients import contacting
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.life import OPEN
from dolenti.treatment.models import Course

NOTE = TypedText(longest=1000, lines=True, required=False)
MOST_ENDED = 50
MOST_ANSWERS = 20
MOST_MESSAGES = 20


@page("alerts/", "alerts", Permission.FOLLOW_UP)
def alert_list(request: HttpRequest) -> HttpResponse:
    """The alerts of patients that are open, the next to be taken first; then those that ended."""
    user, now, lookup = user_of(request), timezone.now(), words()
    ended = told.with_answers(
        gate.alerts(user).filter(state=Alert.State.ENDED).order_by("-ended_at")[:MOST_ENDED]
    )
    open_ = told.with_answers(gate.open_alerts(user))
    kinds = gate.kinds_of(user, open_)
    silent = unanswered.of(user, now)
    phones = contacting.phones(
        [*(one.patient for one in open_), *(one.course.patient for one in silent)]
    )
    context = {
        "open": [
            shown.alert_line(
                one, lookup, now, kinds.get(one.pk, ()), phones.get(one.patient_id, "")
            )
            for one in open_
        ],
        "ended": [shown.alert_line(one, lookup, now) for one in ended],
        "unanswered": [
            shown.silent_line(one, lookup, phones.get(one.course.patient_id, "")) for one in silent
        ],
    }
    return render(request, "clinic/alerts/list.html", context)


def _page(
    request: HttpRequest, found: Alert, form: EndAlertForm | None = None, *, status: int = 200
) -> HttpResponse:
    user = user_of(request)
    events, now = gate.events_of(user, found), timezone.now()
    tried = sum(
        one.kind == AlertEvent.Kind.NOT_REACHED and one.created_at >= found.since for one in events
    )
    phones = contacting.phones([found.patient])
    found.answered = [one for one in events if one.answer is not None]  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "line": shown.alert_line(
            found, words(), now, {one.kind for one in events}, phones.get(found.patient_id, "")
        ),
        "next_call": alerts.next_call(found, now),
        "alert": found,
        "not_reached": following.content().alarm_rules.not_reached,
        "events": shown.event_lines(events, found),
        "colleagues": colleagues(
            [one for one in gate.colleagues(user, found) if one.pk != user.pk], found.owner
        ),
        "onward": alerts.DEAD in found.alarms and reaching.way_of(found.patient, "mail"),
        "may_end": alerts.may_end(user, found),
        "form": form or _end_form(found, tried, initial={"based_on": found.version}),
    }
    return patient_page(
        request, "clinic/alerts/page.html", context, of=found.patient, status=status
    )


def _end_form(found: Alert, tried: int, *args: Any, **kwargs: Any) -> EndAlertForm:
    visit = holding.visit_after(found) if found.state == Alert.State.RAISED else None
    return EndAlertForm(*args, outcomes=alerts.outcomes(found, tried), visit=visit, **kwargs)


@page("alerts/<slug:public_id>/", "alert", Permission.FOLLOW_UP)
def alert(request: HttpRequest, public_id: str) -> HttpResponse:
    """One alert: what the patient said, who looks into it, by when, what was done."""
    return _page(request, gate.alert(user_of(request), public_id))


def _step(
    request: HttpRequest, public_id: str, write: Callable[[Alert, int], object], said: str
) -> HttpResponse:
    user = user_of(request)
    found = gate.alert(user, public_id)
    if request.method != "POST":
        return redirect("alert", public_id)
    refusal = pressed(
        request,
        lambda based_on: write(found, based_on),
        stale=_("%(name)s changed this alert meanwhile: look at it again."),
    )
    if refusal is not None:
        messages.error(request, refusal.why)
        return _page(request, gate.alert(user, public_id), status=refusal.status)
    messages.success(request, said)
    return redirect("alert", public_id)


@page("alerts/<slug:public_id>/take/", "alert-take", Permission.FOLLOW_UP, form=True)
def alert_take(request: HttpRequest, public_id: str) -> HttpResponse:
    """From now on it is this person who looks into it."""
    user = user_of(request)
    return _step(
        request,
        public_id,
        lambda found, based_on: alerts.take(user, found, based_on),
        _("You are now looking into this alert."),
    )


@page("alerts/<slug:public_id>/hand/", "alert-hand", Permission.FOLLOW_UP, form=True)
def alert_hand(request: HttpRequest, public_id: str) -> HttpResponse:
    """It is another one of the site who looks into it."""
    user, asked = user_of(request), request.POST.get("to", "")

    def hand(found: Alert, based_on: int) -> object:
        people = gate.colleagues(user, found)
        to = next((one for one in people if one.public_id == asked), None)
        return alerts.hand_over(user, found, based_on, to)

    return _step(request, public_id, hand, _("The alert is handed over."))


@page("alerts/<slug:public_id>/note/", "alert-note", Permission.FOLLOW_UP, form=True)
def alert_note(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was done or heard."""
    user, text = user_of(request), request.POST.get("note", "")

    def note(found: Alert, _version: int) -> object:
        return alerts.note(user, found, NOTE.read(text))

    return _step(request, public_id, note, _("Noted."))


@page("alerts/<slug:public_id>/reached/", "alert-reached", Permission.FOLLOW_UP, form=True)
def alert_reached(request: HttpRequest, public_id: str) -> HttpResponse:
    """Somebody spoke to the patient: the alert stays open, and nobody is to call again."""
    user, text = user_of(request), request.POST.get("note", "")
    return _step(
        request,
        public_id,
        lambda found, based_on: alerts.reached(user, found, based_on, NOTE.read(text)),
        _("Noted. The alert stays open until it is ended."),
    )


@page("alerts/<slug:public_id>/not-reached/", "alert-not-reached", Permission.FOLLOW_UP, form=True)
def alert_not_reached(request: HttpRequest, public_id: str) -> HttpResponse:
    """Nobody answered the telephone: the alert stays open, and the patient is called again."""
    user, text = user_of(request), request.POST.get("note", "")
    return _step(
        request,
        public_id,
        lambda found, based_on: alerts.not_reached(user, found, based_on, NOTE.read(text)),
        _("Noted. The alert stays open: the patient is called again."),
    )


@page("alerts/<slug:public_id>/checked/", "alert-checked", Permission.FOLLOW_UP, form=True)
def alert_checked(request: HttpRequest, public_id: str) -> HttpResponse:
    """Somebody looked at the address that may be another's: messages go again, the alert ends."""
    user = user_of(request)
    return _step(
        request,
        public_id,
        lambda found, based_on: alerts.end_checked(user, found, based_on),
        _("Checked. Messages go to this patient again."),
    )


@page("alerts/<slug:public_id>/end/", "alert-end", Permission.FOLLOW_UP, form=True)
def alert_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """An alert is ended, by name, with how it ended and why."""
    user = user_of(request)
    found = gate.alert(user, public_id)
    if request.method != "POST":
        return redirect("alert", public_id)
    form = _end_form(found, alerts.attempts(found), request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    said = form.cleaned_data
    refusal = pressed(
        request,
        lambda based_on: alerts.end(
            user, found, based_on, said["outcome"], said["reason"], said.get("after", "")
        ),
        stale=_("%(name)s changed this alert meanwhile: look at it again."),
    )
    if refusal is not None:
        form.add_error("reason", refusal.why)
        return _page(request, gate.alert(user, public_id), form, status=refusal.status)
    if said.get("after") in (Alert.After.TO_MOVE, Alert.After.TO_CANCEL):
        visit = gate.alert(user, public_id).after_visit
        assert visit is not None, "what becomes of it was said"
        messages.success(
            request, _("The alert is ended. The visit stands until you change it here.")
        )
        return redirect("appointment", visit.public_id)
    messages.success(request, _("The alert is ended; it stays in the list."))
    return redirect("alert", public_id)


@page("courses/<slug:public_id>/phone/", "course-phone", Permission.FOLLOW_UP, form=True)
def course_phone(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the patient answered from the phone, how they are asked, and a link to what is asked
    now.

    A link's address is shown once, to be handed over: it is kept nowhere.
    """
    user = user_of(request)
    course = treatment_gate.course(user, public_id)
    if request.method != "POST":
        return _phone(request, course)
    window, anchor = request.POST.get("window", "")[:60], request.POST.get("anchor", "")[:60]
    try:
        made = links.make(user, course, window, anchor, submission(request).token)
    except LinkRefusedError as error:
        return _phone(request, course, refusal=sentence(error))
    return _phone(request, course, address_of(made))


def _phone(
    request: HttpRequest,
    course: Course,
    address: str = "",
    refusal: str = "",
    reach_form: ReachForm | None = None,
) -> HttpResponse:
    user, now, pain = user_of(request), timezone.now(), course.complaint
    happened = gate.between(user, course)
    windows = following.due_of(course, now, happened)
    stands = gate.reach(user, course.patient)
    context = {
        "course": course,
        "therapy": therapy_name(course.therapy, words()),
        "heading": words().complaint(pain.condition, pain.zone, pain.side),
        "address": address,
        "token": uuid.uuid4(),
        "refusal": refusal,
        "waiting": shown.waiting(following.waiting(windows), happened),
        "next_day": following.next_asked(course, now, happened, windows),
        "answers": shown.answer_lines(
            happened.answers[: -MOST_ANSWERS - 1 : -1], windows, ended=course.state not in OPEN
        ),
        "reach": stands,
        "reach_form": reach_form
        or ReachForm(initial={"channel": stands.channel if stands else ""}),
        "alerts": [one.id for one in happened.alerts if one.closed is None],
        "sent": shown.message_lines(gate.messages(user, course)[:MOST_MESSAGES], windows),
        "ended": shown.ended(happened),
        "doubt": gate.doubt(user, course.patient),
    }
    return handing_page(
        request, "clinic/alerts/phone.html", context, of=course.patient,
        wrong=bool(refusal or (reach_form and reach_form.errors)),
    )  # fmt: skip


@page("courses/<slug:public_id>/phone/reach/", "course-reach", Permission.FOLLOW_UP, form=True)
def course_reach(request: HttpRequest, public_id: str) -> HttpResponse:
    """By which way the patient is asked from now on: with their agreement."""
    course = treatment_gate.course(user_of(request), public_id)
    if request.method != "POST":
        return redirect("course-phone", public_id)
    edit = Edit(request, ReachForm(request.POST))
    if edit.writes(
        lambda said: reaching.reach(submission(request), course.patient, said["channel"]),
        beside=lambda _error: "channel",
    ):
        return edit.done("course-phone", public_id, said=_("How the questions are sent is saved."))
    return _phone(request, course, reach_form=edit.form)


@page(
    "courses/<slug:public_id>/phone/stop/", "course-follow-up-stop", Permission.FOLLOW_UP, form=True
)
def course_follow_up_stop(request: HttpRequest, public_id: str) -> HttpResponse:
    """The patient wants no more follow-up, or died: nothing is asked of them from now on."""
    course = treatment_gate.course(user_of(request), public_id)
    edit = Edit(request, StopForm(request.POST if request.method == "POST" else None))
    if edit.writes(
        lambda said: stops.stop(submission(request), course.patient, said["why"], said["note"])
    ):
        told = _("The follow-up is ended. Alerts that are open stay open.")
        return edit.done("course-phone", public_id, said=told)
    return edit.page("clinic/alerts/stop.html", {"course": course}, of=course.patient)
