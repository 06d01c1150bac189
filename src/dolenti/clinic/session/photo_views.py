"""The photos of a session: seen, added with the patient's agreement, taken away before the
signature."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dolenti.access.at_rest import UnsealedError
from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit, at_its_field
from dolenti.clinic.common.forms import ReasonForm, TokenForm
from dolenti.clinic.common.request import submission, user_of
from dolenti.clinic.common.typed import TypedText
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment import photos
from dolenti.treatment.models import Session, SessionRecord
from dolenti.ui.language import current

# With ``capture`` a phone would offer its camera alone; without it, both camera and files.
TAKEN = "image/jpeg,image/png,image/webp"
ALONE = "default-src 'none'; sandbox"


class PhotoForm(TokenForm):
    """One photo, and the patient's yes."""

    agreed = forms.BooleanField(
        label=_("The patient agrees to this photo in their record"),
        error_messages={
            "required": _("Ask the patient first: without their agreement no photo is kept.")
        },
    )
    note = TypedText(
        label=pgettext_lazy("photo", "What it shows"),
        required=False,
        longest=200,
        help_text=_("In a few words."),
    )
    file = forms.FileField(
        label=_("Photo"),
        help_text=_("From the camera or a file: JPEG, PNG or WebP, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": TAKEN}),
        error_messages={
            "required": _("Take or choose a photo."),
            "empty": _("This file is empty. Choose another one."),
        },
    )

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.too_large:
            self.errors.pop("file", None)
            self.add_error("file", _("This photo is larger than 10 MB. Take a smaller one."))
        return cleaned


@page("sessions/<slug:public_id>/photos/", "session-photos", Permission.READ_RECORDS)
def session_photos(request: HttpRequest, public_id: str) -> HttpResponse:
    """The photos of a session."""
    found = treatment_gate.session(user_of(request), public_id)
    return _page(request, found, Edit(request, PhotoForm()))


@page("sessions/<slug:public_id>/photos/new/", "session-photo-new", Permission.PREPARE, form=True)
def session_photo_new(request: HttpRequest, public_id: str) -> HttpResponse:
    """One photo more, with the patient's agreement."""
    found = treatment_gate.session(user_of(request), public_id)
    if request.method != "POST":
        return redirect("session-photos", public_id)
    files = request.FILES  # reading them is what finds out whether one is too large
    too_large = "file" in getattr(request, "files_too_large", ())
    edit = Edit(request, PhotoForm(request.POST, files, too_large=too_large))
    sent = submission(request)
    if edit.writes(
        lambda said: photos.add(
            sent, found, said["file"].read(), agreed=said["agreed"], note=said["note"]
        ),
        beside=at_its_field,
    ):
        return edit.done("session-photos", public_id, said=now("The photo is saved, encrypted."))
    return _page(request, found, edit)


def _page(request: HttpRequest, found: Session, edit: Edit[Any]) -> HttpResponse:
    user = user_of(request)
    listed = list(treatment_gate.photos_of(user, found))
    signed = SessionRecord.State.SIGNED
    last = treatment_gate.records_of(user, found).last()
    form = edit.form if isinstance(edit.form, PhotoForm) else PhotoForm()
    context = {
        "session": found,
        "patient": found.course.patient,
        "photos": [one for one in listed if not one.dropped],
        "dropped": [one for one in listed if one.dropped],
        "open": last is None or last.state != signed,
        "full": sum(not one.dropped for one in listed) >= photos.MOST,
        "most": photos.MOST,
        "upload": form,
        "wrong": edit.form if edit.form is not form else None,
        "why": ReasonForm(label=_("Why it is removed")),
    }
    return edit.page("clinic/session/photos.html", context, of=found.course.patient)


@page("photos/<slug:public_id>/", "session-photo", Permission.READ_RECORDS)
def session_photo(request: HttpRequest, public_id: str) -> HttpResponse:
    """One photo, to be looked at and kept by no browser."""
    found = treatment_gate.photo(user_of(request), public_id)
    try:
        jpeg = b"" if found.dropped else found.unsealed()
    except UnsealedError as error:
        return HttpResponse(error.in_language(current()), content_type="text/plain", status=409)
    if not jpeg:
        return HttpResponse(now("This photo was removed."), content_type="text/plain", status=410)
    answer = HttpResponse(jpeg, content_type="image/jpeg")
    answer.headers["Content-Disposition"] = f'inline; filename="photo-{found.public_id}.jpg"'
    answer.headers["Content-Security-Policy"] = ALONE
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@page("photos/<slug:public_id>/drop/", "session-photo-drop", Permission.PREPARE, form=True)
def session_photo_drop(request: HttpRequest, public_id: str) -> HttpResponse:
    """A photo taken away, with the reason, while the session is not signed."""
    user = user_of(request)
    photo = treatment_gate.photo(user, public_id)
    session = photo.record.session
    if request.method != "POST":
        return redirect("session-photos", session.public_id)
    edit = Edit(request, ReasonForm(request.POST, label=_("Why it is removed")))
    if edit.writes(lambda said: photos.drop(user, photo, said["reason"])):
        said = now("The photo is removed; nothing of it is kept.")
        return edit.done("session-photos", session.public_id, said=said)
    return _page(request, treatment_gate.session(user, session.public_id), edit)
