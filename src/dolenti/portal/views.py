"""The pages of the phone: the birth date, the device, the form, the problem, what to do now."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from dolenti.access import clock
from dolenti.calendar.moments import clock as hour_in_words
from dolenti.calendar.moments import day_in_words, to_local
from dolenti.diary import (
    alerts,
    answers,
    beside,
    link_life,
    links,
    questionnaires,
    reaching,
    reading,
    said_back,
)
from dolenti.diary.answers import ClosedError, Sent
from dolenti.diary.links import NotOpenedError
from dolenti.diary.models import Answer, Link
from dolenti.diary.reading import NONE, PROBLEM, SCORED, AnswerRefusedError
from dolenti.guideline import diary as guided
from dolenti.guideline.diary.shapes.questions import Question
from dolenti.guideline.errors import InputError
from dolenti.identity.text import TextRules, clean_text
from dolenti.portal import birth_date, door, drafts, moment, shown, then, three_fields
from dolenti.portal.door import (
    OF_A_COURSE,
    Purpose,
    Visit,
    home,
    inside,
    page,
    remember,
    show,
    steady,
    visit_of,
)
from dolenti.portal.places import Desk
from dolenti.ui.language import CODES, current

TO_CHANGE, CONFIRMED, SHOWN, KEY = "to-change", "confirmed", "shown", "key"
"""What a form of answers says of itself, beside the questions: no question is called so."""


@page(form=True)
def phone(request: HttpRequest, token: str) -> HttpResponse:
    """The birth date. Looking at it changes nothing: whoever scans a mail for its links may."""
    typed = {name: request.POST.get(name, "").strip()[:4] for name in three_fields.FIELDS}
    by, wrong = _name(request.POST.get("by", ""))
    number = request.POST.get("number", "").strip()[:60]
    context: dict[str, Any] = {"typed": typed, "number": number, "by": by, "token": token}
    tried = door.tried(request)
    if request.method != "POST":
        if (visit := visit_of(request, token)) is not None:
            return home(visit)
        return (
            _locked(request, token) if tried >= link_life.TRIES else _birth_date(request, context)
        )
    born, errors = birth_date.read(typed)
    errors |= {"by": wrong} if wrong else {}
    if errors or born is None:
        return _birth_date(request, {**context, "errors": errors}, status=422)
    link = None
    network = get_adapter().get_client_ip(request) or ""
    with steady(links.BIRTH_DATE, network), suppress(NotOpenedError):
        link = links.open_(token, born, network, number)
    if link is None:
        if tried + 1 >= link_life.TRIES:
            return door.try_again(_locked(request, token, status=422), token, tried + 1)
        why = gettext("This link and this date open nothing together.")
        not_opened = {"errors": {"date": why}, "not_opened": True}
        refused = _birth_date(request, context | not_opened, status=422)
        return door.try_again(refused, token, tried + 1)
    own = True if door.is_own(request, link) else None
    before = visit_of(request, token)
    visit = Visit(token, link, by, own, helped=before.helped if before else "")
    onward = home(visit) if own else redirect("phone-device", token)
    answer = door.let_in(request, onward, visit)
    spoken = link.patient.language
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and spoken in CODES:
        _speak(answer, spoken)
    return answer


def _name(typed: str) -> tuple[str, str]:
    """Who answers for the patient, and what is wrong with what was typed."""
    try:
        return clean_text(typed, TextRules(longest=150)), ""
    except InputError as error:
        return typed[:150], error.sentence(current())


def _birth_date(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return show(request, "birth-date", context, None, status=status)


def _locked(request: HttpRequest, token: str, status: int = 200) -> HttpResponse:
    """What to do once five dates opened nothing, in this browser: the same of a link that nobody
    knows."""
    context = {"token": token}
    return show(request, "locked", context, None, status=status)


@page(form=True)
@inside(*Purpose)
def phone_device(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What will be asked, the first time; and whose device it is."""
    if request.method == "POST":
        own = request.POST.get("own") == "yes"
        return remember(home(visit), replace(visit, own=own, proved=""))
    asked = visit.link.purpose == Purpose.ANSWER
    first = asked and not Answer.objects.filter(patient=visit.link.patient).exists()
    return show(request, "device", {"first": first}, visit)


@page(form=True)
@inside(Purpose.ANSWER, typed=True)
def phone_form(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The questions of the link; once they are answered, when, and whether anything is to be
    changed."""
    link = visit.link
    if request.method != "POST" and "again" not in request.GET:
        given = Answer.objects.filter(link=link, window=link.window).order_by("-pk").first()
        if given is not None:
            context: dict[str, Any] = {**_answered(given.received_at)}
            context["received"] = received(link)
            if alerts.standing(link) is None:
                context["then"] = then.of(visit, timezone.now())
            return remember(show(request, "answered", context, visit), replace(visit, sent=True))
    return _form(request, visit, link.window)


def received(link: Link) -> str:
    """The keys of the forms of a link that arrived: a device that kept one of them may let it
    go."""
    keys = Answer.objects.filter(link=link).values_list("form_key", flat=True)
    return " ".join(str(one) for one in keys)


def _answered(moment: datetime) -> dict[str, str]:
    """When the questions were answered: the hour, and the day where that is not today."""
    local = to_local(moment)
    day = "" if local.date() == clock.today() else day_in_words(local.date(), current())
    return {"hour": hour_in_words(local.time(), current()), "day": day}


@page(form=True)
@inside(Purpose.ANSWER, typed=True)
def phone_more(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What is offered once the questions are answered: it may be left."""
    if request.method != "POST" and not answers.is_more_offered(visit.link):
        return redirect("phone-done", visit.token)
    return _form(request, visit, answers.more_of(visit.link))


@page(form=True)
@inside(Purpose.ANSWER, typed=True)
def phone_scored(request: HttpRequest, visit: Visit, name: str) -> HttpResponse:
    """A questionnaire of the site, offered once the questions are answered: it may be left."""
    offered = {one.id: one for one in answers.offered(visit.link, current())}
    if request.method != "POST" and name not in offered:
        return redirect("phone-done", visit.token)
    return _form(request, visit, SCORED + name)


@page(form=True)
@inside(*Purpose, typed=True)
def phone_problem(request: HttpRequest, visit: Visit) -> HttpResponse:
    """« J’ai un problème »: every sign, by the same rules, whatever is due; by a link that is of no
    treatment, whom to call."""
    if visit.link.purpose not in OF_A_COURSE:
        return show(request, "help", {}, visit)
    return _form(request, visit, PROBLEM)


@page()
def phone_help(request: HttpRequest, token: str) -> HttpResponse:
    """Whom to call, before the birth date: the same of a link that nobody knows."""
    return show(request, "help", {"token": token}, None)


@dataclass(frozen=True)
class _Form:
    """A form: what it asks first, the details that may follow, what was said so far."""

    visit: Visit
    window: str
    key: uuid.UUID
    content: guided.Content
    facts: dict[str, Any]
    first: list[Question]
    details: list[Question]
    said: dict[str, Any]
    again: bool = False
    """Whether an answer that was sent is corrected."""

    @property
    def is_problem(self) -> bool:
        """Whether it is the list of every sign."""
        return self.window == PROBLEM

    @property
    def scored(self) -> tuple[str, str] | None:
        """What a questionnaire of the site is called, and whose it is."""
        there = questionnaires.installed().there
        one = there.get(self.window.removeprefix(SCORED)) if SCORED in self.window else None
        language = current()
        if one is None or language not in one.languages:
            return None
        return one.name[language], one.licence.says[language]

    def asked(self, questions: list[Question]) -> list[shown.Asked]:
        """Questions as the phone shows them."""
        return shown.asked(self.visit.link, self.content, self.facts, questions, self.said)


def _asked_for(request: HttpRequest, visit: Visit, window: str) -> _Form:
    link = visit.link
    content, facts = questionnaires.content(), answers.known(link, window, timezone.now())
    first = reading.questions(content, window, facts)
    details = reading.details(content, window, first)
    usual = link.form_key if window == link.window else None
    if request.method != "POST" and usual and Answer.objects.filter(form_key=usual).exists():
        usual = None  # what was sent is sent: what is opened now is another form
    said = _said(request, [*first, *details])
    again = False
    if request.method != "POST" and window == link.window:
        before = answers.to_amend(link, timezone.now())
        if before is not None:  # what stands is shown to be corrected, and not asked anew
            again, said = True, reading.as_sent(before.answers, [*first, *details])
    return _Form(visit, window, _key(request, usual), content, facts, first, details, said, again)


def _form(request: HttpRequest, visit: Visit, window: str) -> HttpResponse:
    form = _asked_for(request, visit, window)
    if request.method != "POST":
        return _questions(request, form, {}, set())
    try:
        kept = reading.read(form.content, window, form.facts, form.said)
        known = reading.as_facts(form.content, window, form.facts, kept)
        # A detail that was answered stays, whatever became of what it is of: nothing is dropped.
        opened = {one.id for one in form.details if reading.is_open(one, known) or one.id in kept}
        signs = {one.id for one in form.first if one.type == "signs"}.intersection(kept)
        form = replace(form, said=form.said | {name: kept[name] or [NONE] for name in signs})
        if request.POST.get(TO_CHANGE):
            return _questions(request, form, {}, opened)
        if request.POST.get(CONFIRMED):
            sent = Sent(form.key, form.said, window, visit.by)
            answers.receive(links.patient_by(visit.link), visit.link, sent)
            return redirect("phone-done", visit.token)
    except ClosedError as error:
        return show(request, "closed", {"why": error.sentence(current())}, visit, status=409)
    except AnswerRefusedError as error:
        told = {one.id for one in form.details if form.said.get(one.id)}
        every = reading.refusals(form.content, window, form.facts, form.said) or [error]
        errors = {one.where: one.sentence(current()) for one in every}
        return _questions(request, form, errors, told)
    if opened <= set(request.POST.getlist(SHOWN)):
        return _review(request, form, opened)
    return _questions(request, form, {}, opened)


def _questions(
    request: HttpRequest, form: _Form, errors: dict[str, str], visible: set[str]
) -> HttpResponse:
    first, details = form.asked(form.first), form.asked(form.details)
    site = form.visit.link.patient.site
    data = shown.on_the_phone(form.content, form.facts, site, [*first, *details])
    data |= {"draft": drafts.about(form.visit, form.window), "again": form.again}
    context = {
        "questions": first,
        "has_figure": any(one.figures for one in (*first, *details)),
        "details": details,
        "shown": visible,
        "key": form.key,
        "own": bool(form.visit.own),
        "may_be_left": form.window.startswith(reading.MORE),
        "problem": form.is_problem,
        "scored": form.scored,
        "errors": errors,
        "to_do": _at_once(form, errors),
        "data": data,
        "told": _told(form.visit) if form.is_problem and not errors else None,
    }
    return show(request, "form", context, form.visit, status=422 if errors else 200)


def _told(visit: Visit) -> dict[str, Any] | None:
    """What was told before and nobody has ended: since when, and whether somebody has it."""
    standing = alerts.standing(visit.link)
    told = None if standing is None else said_back.told_last(standing)
    if standing is None or told is None:
        return None
    return {"when": moment.in_words(told), "taken": alerts.is_taken(standing)}


def _review(request: HttpRequest, form: _Form, opened: set[str]) -> HttpResponse:
    rows = [*form.first, *(one for one in form.details if one.id in opened)]
    context = {
        "questions": form.asked(rows),
        "key": form.key,
        "problem": form.is_problem,
        "opened": opened,
        "to_do": _at_once(form, (), whole=True),
    }
    return show(request, "review", context, form.visit)


def _at_once(form: _Form, errors: Collection[str], *, whole: bool = False) -> shown.ToDo | None:
    """The emergency that what was said so far is, before it is sent; what cannot be read of it is
    left out. A detail that is still asked alarms nobody yet. Of a ``whole`` form, which is looked
    over, what is to be done today is said as well."""
    said = {name: value for name, value in form.said.items() if name not in errors}
    try:
        kept = reading.read(form.content, form.window, form.facts, said)
    except AnswerRefusedError:
        return None
    outcome = answers.judged(form.content, form.window, form.facts, kept)
    desk = Desk(form.visit.link.patient.site)
    if whole and outcome.urgency in shown.URGENT:
        named = [one.id for one in outcome.alarms]
        return shown.to_do(form.content, outcome.urgency, named, desk)
    named = [one.id for one in outcome.at_once]
    return shown.to_do(form.content, "emergency", named, desk) if named else None


def _said(request: HttpRequest, questions: list[Any]) -> dict[str, Any]:
    """What was pressed and typed, by question."""
    found: dict[str, Any] = {}
    for one in questions:
        values = [value for value in request.POST.getlist(one.id) if value]
        if not values:
            continue
        if one.type == "place":
            found[one.id] = values
        elif one.type == "signs":
            found[one.id] = reading.without_none(values)
        else:
            found[one.id] = values[-1]
    return found


def _key(request: HttpRequest, usual: uuid.UUID | None) -> uuid.UUID:
    """The key of the form that was sent; of a form that is opened, the link's."""
    with suppress(ValueError):
        return uuid.UUID(request.POST.get(KEY, ""))
    return usual or uuid.uuid4()


@page(form=True)
@inside(Purpose.ANSWER)
def phone_next(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What else waits, opened in the same visit: the birth date was given."""
    if request.method != "POST":
        return redirect("phone-done", visit.token)
    try:
        made = beside.open_(
            links.patient_by(visit.link), visit.link, request.POST.get("of", "")[:200]
        )
    except ClosedError as error:
        return show(request, "closed", {"why": error.sentence(current())}, visit, status=409)
    came = then.onward(visit)
    onward = replace(visit, token=made.token, link=made.link, proved="", came=came)
    return remember(redirect("phone-form", made.token), onward)


@page(form=True)
def phone_stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more messages. It asks for no birth date, and says the same of a link that nobody knows;
    visits and alerts stay as they are."""
    stopped = request.method == "POST"
    if stopped:
        link = links.of_token(token)
        if link is not None:
            with clock.at_site(link.patient.site):
                reaching.decline(links.patient_by(link), link)
    return show(request, "stop", {"stopped": stopped, "token": token}, None)


@page(form=True)
def phone_language(request: HttpRequest, token: str) -> HttpResponse:
    """The page in the other language, from now on."""
    answer = redirect("phone", token)
    chosen = request.POST.get("language", "")
    if request.method == "POST" and chosen in CODES:
        _speak(answer, chosen)
    return answer


def _speak(answer: HttpResponse, language: str) -> None:
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        httponly=True,
        samesite="Lax",
        secure=not settings.LOCAL,
        max_age=settings.LANGUAGE_COOKIE_AGE,
    )
