"""A consent read at home: the link to it, what its patient said of it, what was answered."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.handing import address_of, handing_page, on_its_way
from dolenti.clinic.common.listing import called
from dolenti.clinic.common.request import submission, today, user_of, words
from dolenti.clinic.common.typed import sentence
from dolenti.clinic.consents.forms import SettledForm
from dolenti.clinic.courses.shown import therapy_name
from dolenti.diary import consenting, link_life, links, reaching, telling
from dolenti.diary import gate as diary_gate
from dolenti.diary.models import ConsentReply, Link
from dolenti.guideline.errors import InputError
from dolenti.records.judging import choosing
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.life import OPEN
from dolenti.treatment.models import Course


@page(
    "courses/<slug:public_id>/consent-at-home/",
    "course-consent-home",
    Permission.CONSENT,
    form=True,
)
def course_consent_home(request: HttpRequest, public_id: str) -> HttpResponse:
    """A link by which the patient reads the text at home, asks about it and signs it.

    A link's address is shown once, to be handed over: it is kept nowhere.
    """
    user = user_of(request)
    course = treatment_gate.course(user, public_id)
    if request.method != "POST":
        return _page(request, course)
    if taken := request.POST.get("take-back"):
        link = diary_gate.consent_link(user, course, taken)
        if link is not None:
            links.revoke(user, link)
            messages.success(request, _("The link no longer opens."))
        return redirect("course-consent-home", public_id)
    token = submission(request).token
    try:
        if "send" in request.POST:
            gone = telling.send_consent(user, course, token)
            messages.success(request, on_its_way(gone))
            return redirect("course-consent-home", public_id)
        made = links.make_for_consent(user, course, token)
    except InputError as error:
        return _page(request, course, refusal=sentence(error))
    return _page(request, course, address_of(made))


@page(
    "consent-replies/<slug:public_id>/settle/",
    "consent-reply-settle",
    Permission.CONSENT,
    form=True,
)
def consent_reply_settle(request: HttpRequest, public_id: str) -> HttpResponse:
    """A question was answered, or a refusal spoken about, at the visit or by telephone."""
    user = user_of(request)
    reply = diary_gate.reply(user, public_id)
    course_id = reply.course.public_id
    if request.method != "POST":
        return redirect("course-consent-home", course_id)
    form = SettledForm(request.POST)
    if not form.is_valid():
        course = treatment_gate.course(user, course_id)
        return _page(request, course, settling=(reply, form))
    consenting.settle(user, reply, form.cleaned_data["how"], form.cleaned_data["note"])
    messages.success(request, _("It is noted as answered."))
    if form.cleaned_data["how"] == ConsentReply.How.HERE:
        try:
            telling.send_answer(user, reply)
        except InputError as error:
            messages.warning(
                request,
                _("No message tells the patient that you answered. %(why)s Tell them.")
                % {"why": sentence(error)},
            )
    return redirect("course-consent-home", course_id)


@page("consent-replies/", "consent-replies", Permission.CONSENT)
def consent_replies(request: HttpRequest) -> HttpResponse:
    """What patients said from home of a consent and nobody answered yet, the first first."""
    lookup = words()
    lines = [
        (one, called(one.patient), therapy_name(one.course.therapy, lookup))
        for one in diary_gate.open_replies(user_of(request))
    ]
    return render(request, "clinic/consents/replies.html", {"lines": lines})


def _page(
    request: HttpRequest,
    course: Course,
    address: str = "",
    refusal: str = "",
    settling: tuple[ConsentReply, SettledForm] | None = None,
) -> HttpResponse:
    user, lookup = user_of(request), words()
    made = diary_gate.consent_links(user, course)
    replies = [
        (one, None if one.settled_at else _form_of(one, settling))
        for one in diary_gate.replies_to(user, course)
    ]
    context = {
        "course": course,
        "therapy": therapy_name(course.therapy, lookup),
        "heading": lookup.complaint(
            course.complaint.condition, course.complaint.zone, course.complaint.side
        ),
        "open": course.state in OPEN,
        "address": address,
        "refusal": refusal,
        "token": uuid.uuid4(),
        "why_not": reaching.why_not(course.patient),
        "hold": _hold(request, course),
        "not_said": consenting.PROTECTED,
        "links": [(one, _stands(one)) for one in made],
        "replies": list(reversed(replies)),
        "wrong": settling[1] if settling else None,
        "sent": diary_gate.messages_of_consent(user, course),
    }
    wrong = bool(refusal or settling)
    return handing_page(
        request, "clinic/consents/home.html", context, of=course.patient, wrong=wrong
    )  # fmt: skip


def _form_of(reply: ConsentReply, settling: tuple[ConsentReply, SettledForm] | None) -> SettledForm:
    if settling is not None and settling[0].pk == reply.pk:
        return settling[1]
    return SettledForm(auto_id=f"id_{reply.pk}_%s")


def _hold(request: HttpRequest, course: Course) -> str:
    """Why it would not be signed at home, by the name of its label; ``verdict`` where nobody may
    sign it at all today."""
    try:
        judgement = choosing.insist_nothing_new(
            user_of(request), course.assessment, course.therapy, course.passing, today()
        )
    except InputError:
        return "verdict"
    found = consenting.holds(course, judgement)
    return str(found) if found is not None else ""


def _stands(link: Link) -> str:
    """How a link stands, by the name of its label."""
    if link.consent_id is not None:
        return "signed"
    if link.revoked_at is not None:
        return "taken-back"
    if link.tries >= link_life.TRIES:
        return "blocked"
    if link.expires_at is not None and timezone.now() >= link.expires_at:
        return "ended"
    if not link_life.is_to_be_signed(link):
        return "changed"
    return "opened" if link.opened_at is not None else "waiting"
