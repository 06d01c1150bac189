"""Who a patient is, as French practice asks for it; contacts, merges, marks of error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm, VersionedForm
from dolenti.clinic.common.typed import BirthDateField, DayField, NameField, TypedText, refused
from dolenti.clinic.contacts.forms import PhoneField, email_field
from dolenti.guideline.birth import BirthDate, PartialDate
from dolenti.guideline.errors import InputError
from dolenti.identity import names
from dolenti.identity.ins import Authority, InsNumber, Sex, read_ins
from dolenti.identity.person import Identity, check_birth_date, check_birth_place
from dolenti.identity.trust import Document
from dolenti.records.models import Contact, Patient
from dolenti.records.patients.people import Person
from dolenti.records.patients.registering import GROUNDS, Verdict, strict_traits_change
from dolenti.ui.language import current

UNKNOWN = "unknown"
_AUTHORITIES = (
    (Authority.NIR, _("NIR")),
    (Authority.NIA, _("NIA (waiting number)")),
    (Authority.NIR_TEST, _("Test number")),
    (Authority.NIR_DEMO, _("Demonstration number")),
)


class PersonForm(TokenForm):
    """A person's identity. The first five fields are the strict traits."""

    birth_name = NameField(
        label=_("Birth name"), help_text=_("As on the identity document."), required=True
    )
    first_name = NameField(label=_("First birth given name"), required=True)
    birth_date = BirthDateField(
        label=_("Date of birth"),
        help_text=_("02/03/1968; or only what is known: 03/1968, or 1968. No day is made up."),
    )
    conventional_birth_date = DayField(
        label=_("Conventional date"),
        help_text=_(
            "Only where the day or the month is not known: the whole date that a register writes "
            "instead, such as the INSi service."
        ),
        required=False,
    )
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=(("female", _("Female")), ("male", _("Male")), (UNKNOWN, _("Not known"))),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )
    birth_place = TypedText(
        label=_("INSEE code of the place of birth"),
        help_text=_("75056 is Paris; 99 and the country’s number for a birth abroad."),
        required=False,
        longest=12,
    )
    birth_place_name = TypedText(label=_("Place of birth"), required=False, longest=120)
    given_names = NameField(
        label=_("All birth given names"), help_text=_("In order, as on the document."),
        required=False,
    )  # fmt: skip
    used_name = NameField(
        label=_("Name used"), help_text=_("Only if it is not the birth name."), required=False
    )
    used_first_name = NameField(
        label=_("Given name used"), help_text=_("Only if it is another one."), required=False
    )
    proof = forms.ChoiceField(label=_("Identity document seen"), required=False)
    proof_on = DayField(label=_("Seen on"), help_text=_("Today, if left empty."), required=False)
    ins = TypedText(
        label=_("National health identity number (INS)"),
        help_text=_("15 characters, with its key."),
        required=False,
        longest=40,
    )
    ins_kind = forms.ChoiceField(
        label=_("Kind of number"), choices=_AUTHORITIES, required=False, initial=Authority.NIR
    )
    ins_retrieved = forms.BooleanField(
        label=_("The INSi service gave this number with these very traits"), required=False
    )
    doubtful = forms.BooleanField(
        label=_("This identity is in doubt"),
        help_text=_("A borrowed card, say. It stays provisional."),
        required=False,
    )
    reference = TypedText(label=_("Your reference"), required=False, longest=60)
    doctor = TypedText(label=_("GP"), required=False)
    doctor_contact = TypedText(
        label=_("How to reach them"), help_text=_("Telephone, secure mail."), required=False
    )
    language = forms.ChoiceField(
        label=_("Language of their documents"),
        choices=(("fr", _("French")), ("en", _("English"))),
        initial="fr",
    )
    others = forms.CharField(widget=forms.HiddenInput, required=False)
    ground = forms.ChoiceField(
        label=_("If it is none of them, how do you know?"),
        choices=(
            ("documents", _("Namesakes: the identity documents were compared")),
            ("twins", _("Twins, or near relations")),
            ("differences", _("What differs above is enough")),
        ),
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(
        self, *args: Any, today: date, patient: Patient | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.patient = today, patient
        proof = cast("forms.ChoiceField", self.fields["proof"])
        proof.choices = [
            ("", _("None")),
            *((one.value, one.label.in_language(current())) for one in Document),
        ]
        for name in ("birth_name", "first_name", "birth_date"):
            self.fields[name].error_messages["required"] = _("Fill this in.")

    @property
    def optional(self) -> frozenset[str]:
        """What may be left empty: said beside it, so that nothing else has to be."""
        asked = {"ground", "ins_kind"}  # of those who are alike; of a number
        return frozenset(
            name
            for name, field in self.fields.items()
            if not field.required
            and name not in asked
            and not isinstance(field, forms.BooleanField)
        )

    def clean_birth_date(self) -> BirthDate | None:
        day: BirthDate | None = self.cleaned_data["birth_date"]
        if day:
            _checked(check_birth_date, day, self.today)
        return day

    def clean_birth_place(self) -> str:
        code: str = self.cleaned_data["birth_place"]
        return _checked(check_birth_place, code) if code else ""

    def clean_proof_on(self) -> date | None:
        day: date | None = self.cleaned_data["proof_on"]
        if day and day > self.today:
            raise ValidationError(_("This day is still to come. Give a past date."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["number"] = None
        if cleaned.get("ins"):
            try:
                kind = Authority(cleaned.get("ins_kind") or Authority.NIR)
                cleaned["number"] = read_ins(cleaned["ins"], kind)
            except InputError as error:
                self.add_error("ins", refused(error))
        elif cleaned.get("ins_retrieved") and "ins" not in self.errors:
            self.add_error("ins", _("Type the number that the service gave."))
        self._check_given_names(cleaned)
        self._check_convention(cleaned)
        if not self.errors:
            try:
                self.person().row()
            except InputError as error:
                self.add_error("ins_retrieved", refused(error))
        return cleaned

    def _check_given_names(self, cleaned: Mapping[str, Any]) -> None:
        every = names.given_names(cleaned.get("given_names") or "")
        if every and cleaned.get("first_name"):
            try:
                names.check_first_given_name(cleaned["first_name"], every)
            except InputError as error:
                self.add_error("given_names", refused(error))

    def _check_convention(self, cleaned: Mapping[str, Any]) -> None:
        born, written = cleaned.get("birth_date"), cleaned.get("conventional_birth_date")
        if born is None or written is None:
            return
        if not isinstance(born, PartialDate):
            said = _("The date of birth is known whole: no convention stands for it. Empty this.")
            self.add_error("conventional_birth_date", said)
        elif written.year != born.year:
            said = _("This date is not in the year of birth. Check both.")
            self.add_error("conventional_birth_date", said)

    def person(self) -> Person:
        """What the form says. What was verified for other traits counts no more."""
        said = self.cleaned_data
        number: InsNumber | None = said["number"]
        identity = Identity(
            birth_name=said["birth_name"],
            first_given_name=said["first_name"],
            birth_date=said["birth_date"],
            sex=None if said["sex"] == UNKNOWN else cast("Sex", said["sex"]),
            birth_place=said["birth_place"] or None,
            given_names=names.given_names(said["given_names"]),
            used_name=said["used_name"],
            used_given_name=said["used_first_name"],
            ins=number,
        )
        proof, proof_on = said["proof"], said["proof_on"]
        if proof and proof_on is None:
            proof_on = self.today
        ins_at = timezone.now() if said["ins_retrieved"] and number else None
        before = self.patient
        if before is not None and before.identity != Patient.Identity.NONE:
            if self.changes_traits():
                if (proof, proof_on) == (before.proof, before.proof_on):
                    proof, proof_on = "", None
                ins_at = None if before.ins_at else ins_at
            elif ins_at and before.ins_at and number and str(number) == before.ins:
                ins_at = before.ins_at
        return Person(
            identity=identity,
            birth_place_name=said["birth_place_name"],
            conventional_birth_date=said["conventional_birth_date"],
            ins_at=ins_at,
            proof=proof,
            proof_on=proof_on if proof else None,
            doubtful=said["doubtful"],
            namesake=before.namesake if before else False,
            invented=before.invented if before else False,
            reference=said["reference"],
            doctor=said["doctor"],
            doctor_contact=said["doctor_contact"],
            language=said["language"],
        )

    def changes_traits(self) -> bool:
        """Whether a strict trait differs from the record's."""
        sex = self.cleaned_data["sex"]
        values = {**self.cleaned_data, "sex": "" if sex == UNKNOWN else sex}
        return self.patient is not None and strict_traits_change(self.patient, values)

    def verdict(self) -> Verdict:
        """Who the person at the desk says it is not, and how they know."""
        ground = self.cleaned_data.get("ground") or ""
        others = frozenset(self.cleaned_data.get("others", "").split())
        return Verdict(others, ground if ground in GROUNDS else "")


class NewPersonForm(PersonForm):
    """A new patient: who they are, and how to reach them."""

    phone = PhoneField()
    email = email_field()

    def reached(self) -> dict[str, str]:
        """The contact that is written with the patient; nothing where no way was given."""
        given = {name: self.cleaned_data[name] for name in ("phone", "email")}
        return {"kind": Contact.Kind.SELF.value, **given} if any(given.values()) else {}


class EditPersonForm(PersonForm, VersionedForm):
    """A patient's identity changed; or given, where there was none."""


def written(patient: Patient) -> dict[str, Any]:
    """A row as the form of an identity shows it."""
    same = (
        "birth_name", "first_name", "birth_date", "conventional_birth_date", "birth_place",
        "birth_place_name", "used_name", "used_first_name", "proof", "proof_on", "ins",
        "doubtful", "reference", "doctor", "doctor_contact", "language",
    )  # fmt: skip
    named = patient.identity != Patient.Identity.NONE
    return {
        **{name: getattr(patient, name) for name in same},
        "given_names": patient.given_names,
        "sex": patient.sex or (UNKNOWN if named else ""),
        "ins_kind": patient.ins_oid or Authority.NIR,
        "ins_retrieved": patient.ins_at is not None,
        "based_on": patient.version,
    }


def _checked(check: Any, *values: Any) -> Any:
    try:
        return check(*values)
    except InputError as error:
        raise refused(error) from None
