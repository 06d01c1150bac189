"""A medicine typed by name, and, where it is not understood, what it is; one changed or stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dolenti.clinic.common.forms import TokenForm, VersionedForm
from dolenti.clinic.common.typed import DayField, TypedText
from dolenti.clinic.medicines.shown import choices, meant_by
from dolenti.followup.tapering import Agreed, Planned
from dolenti.medicines.meaning import Meant
from dolenti.medicines.understanding import Understood
from dolenti.records.facts import naming
from dolenti.records.models import Medicine, ReconciledMedicine
from dolenti.records.patients import medicating
from dolenti.records.patients.medicating import Named
from dolenti.records.patients.reconciling import Line, Reviewed

NONE_OF_THESE = "none"
KEPT = ("dose", "prescriber", "started_on", "stopped_on")
"""What is written of how a medicine is taken."""


def _since() -> DayField:
    return DayField(label=_("Since"), required=False, help_text=_("Leave it empty if not known."))


def _dose() -> TypedText:
    return TypedText(label=_("Dose, as taken"), required=False, longest=200)


def _prescriber() -> TypedText:
    return TypedText(
        label=_("Prescribed by"),
        required=False,
        longest=150,
        help_text=_("As the patient says it. Leave it empty if not known."),
    )


def _in_order(started: date | None, stopped: date | None) -> bool:
    return started is None or stopped is None or started <= stopped


class MedicineForm(TokenForm):
    """A medicine by its name. ``cis`` is the suggestion that was chosen; ``is_one_of`` is asked
    only where the name is not understood, once for this medicine."""

    name = TypedText(
        label=_("Medicine"),
        longest=300,
        help_text=_("Name, substance or code. Accents and small typing errors do not matter."),
        error_messages={"required": _("Write the name of the medicine.")},
    )
    cis = forms.CharField(required=False, max_length=8)
    dose = _dose()
    prescriber = _prescriber()
    started_on = _since()
    is_one_of = forms.MultipleChoiceField(
        label=_("Which of these is it?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.understood = Understood()
        self.asks = False
        said = [*choices(), (NONE_OF_THESE, _("None of these"))]
        cast("forms.MultipleChoiceField", self.fields["is_one_of"]).choices = said

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name, cis = cleaned.get("name", ""), cleaned.get("cis", "")
        if not name:
            return cleaned
        if cis and naming.speciality(cis) is None:
            self.add_error("name", _("Choose one of the medicines proposed, or none."))
            return cleaned
        self.understood = naming.understood(name, cis)
        answers = cleaned.get("is_one_of", [])
        if NONE_OF_THESE in answers and len(answers) > 1:
            self.add_error("is_one_of", _("Choose one of these, or “none of these”, not both."))
        if not self.understood.known:
            self.asks = True
            if not answers and "is_one_of" not in self.errors:
                said = _("This name is not understood. Choose a proposal, or say below what it is.")
                self.add_error("name", said)
        return cleaned

    def named(self) -> Named:
        """What is written of the medicine itself."""
        said, cis = self.cleaned_data, self.cleaned_data["cis"]
        speciality = naming.speciality(cis) if cis else None
        name = speciality.name if speciality else said["name"]
        if self.understood.known:
            return Named(name[:300], naming.meaning(self.understood), cis)
        return Named(name[:300], self._answered(), cis, answered=True)

    def _answered(self) -> Meant:
        chosen = [one for one in self.cleaned_data["is_one_of"] if one != NONE_OF_THESE]
        return medicating.answered(meant_by(one) for one in chosen)

    def values(self) -> dict[str, Any]:
        """What is written of how it is taken."""
        return {name: self.cleaned_data[name] for name in KEPT[:3]}


class EditMedicineForm(VersionedForm):
    """How a medicine is taken, changed; or stopped."""

    dose = _dose()
    prescriber = _prescriber()
    started_on = _since()
    stopped_on = DayField(
        label=_("Stopped on"),
        required=False,
        help_text=_("It stays in the record, with this day."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not _in_order(cleaned.get("started_on"), cleaned.get("stopped_on")):
            self.add_error("stopped_on", ValidationError(_("It was stopped before it began.")))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What is written."""
        return {name: self.cleaned_data[name] for name in KEPT}


@dataclass(frozen=True)
class ReviewFields:
    """One medicine that is gone through, with its fields and its last review."""

    medicine: Medicine
    reviewed: Reviewed | None
    found: BoundField
    dose: BoundField
    stopped: BoundField
    prescriber: BoundField
    since: BoundField
    version: BoundField


class ReviewForm(TokenForm):
    """The medicines that are taken, gone through with the patient. A line that is left alone is not
    reviewed."""

    def __init__(
        self,
        *args: Any,
        medicines: Sequence[Medicine],
        reviewed: dict[int, Reviewed],
        **kwargs: Any,
    ) -> None:
        self._medicines, self._reviewed = list(medicines), reviewed
        kwargs["initial"] = {
            name: value
            for one in medicines
            for name, value in (
                (f"dose-{one.public_id}", one.dose),
                (f"prescriber-{one.public_id}", one.prescriber),
                (f"since-{one.public_id}", one.started_on),
                (f"version-{one.public_id}", one.version),
            )
        }
        super().__init__(*args, **kwargs)
        Found = ReconciledMedicine.Found  # noqa: N806 - a class
        answers = [
            ("", pgettext_lazy("medicine", "Not looked at")),
            (Found.TAKEN.value, pgettext_lazy("medicine", "Taken as written")),
            (Found.CHANGED.value, pgettext_lazy("medicine", "Taken otherwise")),
            (Found.STOPPED.value, pgettext_lazy("medicine", "Stopped")),
            (Found.UNKNOWN.value, pgettext_lazy("medicine", "The patient does not know")),
        ]
        for one in medicines:
            name = one.public_id
            self.fields[f"found-{name}"] = forms.ChoiceField(
                label=one.name, required=False, choices=answers, widget=forms.RadioSelect
            )
            self.fields[f"dose-{name}"] = _dose()
            self.fields[f"stopped-{name}"] = DayField(label=_("Stopped on"), required=False)
            self.fields[f"prescriber-{name}"] = _prescriber()
            self.fields[f"since-{name}"] = _since()
            self.fields[f"version-{name}"] = forms.IntegerField(
                widget=forms.HiddenInput, min_value=1
            )

    @property
    def lines(self) -> list[ReviewFields]:
        """The medicines, field by field."""
        names = ("found", "dose", "stopped", "prescriber", "since", "version")
        return [
            ReviewFields(
                one,
                self._reviewed.get(one.pk),
                *(self[f"{name}-{one.public_id}"] for name in names),
            )
            for one in self._medicines
        ]

    def clean(self) -> dict[str, Any]:
        """Nothing that was typed is passed over: it belongs to an answer that keeps it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        Found = ReconciledMedicine.Found  # noqa: N806 - a class
        for one in self._medicines:
            name = one.public_id
            if any(f"{field}-{name}" in self.errors for field in ("found", "since", "stopped")):
                continue
            found, since = cleaned.get(f"found-{name}"), cleaned.get(f"since-{name}")
            dose_differs = cleaned.get(f"dose-{name}") != one.dose
            others = cleaned.get(f"prescriber-{name}") != one.prescriber or since != one.started_on
            stopped = cleaned.get(f"stopped-{name}")
            if not found and (dose_differs or others or stopped):
                self.add_error(f"found-{name}", _("Say what you found, so that it can be kept."))
            elif dose_differs and found != Found.CHANGED:
                said = _(
                    "The dose has changed: choose “Taken otherwise”, or put the previous one back."
                )
                self.add_error(f"dose-{name}", said)
            elif stopped and found != Found.STOPPED:
                self.add_error(
                    f"stopped-{name}", _("Only a medicine that is stopped has this day.")
                )
            elif since is None and one.started_on is not None:
                said = _("A day that is known stays: correct it on the page of the medicine.")
                self.add_error(f"since-{name}", said)
        return cleaned

    def said(self) -> dict[str, Line]:
        """What was found, by the public id of the medicine."""
        found = {}
        for one in self._medicines:
            said = {
                name: self.cleaned_data[f"{name}-{one.public_id}"]
                for name in ("found", "dose", "stopped", "prescriber", "since", "version")
            }
            if said["found"]:
                found[one.public_id] = Line(
                    said["found"], said["version"], said["dose"], said["stopped"],
                    said["prescriber"], said["since"],
                )  # fmt: skip
        return found


STEPS = 8


class TaperForm(VersionedForm):
    """A plan to lower opioids, in the practitioner’s words. No field holds a computed dose."""

    aim = TypedText(label=_("Reason and aim, agreed with the patient"), longest=500, lines=True)
    prescriber = TypedText(label=_("The only prescriber"), longest=150)
    informed_on = DayField(label=_("Other doctors told on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["based_on"].required = False
        for n in range(STEPS):
            self.fields[f"on-{n}"] = DayField(
                label=pgettext_lazy("opioid", "From the day"), required=False
            )
            self.fields[f"what-{n}"] = TypedText(
                label=pgettext_lazy("opioid", "What is taken from then on"),
                required=False,
                longest=200,
            )

    @property
    def steps(self) -> list[tuple[BoundField, BoundField]]:
        """The steps, field by field."""
        return [(self[f"on-{n}"], self[f"what-{n}"]) for n in range(STEPS)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for n in range(STEPS):
            on, what = cleaned.get(f"on-{n}"), cleaned.get(f"what-{n}")
            if on and not what and f"what-{n}" not in self.errors:
                self.add_error(f"what-{n}", _("Write what is taken from that day on."))
            if what and not on and f"on-{n}" not in self.errors:
                self.add_error(f"on-{n}", _("Give the day of this step."))
        return cleaned

    def agreed(self) -> Agreed:
        """What was agreed, as it was typed."""
        said = self.cleaned_data
        steps = [
            Planned(said[f"on-{n}"], said[f"what-{n}"]) for n in range(STEPS) if said[f"on-{n}"]
        ]
        return Agreed(said["aim"], said["prescriber"], tuple(steps), said["informed_on"])
