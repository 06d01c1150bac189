"""Drafts: kept while typing, offered again, discarded. Each is its owner's alone.

A form takes part with ``data-draft`` (see ``ui/static/ui/drafts.js``) and four lines in its view:

    (CONTACT,) = drafts.forms("contact")   # when the module is loaded

    draft = drafts.of(request, CONTACT, about=patient.public_id)
    form = ContactForm(request.POST or None, initial={**initial, **draft.initial})
    ...                                    # once it is written:
    drafts.done(request, CONTACT, patient.public_id)

and, in its template, ``{% include "clinic/drafts/offer.html" %}`` above the form and the
attributes ``{% include "clinic/drafts/attributes.html" %}`` on it, with ``draft`` in the context.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from dolenti.access.guard import LOGGED_IN
from dolenti.access.pages import page
from dolenti.calendar.moments import clock, to_local
from dolenti.clinic.common.request import user_of
from dolenti.ledger import drafts
from dolenti.ledger.models import Draft
from dolenti.ui.language import current

_FORMS: dict[str, frozenset[str]] = {}
"""By its name a form of which drafts are kept, with the fields of it that never are."""
_ABOUT = re.compile(r"[A-Za-z0-9_-]{0,40}\Z")


def forms(*names: str, never: Collection[str] = ()) -> tuple[str, ...]:
    """Names of forms of which drafts are kept: for their view, when it is loaded. Under any other
    name nothing is kept, so that nobody writes among what the program keeps for itself. Fields that
    ``never`` are kept prove something of the moment in which a form is sent."""
    _FORMS.update(dict.fromkeys(names, frozenset(never)))
    return names


@dataclass(frozen=True)
class Begun:
    """Where a form stands: ``offer`` is a draft to be offered, ``sent`` one that was taken up, as
    a form sends it; ``initial`` the same for a form's initial values."""

    form: str
    about: str = ""
    offer: Draft | None = None
    sent: QueryDict | None = None
    asked: str = ""
    """What the page was asked for beside: it stands in the address of the draft too."""
    initial: dict[str, Any] = field(default_factory=dict)


def of(request: HttpRequest, form: str, about: str = "", asked: str = "") -> Begun:
    """The draft of a form that is being opened; nothing while it is being sent. ``asked`` is what
    else its address says.

    Raises ``Http404`` for a draft that is not the user's, or not of this form.
    """
    if request.method == "POST":
        return Begun(form, about, asked=asked)
    wanted = request.GET.get("draft")
    if wanted is None:
        return Begun(form, about, drafts.begun(user_of(request), form, about), asked=asked)
    draft = drafts.take_up(user_of(request), wanted, form, about)
    sent = QueryDict(mutable=True)
    for name, values in draft.content.items():
        sent.setlist(name, values)
    initial = {name: values if len(values) > 1 else values[0] for name, values in sent.lists()}
    return Begun(form, about, None, sent, asked, initial)


def done(request: HttpRequest, form: str, about: str = "") -> None:
    """The form was written: nothing is left to take up."""
    drafts.discard(user_of(request), form, about)


def refused(request: HttpRequest, form: str, about: str, sent: QueryDict) -> None:
    """The form was sent and not written: what was typed in it is kept as a draft, so that it is
    offered to whoever leaves the page that says why. Of what is too long, or was written before,
    nothing is kept."""
    if form not in _FORMS:
        return
    never = {"draft-about", "csrfmiddlewaretoken", *_FORMS[form]}
    fields = {name: said for name, said in sent.lists() if name not in never}
    with suppress(drafts.TooLongError):
        drafts.keep(user_of(request), form, about, fields, _token(sent))


def _token(sent: QueryDict) -> uuid.UUID | None:
    try:
        return uuid.UUID(sent.get("token", ""))
    except ValueError:
        return None


@page("drafts/<slug:form>/", "draft-keep", LOGGED_IN, form=True)
def keep(request: HttpRequest, form: str) -> HttpResponse:
    """Keep what stands in a form now. Answers 204 where it was sent meanwhile."""
    about = request.POST.get("draft-about", "")
    if request.method != "POST" or form not in _FORMS or not _ABOUT.match(about):
        return redirect("home")
    never = {"draft-about", "csrfmiddlewaretoken", *_FORMS[form]}
    fields = {name: said for name, said in request.POST.lists() if name not in never}
    if not any(one for name, said in fields.items() if name != "token" for one in said):
        return HttpResponse(status=204)  # nothing was typed that is kept
    try:
        kept = drafts.keep(user_of(request), form, about, fields, _token(request.POST))
    except drafts.TooLongError:
        said = _("Too long to be kept as a draft. Send the form, or shorten it.")
        return JsonResponse({"said": said}, status=413)
    if kept is None:
        return HttpResponse(status=204)
    at = clock(to_local(kept.updated_at).time(), current())
    return JsonResponse({"said": _("Draft kept at %(time)s.") % {"time": at}})


@page("drafts/<slug:form>/discard/", "draft-discard", LOGGED_IN, form=True)
def discard(request: HttpRequest, form: str) -> HttpResponse:
    """Remove a draft, and open the form anew."""
    if request.method != "POST" or form not in _FORMS:
        return redirect("home")
    drafts.discard(user_of(request), form, request.POST.get("draft-about", ""))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    return redirect(back)
