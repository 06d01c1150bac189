"""The pages of a consent: the text as the paper has it, what may be said of it, the signature.

None of them shows who the patient is or what else stands in the record; the signed document, which
names them, opens to whoever typed the code in this browser.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext

from dolenti.access import audit
from dolenti.diary import alerts, codes, consenting, following, links, telling
from dolenti.diary.answers import ClosedError
from dolenti.diary.codes import Use
from dolenti.diary.consenting import NameAskedError, NotHereError, Signing
from dolenti.diary.models import ConsentReply
from dolenti.guideline.errors import InputError
from dolenti.portal import moment, shown
from dolenti.portal.door import (
    Purpose,
    Visit,
    inside,
    is_proved,
    page,
    remember,
    show,
    steady_inside,
)
from dolenti.portal.places import Desk
from dolenti.treatment import consents
from dolenti.ui.consents import Told, told
from dolenti.ui.documents import consent_details_pdf, consent_pdf, inline
from dolenti.ui.language import current

Kind = ConsentReply.Kind


def _told(visit: Visit) -> Told:
    """The text, in the patient's language: the one that is signed. Raises ``ClosedError``."""
    said = consenting.text_of(visit.link)
    language = consents.language_of(visit.link.of_course)
    with translation.override(language):
        return told(said, language)


def _closed(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Nothing is signed by this link any more: signed, taken back, or another text by now."""
    visit.link.refresh_from_db(fields=["consent"])
    if visit.link.consent_id is not None:
        return redirect("phone-consent-done", visit.token)
    return show(request, "consent/over", {}, visit, status=409)


def _page(
    request: HttpRequest, visit: Visit, name: str, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    try:
        said = _told(visit)
    except ClosedError:
        return _closed(request, visit)
    replies = consenting.replies_of(visit.link)
    unanswered = [one for one in replies if one.kind == Kind.QUESTION and one.settled_at is None]
    context = {
        "told": said,
        "text_language": consents.language_of(visit.link.of_course),
        "seen": visit.link.text_sha256,
        "questions": [one for one in replies if one.kind == Kind.QUESTION],
        "waits": bool(unanswered),
        "waiting": [(moment.in_words(one.created_at), one.text) for one in unanswered],
        "at_visit": any(one.kind == Kind.AT_VISIT for one in replies),
        "to_do": shown.of_alert(
            alerts.standing(visit.link), following.content(), Desk(visit.link.patient.site)
        ),
        "declined": any(one.kind == Kind.DECLINED for one in replies),
        **more,
    }
    return show(request, f"consent/{name}", context, visit, status=status)


@page(form=True)
@inside(Purpose.CONSENT, typed=True)
def phone_consent(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The text, and what may be said of it; « Je signerai au rendez-vous »."""
    if request.method == "POST":
        try:
            consenting.sign_at_visit(links.patient_by(visit.link), visit.link, visit.by)
        except ClosedError:
            return _closed(request, visit)
        return redirect("phone-consent-done", visit.token)
    why = _why_not_here(visit)
    more = {"asked": request.GET.get("done") == "asked", "here": not why, "why": why}
    return _page(request, visit, "text", more)


def _why_not_here(visit: Visit) -> str:
    """Why it is not signed from here, as far as is known before; empty where it is."""
    try:
        consenting.insist_here(visit.link, visit.by)
    except NotHereError as error:
        return error.sentence(current())
    return ""


@page(form=True)
@inside(Purpose.CONSENT, typed=True)
def phone_consent_ask(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A question: answered by telephone or at the visit, and signed after that."""
    if request.method != "POST":
        return _page(request, visit, "ask", {})
    typed = request.POST.get("text", "")
    try:
        consenting.ask(links.patient_by(visit.link), visit.link, typed, visit.by)
    except ClosedError:
        return _closed(request, visit)
    except InputError as error:
        more = {"errors": {"text": error.sentence(current())}, "typed": typed[:2000]}
        return _page(request, visit, "ask", more, 422)
    answer = redirect("phone-consent", visit.token)
    answer.headers["Location"] += "?done=asked"
    return answer


@page(form=True)
@inside(Purpose.CONSENT)
def phone_consent_no(request: HttpRequest, visit: Visit) -> HttpResponse:
    """« Je ne souhaite pas »: asked once more, and no reason."""
    if request.method != "POST":
        return _page(request, visit, "no", {})
    try:
        consenting.decline(links.patient_by(visit.link), visit.link, visit.by)
    except ClosedError:
        return _closed(request, visit)
    return redirect("phone-consent-done", visit.token)


@page(form=True)
@inside(Purpose.CONSENT)
def phone_consent_code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """A code is sent, where one may go; the page says the same where none does."""
    if request.method == "POST":
        try:
            consenting.insist_here(visit.link, visit.by)
            with steady_inside(visit):
                telling.send_code(links.patient_by(visit.link), visit.link, Use.SIGN)
        except ClosedError:
            return _closed(request, visit)
        except InputError:  # the page of the signature says why
            return redirect("phone-consent-sign", visit.token)
    answer = redirect("phone-consent-sign", visit.token)
    answer.headers["Location"] += "?sent=1"
    return answer


@page(form=True)
@inside(Purpose.CONSENT, typed=True)
def phone_consent_sign(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What is signed, the code, the signature."""
    link, typed = visit.link, _typed(request)
    filled: dict[str, Any] = {**typed, **_who(visit), "sent": True}
    try:
        if request.method == "POST" and (errors := _unwritten(typed, visit)):
            return _page(request, visit, "sign", {**filled, "errors": errors}, 422)
        if request.method == "POST":
            signing = Signing(
                request.POST.get("seen", ""), typed["code"], typed["name"], visit.by,
                typed["quality"], is_sure=bool(request.POST.get("sure")),
            )  # fmt: skip
            with steady_inside(visit):
                done = consenting.sign(links.patient_by(link), link, signing, consent_pdf)
            answer = redirect("phone-consent-done", visit.token)
            return remember(answer, replace(visit, proved=done.proof or visit.proved))
        consenting.text_of(link)
        consenting.insist_here(link, visit.by)
    except ClosedError:
        return _closed(request, visit)
    except NotHereError as error:
        status = 422 if request.method == "POST" else 200
        return _page(request, visit, "not-here", {"why": error.sentence(current())}, status)
    except InputError as error:
        more: dict[str, Any] = {"errors": {error.where: error.sentence(current())}, "code": ""}
        if error.where != "code":  # what was typed stays, but a code that does not open
            more |= {"code": typed["code"], "asked": isinstance(error, NameAskedError)}
        return _page(request, visit, "sign", {**filled, **more}, 422)
    return _page(request, visit, "sign", {"sent": "sent" in request.GET, **_who(visit)})


def _typed(request: HttpRequest) -> dict[str, str]:
    """What stands in the form of the signature, as far as a field goes."""
    longest = {"code": 20, "name": 150, "quality": 100, "answered": 10}
    return {name: request.POST.get(name, "")[:most] for name, most in longest.items()}


def _unwritten(typed: dict[str, str], visit: Visit) -> dict[str, str]:
    """What is missing, of every field at once."""
    errors = {}
    if not typed["answered"]:
        errors["answered"] = gettext("Tick the box if it is so; otherwise ask your question first.")
    if not typed["name"].strip():
        errors["name"] = gettext("Type your first name and your family name.")
    if visit.by and not typed["quality"].strip():
        errors["quality"] = gettext(
            "Say what you are to the patient, for example: daughter, trusted person."
        )
    if not typed["code"].strip():
        errors["code"] = gettext("Type the code that was sent to you, or ask for another.")
    return errors


def _who(visit: Visit) -> dict[str, Any]:
    return {"by": visit.by, "way": codes.way(visit.link)}


@page()
@inside(Purpose.CONSENT, ends=True)
def phone_consent_done(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What was said last: signed, at the visit, or no."""
    link = visit.link
    replies = consenting.replies_of(link)
    if link.consent_id is None and not replies:
        return redirect("phone-consent", visit.token)
    said = "signed" if link.consent_id is not None else replies[-1].kind
    context = {"said": said, "proved": is_proved(visit, Use.SIGN)}
    return show(request, "consent/done", context, visit)


@page()
@inside(Purpose.CONSENT)
def phone_consent_details(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The sources and details of the text of this link; like the text, they name no patient."""
    try:
        said = consenting.text_of(visit.link)
    except ClosedError:
        return _closed(request, visit)
    course = visit.link.of_course
    pdf = consent_details_pdf(course.site, said, consents.language_of(course))
    return _exported(visit, "consent-details", course.public_id, pdf)


def _exported(visit: Visit, kind: str, object_id: str, pdf: bytes) -> HttpResponse:
    audit.record(
        "export",
        actor=links.patient_by(visit.link),
        kind=kind,
        object_id=object_id,
        patient_id=visit.link.patient.public_id,
    )
    return inline(pdf, f"{kind}-{object_id}.pdf")


@page()
@inside(Purpose.CONSENT)
def phone_consent_copy(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The signed document, for whoever typed its code in this browser."""
    consent = visit.link.consent
    if consent is None or not is_proved(visit, Use.SIGN):
        return redirect("phone-consent-done", visit.token)
    return _exported(visit, "consent", consent.public_id, bytes(consent.pdf))
