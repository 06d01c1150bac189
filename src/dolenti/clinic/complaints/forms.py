"""Describing a case, and sending a file of one."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from dolenti.calendar.since_text import Since
from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.typed import BirthDateField, SinceField, TypedText
from dolenti.clinic.complaints.diagnoses import Proposals, proposals
from dolenti.guideline.birth import BirthDate, ages, first_day
from dolenti.guideline.knowledge import Edition


def reference_field() -> forms.CharField:
    """How the clinic finds the case again; never a name."""
    return TypedText(
        label=_("Your reference"),
        help_text=_("To find the case again. A number or initials: no name is needed here."),
        longest=60,
        required=False,
    )


class PainForm(TokenForm):
    """Where it hurts, of what, and since when."""

    looked_for = TypedText(
        label=_("Diagnosis"),
        required=False,
        longest=120,
        help_text=_(
            "Type a word or a code: “tennis elbow”, “M17”. Accents and small typing "
            "errors do not matter."
        ),
    )
    condition = forms.ChoiceField(label=_("Diagnosis"), required=False)
    zone = forms.ChoiceField(
        label=_("Zone"),
        required=False,
        help_text=_("Needed only if the diagnosis does not say it."),
    )
    side = forms.ChoiceField(label=_("Side"), required=False, widget=forms.RadioSelect)
    since = SinceField(
        label=_("Hurts since"),
        required=False,
        help_text=_("As the patient says it: 15/03/2026, March 2026, 2019, 6 months, 3 weeks."),
    )

    def __init__(
        self, *args: Any, edition: Edition, language: str, as_of: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.edition, self.language, self.as_of = edition, language, as_of
        self._answers("side")
        zones = {zone.id: zone.label.in_language(language) for zone in edition.zones}
        marked = zones.get(self.marked_zone or "")
        unsaid = _("As the figure says: %(zone)s") % {"zone": marked} if marked else None
        self._choices("zone").choices = [
            ("", unsaid or _("As the diagnosis says")),
            *zones.items(),
        ]
        self._choices("condition").choices = [
            ("", ""),
            *((one.id, one.label.in_language(language)) for one in edition.conditions),
        ]

    @property
    def marked_zone(self) -> str | None:
        """The zone that the body figure says, where the form has one."""
        return None

    @property
    def proposals(self) -> Proposals:
        """The diagnoses to choose from, as the form stands."""
        typed, zone, chosen = (
            str(self[name].value() or "") for name in ("looked_for", "zone", "condition")
        )
        where = zone or self.marked_zone
        return proposals(self.edition, typed[:120], where, self.language, chosen)

    def _choices(self, name: str) -> forms.ChoiceField:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)
        return found

    def _answers(self, fact: str) -> None:
        """Choose among the answers of a fact, or say that it is not known."""
        options = next((one.options for one in self.edition.facts if one.id == fact), ())
        self._choices(fact).choices = [
            *((o.id, o.label.in_language(self.language)) for o in options),
            ("", _("Not known")),
        ]

    def born(self, cleaned: dict[str, Any]) -> BirthDate | None:
        """When the patient was born, where that is known: nothing hurts before."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        condition, zone = cleaned.get("condition"), cleaned.get("zone")
        if cleaned.get("looked_for") and not condition and "condition" not in self.errors:
            self.add_error(
                "looked_for", _("Choose the diagnosis in the list, or delete what is typed here.")
            )
        elif not condition and not zone and not {"condition", "zone"} & set(self.errors):
            self.add_error("condition", _("Choose a diagnosis, or at least a zone below."))
        if condition and zone and zone not in self.zones_of(condition):
            self.add_error("zone", _("This diagnosis does not lie in this zone."))
        born, since = self.born(cleaned), cleaned.get("since")
        if born and since and Since.of(since).by(self.as_of) < first_day(born):
            self.add_error("since", _("This is before the patient was born."))
        return cleaned

    def zones_of(self, condition: str) -> tuple[str, ...]:
        """The zones where a diagnosis may lie."""
        return next((one.zones for one in self.edition.conditions if one.id == condition), ())


class DescribeForm(PainForm):
    """The same, of somebody whose identity is not asked: a reference, a sex, a birth date."""

    reference = reference_field()
    birth_date = BirthDateField(
        label=_("Date of birth"), required=False, help_text=_("12/05/1950, 05/1950 or 1950.")
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._answers("sex")

    def clean_birth_date(self) -> BirthDate | None:
        day: BirthDate | None = self.cleaned_data["birth_date"]
        if day and first_day(day) > self.as_of:
            raise ValidationError(_("This day is still to come. Give a past date."))
        if day and ages(day, self.as_of).youngest > 120:
            raise ValidationError(_("This would make the patient over 120 years old."))
        return day

    def born(self, cleaned: dict[str, Any]) -> BirthDate | None:
        return cleaned.get("birth_date")

    def document(self, facts: dict[str, Any]) -> bytes:
        """The case as the plain file it would be."""
        cleaned = self.cleaned_data
        content = {
            "patient": _stated({"birth-date": _iso(cleaned["birth_date"]), "sex": cleaned["sex"]}),
            "complaint": _stated(
                {
                    "condition": cleaned["condition"],
                    "zone": cleaned["zone"],
                    "side": cleaned["side"],
                    "since": _iso(_last_day(cleaned["since"], self.as_of)),
                }
            ),
            "facts": facts,
        }
        return json.dumps(content, ensure_ascii=False).encode()


def _last_day(since: str, today: date) -> date | None:
    return Since.of(since).by(today) if since else None


def _iso(day: BirthDate | None) -> str | None:
    return day.isoformat() if day else None


def _stated(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


class ImportForm(TokenForm):
    """A FHIR bundle or a plain file, at most as large as the site takes."""

    reference = reference_field()
    text = forms.CharField(
        label=_("Or paste the text here"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )
    # The last field: what comes before it is kept even when the file is refused for its size.
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("FHIR R4 Bundle (JSON, may be .gz) or plain file (YAML or JSON), up to 10 MB."),
        error_messages={"empty": _("This file is empty. Choose another one.")},
    )
    field_order = ("token", "reference", "file", "text")

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.too_large:
            self.add_error("file", _("This file is larger than 10 MB. Send one patient at a time."))
        elif "file" in self.errors:
            pass
        elif cleaned.get("file") and cleaned.get("text", "").strip():
            self.add_error("text", _("Send a file or a text, not both."))
        elif not cleaned.get("file") and not cleaned.get("text", "").strip():
            self.add_error("file", _("Choose a file, or paste its text below."))
        return cleaned

    def sent(self) -> tuple[bytes, str]:
        """The document and its name."""
        file: UploadedFile | None = self.cleaned_data.get("file")
        if file:
            return file.read(), file.name or "file"
        return self.cleaned_data["text"].encode(), "text"
