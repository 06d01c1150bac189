"""Forms of who enters and who looks: openings, the trail, accounts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dolenti.access.accounts import is_rpps
from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.clinic.forms.complaints import TokenForm
from dolenti.clinic.forms.courses import day_field
from dolenti.clinic.forms.typed import DayField, NameField, TypedText
from dolenti.ui.labels import LABELS

SHORTEST_REASON = 10


def reason_field(label: Any, help_text: Any, required: Any) -> TypedText:
    """A reason that somebody will read: a word is none."""
    return TypedText(
        label=label,
        help_text=help_text,
        longest=500,
        lines=True,
        error_messages={"required": required},
    )


class Reasoned(forms.Form):
    """A form with a reason in it, of some length."""

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if len(reason) < SHORTEST_REASON:
            raise ValidationError(_("Say a little more: somebody else must understand it."))
        return reason


class BreakGlassForm(Reasoned, TokenForm):
    """Why a record is opened from outside its care team."""

    reason = reason_field(
        _("Why you open this record"),
        _("For example: emergency, or the colleague in charge is away. The auditor reads it."),
        _("Say why: no record is opened without a reason."),
    )


class ReviewForm(Reasoned, TokenForm):
    """What an auditor makes of an opening."""

    reason = reason_field(
        _("What you make of it"),
        _("Whether the reason holds, whom you asked, what follows from it."),
        _("Write what you make of it: it is the only way to close the alert."),
    )


class TrailForm(forms.Form):
    """What an auditor looks for. Every field may be empty."""

    first = day_field(_("From"), required=False)
    last = day_field(_("To"), required=False, help_text=_("Last day included."))
    actor = forms.ChoiceField(label=_("Who"), required=False)
    action = forms.ChoiceField(label=_("What"), required=False)
    outcome = forms.ChoiceField(label=_("How it ended"), required=False)
    patient = forms.CharField(
        label=_("Patient’s record"),
        required=False,
        help_text=_("Its code, as the lines show it."),
        max_length=16,
        widget=forms.TextInput({"autocomplete": "off", "class": "medium", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name, listed in (
            ("actor", [(one.public_id, one.name) for one in people]),
            ("action", sorted(LABELS["trail-action"].items(), key=lambda pair: str(pair[1]))),
            ("outcome", list(LABELS["trail-outcome"].items())),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("All")), *listed]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last", _("This is before the first day."))
        return cleaned


class FindPatientForm(forms.Form):
    """A patient who asks who read their record: by what only they and the file know."""

    birth_name = NameField(
        label=_("Birth name"), error_messages={"required": _("Write the birth name.")}
    )
    birth_date = DayField(
        label=_("Date of birth"), error_messages={"required": _("Write the date of birth.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


def _roles() -> list[tuple[str, Any]]:
    return [("", _("Choose")), *((role.value, LABELS["role"][role.value]) for role in Role)]


class RoleForm(forms.Form):
    """A role at the site."""

    role = forms.ChoiceField(label=_("Role"), error_messages={"required": _("Choose a role.")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _roles()


class PersonForm(RoleForm, TokenForm):
    """A new account."""

    name = NameField(
        label=_("Name"),
        help_text=_("As colleagues and patients read it, with the title: Dr Claire Morel."),
        error_messages={"required": _("Write the name.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Their own address: the link to set the password goes there."),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Write the e-mail address."),
            "invalid": _("This is no e-mail address: check it, for example prenom.nom@exemple.fr."),
        },
    )
    rpps = forms.CharField(
        label=_("RPPS number"),
        required=False,
        help_text=_("Eleven digits, for a health professional who has one."),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "class": "medium"}),
    )
    field_order = ("name", "email", "role", "rpps")

    def clean_rpps(self) -> str:
        text = "".join(str(self.cleaned_data["rpps"]).split())
        if text and not is_rpps(text):
            raise ValidationError(
                _("This is no RPPS number: it has eleven digits and the last one checks the rest.")
            )
        return text


class LostSecondStepForm(Reasoned):
    """How the administrator knew who lost their second step."""

    reason = reason_field(
        _("How you know it is them"),
        _("For example: seen in person, identity card checked. It stays in the trail."),
        _("Say how you know: whoever asks for this may be somebody else."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
