"""What a patient says by telephone to the questions of a window, entered beside the number."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit
from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.request import submission, user_of, words
from dolenti.clinic.common.typed import TypedText
from dolenti.clinic.courses.shown import therapy_name
from dolenti.diary import following, heard, questionnaires, reading
from dolenti.diary.reading import NONE, SCALE, TICKED
from dolenti.guideline.diary.facts import Facts
from dolenti.guideline.diary.shapes.questions import Question
from dolenti.guideline.diary.windows import Due
from dolenti.records.patients import contacting
from dolenti.treatment import gate as treatment_gate
from dolenti.treatment.models import Course
from dolenti.ui.language import current

_OF_THE_PHONE: Final = re.compile(r" \(\{zone\}\)|, (le )?\{date\}")
"""What a question of the phone says in brackets of the pain and the day: here they are known."""


class HeardForm(TokenForm):
    """The questions of a window in the words of the phone, to be read aloud; what was not asked
    stays empty. ``details`` follow a sign."""

    def __init__(self, window: str, facts: Facts, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        content = questionnaires.content()
        first = reading.questions(content, window, facts)
        self.asked = [*first, *reading.details(content, window, first)]
        self.first = {one.id for one in first}
        for one in self.asked:
            self.fields[one.id] = _field(one, reading.options(content, one, facts))
        self.fields["by"] = TypedText(
            label=_("Who answered, if not the patient"), required=False, longest=150
        )

    def main_fields(self) -> list[forms.BoundField]:
        """What is asked of everybody."""
        return [self[one.id] for one in self.asked if one.id in self.first]

    def detail_fields(self) -> list[forms.BoundField]:
        """What is asked after a sign."""
        return [self[one.id] for one in self.asked if one.id not in self.first]

    def answers(self) -> dict[str, Any]:
        """What was heard, by question."""
        return {one.id: self.cleaned_data.get(one.id) for one in self.asked}


def _field(one: Question, offered: Any) -> forms.Field:
    language = current()
    label = _OF_THE_PHONE.sub("", one.ask.in_language(language))
    wrong = {"invalid_choice": gettext_lazy("Choose from the list.")}
    choices = [(o.id, o.label.in_language(language)) for o in offered]
    if one.type in TICKED:
        if one.none is not None:
            choices.append((NONE, one.none.in_language(language)))
        return forms.MultipleChoiceField(
            label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False,
            error_messages=wrong,
        )  # fmt: skip
    if one.type == "number":
        unit = f" ({one.unit})" if one.unit else ""
        return TypedText(label=f"{label}{unit}", required=False, longest=10)
    if one.type == "text":
        return TypedText(label=label, required=False, longest=one.longest or 300, lines=True)
    if one.type == "nrs":
        choices = [(str(number), str(number)) for number in range(SCALE[1] + 1)]
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, required=False,
        error_messages=wrong,
    )  # fmt: skip


@page("courses/<slug:public_id>/heard/", "course-heard", Permission.FOLLOW_UP, form=True)
def course_heard(request: HttpRequest, public_id: str) -> HttpResponse:
    """The questions of one window, with the number to call: what was heard ends the line. Without a
    window the one that waits longest."""
    course, now = treatment_gate.course(user_of(request), public_id), timezone.now()
    said = request.POST if request.method == "POST" else request.GET
    due = _due(course, said.get("window", "")[:60], said.get("anchor", "")[:60], now)
    if due is None:
        messages.error(request, _("This question does not wait for an answer: nothing is entered."))
        return redirect("course-phone", public_id)
    window, anchor = due.window.id, due.anchor
    edit = Edit(request, HeardForm(window, following.facts_of(course, now), request.POST or None))
    names = set(edit.form.fields)

    def write(cleaned: dict[str, Any]) -> object:
        form = edit.form
        assert isinstance(form, HeardForm)
        return heard.enter(
            submission(request), course, window, anchor, form.answers(), cleaned.get("by") or ""
        )

    if edit.writes(write, beside=lambda error: error.where if error.where in names else None):
        return edit.done("course-phone", public_id, said=_("What you heard is saved."))
    pain = course.complaint
    context = {
        "course": course,
        "therapy": therapy_name(course.therapy, words()),
        "heading": words().complaint(pain.condition, pain.zone, pain.side),
        "due": due,
        "asked": due.window.label.in_language(current()),
        "phone": contacting.phones([course.patient]).get(course.patient_id, ""),
    }
    return edit.page("clinic/alerts/heard.html", context, of=course.patient)


def _due(course: Course, window: str, anchor: str, now: datetime) -> Due | None:
    if window:
        return heard.asked(course, window, anchor, now)
    waiting = following.waiting(following.due_of(course, now))
    return waiting[0] if waiting else None
