"""A questionnaire that the patient answered at the clinic, on paper or aloud, entered for them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.clinic.common.editing import Edit
from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.request import submission, user_of
from dolenti.diary import questionnaires
from dolenti.guideline.diary.questionnaires import SiteQuestionnaire
from dolenti.records.places import zone_of
from dolenti.treatment import gate as treatment_gate
from dolenti.ui.language import current

NONE = "none"


class QuestionnaireForm(TokenForm):
    """Each item with its answers, none chosen beforehand; what is left out is not answered."""

    def __init__(self, asked: SiteQuestionnaire, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = current()
        for one in asked.questions():
            choices = [(each.id, each.label.in_language(language)) for each in one.options]
            wrong = {"invalid_choice": _("Choose from the list.")}
            label = one.ask.in_language(language)
            if one.none is not None:
                choices.append((NONE, one.none.in_language(language)))
                self.fields[one.id] = forms.MultipleChoiceField(
                    label=label, choices=choices, widget=forms.CheckboxSelectMultiple,
                    error_messages={**wrong, "required": _("Tick one answer at least.")},
                )  # fmt: skip
            else:
                self.fields[one.id] = forms.ChoiceField(
                    label=label, choices=choices, widget=forms.RadioSelect, required=False,
                    error_messages=wrong,
                )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, said in cleaned.items():
            if isinstance(said, list) and NONE in said and len(said) > 1:
                self.add_error(name, _("Choose one of these, or “none of these”, not both."))
        return cleaned


@page(
    "courses/<slug:public_id>/questionnaires/<covered:questionnaire>/", "course-questionnaire",
    Permission.FOLLOW_UP, form=True,
)  # fmt: skip
def course_questionnaire(request: HttpRequest, public_id: str, questionnaire: str) -> HttpResponse:
    """The questionnaire of the site, entered with the patient there."""
    course = treatment_gate.course(user_of(request), public_id)
    of_pain = questionnaires.of_zone(zone_of(course.complaint))
    asked = next((one for one in of_pain if one.id == questionnaire), None)
    if asked is None:
        raise Http404
    edit = Edit(request, QuestionnaireForm(asked, request.POST or None))

    def write(said: dict[str, Any]) -> object:
        kept = {one.id: said.get(one.id) for one in asked.questions()}
        return questionnaires.enter(submission(request), course, asked.id, kept)

    known = set(edit.form.fields)
    if edit.writes(write, beside=lambda error: error.where if error.where in known else None):
        return edit.done("course-follow-up", public_id, said=_("The answers are saved."))
    language = current() if current() in asked.languages else asked.languages[0]
    context = {
        "course": course, "called": asked.name[language], "licence": asked.licence.says[language],
        "spoken": language,
    }  # fmt: skip
    return edit.page("clinic/followup/questionnaire.html", context, of=course.patient)
