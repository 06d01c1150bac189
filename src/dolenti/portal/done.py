"""The page that answers a form which was sent: what to do now, or that there is nothing; and, once
somebody looked at it, who did and when."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from dolenti.calendar.moments import clock as hour_in_words
from dolenti.calendar.moments import day_in_words, to_local
from dolenti.diary import (
    alerts,
    answers,
    following,
    questionnaires,
    reaching,
    reading,
    said_back,
)
from dolenti.diary.models import Alert, Answer
from dolenti.diary.reading import SCORED
from dolenti.portal import moment, shown, then
from dolenti.portal.door import OF_A_COURSE, Visit, home, inside, page, show
from dolenti.portal.places import Desk
from dolenti.portal.views import received
from dolenti.ui.language import current


@page()
@inside(*OF_A_COURSE, ends=True)
def phone_done(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What to do now: an alarm, what is expected, or nothing. It stays until the link expires."""
    link = visit.link
    sent = Answer.objects.filter(link=link).exclude(window=answers.more_of(link))
    sent = sent.exclude(window__startswith=SCORED)
    answer = sent.select_related("course__complaint").last()
    if answer is None:
        return home(visit)
    content, site = following.content(), link.patient.site
    desk = Desk(site)
    outcome = answers.outcome_of(answer)
    at = hour_in_words(to_local(answer.received_at).time(), current())
    standing = alerts.standing(link)
    to_do = shown.of_alert(standing, content, desk)
    if to_do is None and not outcome.urgency:  # what was told elsewhere still counts
        standing = alerts.open_of(link.patient)
        to_do = shown.of_alert(standing, content, desk)
    context: dict[str, Any] = {"at": at, "to_do": to_do, "received": received(link)}
    if to_do is not None and standing is not None:
        called = alerts.said_called(standing)
        context |= {"earlier": not outcome.urgency, "called": called, "may_say": not called}
    elif (over := said_back.ended_of(answer)) is not None:
        # Somebody looked meanwhile: said with when, and what to do if it is still so.
        context |= {"looked": _looked(over), "still": True}
        if outcome.urgency in shown.URGENT:
            alarms = [one.id for one in outcome.alarms]
            context["still"] = shown.to_do(content, outcome.urgency, alarms, desk)
    elif outcome.urgency:  # by the rules of today, which raised nothing then
        alarms = [one.id for one in outcome.alarms]
        context["to_do"] = shown.to_do(content, outcome.urgency, alarms, desk)
    elif outcome.noted:  # a sign was ticked: nobody is told beside it that there is nothing
        usual = [one.tell.in_language(current()) for one in outcome.expected]
        context["says"] = " ".join([shown.screen(content, "thanks-noted", site), *usual])
    elif outcome.expected:
        told = " ".join(one.tell.in_language(current()) for one in outcome.expected)
        context["says"] = shown.screen(content, "thanks-expected", site, expected=told)
    else:
        none = "thanks-none" if _asks_signs(answer) else "thanks-not-asked"
        context["says"] = shown.screen(content, none, site)
    if "says" in context:
        now, happened = timezone.now(), following.between(link.of_course)
        windows = following.due_of(link.of_course, now, happened)
        next_day = following.next_asked(link.of_course, now, happened, windows)
        context["next_day"] = day_in_words(next_day, current()) if next_day else ""
        context["is_sent"] = reaching.why_not(link.patient) is None
    counted = [answer] if outcome.urgency else said_back.answers_of(standing)
    context["ticked"] = shown.ticked(content, [one.answers for one in counted])
    what: Any = context["to_do"] or context.get("still")
    if getattr(what, "urgency", "") not in shown.URGENT:
        alerted = what is not None
        context["then"] = then.of(visit, timezone.now(), alerted=alerted)
        context["later"] = "later" in request.GET
    return show(request, "done", context, visit)


def _looked(alert: Alert) -> str:
    """Who looked at what an answer told, and when; or that they could not reach the patient."""
    assert alert.ended_at is not None, "it ended"
    when = {"when": moment.in_words(alert.ended_at)}
    if alert.outcome == said_back.NOT_REACHED:
        return gettext("We tried to call you, and could not reach you (%(when)s).") % when
    return gettext("Your care team looked at your answer %(when)s.") % when


def _asks_signs(answer: Answer) -> bool:
    """Whether an answer said of a list of signs which there are: else nobody asked."""
    known = reading.by_name(questionnaires.content())
    return any(known[name].type == "signs" for name in answer.answers if name in known)
