"""What is typed and scanned of the chain of serum."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dolenti.access.models import User
from dolenti.calendar.day_text import read_day
from dolenti.clinic.common.forms import TokenForm, VersionedForm, day_field, reason_field
from dolenti.clinic.common.request import today
from dolenti.clinic.common.typed import ReasonField, TypedText, refused
from dolenti.clinic.stock.forms import CHOOSE, FigureField, number_field
from dolenti.guideline.errors import InputError
from dolenti.serum import chain, drawing
from dolenti.serum.identity import CORRECT, Proof, read_code
from dolenti.serum.models import Place, Thing
from dolenti.stock.models import Lot
from dolenti.treatment.models import Course
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current

SAY_WHY: Final = _("Say why: it stays in the record.")
LONGEST: Final = 20_000
"""Characters of all labels that are scanned at once."""
PROOF: Final = ("scan", "identifier", "spoken")
"""What proves whose it is, at the moment of a hand-over: it is never typed ahead."""
_APART: Final = re.compile(r"[\s;]+")


class ScansField(forms.CharField):
    """Labels scanned one after the other, one a line."""

    def __init__(self, *, many: bool, **kwargs: Any) -> None:
        attributes = {"autocomplete": "off", "data-scan": "", "spellcheck": "false"}
        if many:
            widget: forms.Widget = forms.Textarea({**attributes, "rows": 4})
        else:
            widget = forms.TextInput(attributes)
        kwargs.setdefault("error_messages", {"required": _("Scan the label.")})
        super().__init__(strip=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        if len(text) > LONGEST:
            raise ValidationError(_("This is not a label: scan again."))
        return tuple(one for one in _APART.split(text) if one)

    def validate(self, value: Any) -> None:
        """Each is a label of ours by its form; of what it is the service says."""
        if self.required and not value:
            raise ValidationError(self.error_messages["required"])
        for one in value:
            try:
                read_code(one)
            except InputError as error:
                raise refused(error) from None

    def run_validators(self, value: Any) -> None:
        """Those of a text are of no use for labels."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, tuple) else value


class IdentifierField(TypedText):
    """A birth date in any common form, or a record number: one identifier of the patient."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Birth date, or record number"),
            help_text=_("Of the patient, as the label says it: not copied from this screen."),
            longest=60,
            error_messages={"required": _("Type one identifier of the patient.")},
            **kwargs,
        )


class StepForm(TokenForm):
    """A hand-over: labels scanned, one identifier, and what the step asks beside."""

    identifier = IdentifierField()

    def __init__(self, *args: Any, scans: bool = True, many: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if scans:
            label = _("Scan the label of each one") if many else _("Scan the label")
            self.fields["scan"] = ScansField(label=label, many=many)

    def proof(self, *, spoken: bool = False) -> Proof:
        """How whoever sends it proves whose it is."""
        said = self.cleaned_data
        typed: str = said["identifier"]
        return Proof(said.get("scan", ()), read_day(typed, today()), typed, spoken)


def spoken_field() -> forms.BooleanField:
    """The patient has said who they are."""
    return forms.BooleanField(
        label=_("The patient gave name and birth date, and they are those of the record"),
        error_messages={"required": _("Have the patient say who they are, and tick it.")},
    )


def tick(label: Any) -> forms.BooleanField:
    """A box that must be ticked."""
    return forms.BooleanField(label=label, required=False)


def place_field(places: Iterable[Place], label: Any) -> forms.ChoiceField:
    """One of the site's places."""
    listed = [(one.public_id, one.name) for one in places if not one.closed]
    choices = listed if len(listed) == 1 else [("", _("Choose")), *listed]
    return forms.ChoiceField(label=label, choices=choices, error_messages=CHOOSE)


def slot_field(**kwargs: Any) -> TypedText:
    """A slot of a freezer."""
    return TypedText(
        label=_("Compartment and place"),
        help_text=_("For example B-03. One patient in a compartment."),
        longest=20,
        error_messages={"required": _("Give the compartment and the place.")},
        **kwargs,
    )


class BloodForm(StepForm):
    """The blood of each planned tube, in mL."""

    def __init__(self, *args: Any, tubes: Sequence[Thing], **kwargs: Any) -> None:
        super().__init__(*args, scans=False, **kwargs)
        # No label is there to be read before there is blood in the tube.
        self.fields["identifier"].help_text = _(
            "As the patient says it: not copied from this screen."
        )
        self.fields["spoken"] = spoken_field()
        self.tubes = tubes
        for tube in tubes:
            label = _("Tube %(n)s, in mL") % {"n": tube.position}
            self.fields[f"mL_{tube.position}"] = FigureField(
                label=label,
                error_messages={"required": _("Give the volume, in mL.")},
            )
        if "sure" in self.data or not all(map(drawing.is_usual, self._typed())):
            self.fields["sure"] = tick(_("This volume is right: I looked at the tube"))

    def _typed(self) -> Iterator[Decimal]:
        """The volumes that were sent, as far as they can be read."""
        for tube in self.tubes if self.is_bound else ():
            name = f"mL_{tube.position}"
            with suppress(ValidationError):
                volume = self.fields[name].clean(self.data.get(self.add_prefix(name)))
                yield volume

    def volumes(self) -> dict[Thing, Decimal]:
        """The mL of each tube."""
        return {tube: self.cleaned_data[f"mL_{tube.position}"] for tube in self.tubes}


class LabelForm(StepForm):
    """The label is on, and is read back."""

    def __init__(self, *args: Any, thing: Thing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if thing.kind == "unit":
            self.fields["look"] = look_field()


def look_field() -> forms.ChoiceField:
    """How a unit looks."""
    return forms.ChoiceField(
        label=_("How it looks"),
        choices=list(LABELS["serum-look"].items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how it looks.")},
    )


class IncubateForm(StepForm):
    """Tubes into an incubator."""

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, many=True, **kwargs)
        self.fields["place"] = place_field(places, _("Incubator"))


class ManyForm(StepForm):
    """Several tubes or units, and no more to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, many=True, **kwargs)


class EndForm(ManyForm):
    """Tubes out of the incubator; one that comes out too early is held, and it is said why."""

    def __init__(self, *args: Any, early: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if early:
            self.fields["early"] = ReasonField(
                label=_("Why it comes out early"), required=False, longest=500, lines=True
            )


class ThawForm(ManyForm):
    """Units that have thawed; of one that left the cold too short a time ago it is said why."""

    def __init__(self, *args: Any, early: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if early:
            self.fields["soon"] = ReasonField(
                label=_("Why it has thawed so soon"), required=False, longest=500, lines=True
            )


class SpinForm(ManyForm):
    """A run of the centrifuge."""

    run = TypedText(
        label=_("Centrifuge run"),
        help_text=_("Centrifuge, force (g) and minutes, as the device’s instructions say."),
        longest=120,
        error_messages={"required": _("Say which run it was.")},
    )
    whole = tick(_("The run was complete: no stop, no imbalance, no broken tube"))


class PortionForm(StepForm):
    """One tube into units."""

    volumes = TypedText(
        label=_("Volume of each unit, in mL"),
        help_text=_("One after the other, for example 2.5 2.5 2. From 2 to 4 mL each."),
        longest=200,
        error_messages={"required": _("Give the volume of each unit.")},
    )
    bench_clear = tick(_("Nothing of another patient is on the bench"))

    def clean_volumes(self) -> list[Decimal]:
        text = self.cleaned_data["volumes"].replace(",", ".").replace(";", " ").replace("+", " ")
        try:
            found = [Decimal(one) for one in text.split()]
        except ArithmeticError:
            raise ValidationError(
                _("Write numbers with a space between them: 2.5 2.5 2.")
            ) from None
        if not found or any(not one.is_finite() or not 0 < one < 50 for one in found):
            raise ValidationError(_("Write numbers with a space between them: 2.5 2.5 2."))
        return found


class FreezeForm(StepForm):
    """A unit into a slot; also one that moves."""

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = place_field(places, _("Freezer"))
        self.fields["slot"] = slot_field()


class PackForm(ManyForm):
    """Units into a box."""

    seal = TypedText(
        label=_("Number of the seal"),
        longest=40,
        error_messages={"required": _("Give the number of the seal.")},
    )
    recorder = tick(_("The temperature recorder in the box runs"))

    def __init__(self, *args: Any, places: Iterable[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = place_field(places, _("Box"))


class ReceiveBoxForm(FreezeForm):
    """A unit out of a box."""

    sealed = tick(_("The seal was intact"))


class DrawForm(TokenForm):
    """A draw: of whom, how many tubes, of which lot."""

    course = forms.ChoiceField(label=_("Patient and course"), error_messages=CHOOSE)
    count = number_field(
        _("Number of tubes"), least=1, help_text=_("As many as doses are prescribed: 3 to 6.")
    )
    device = forms.ChoiceField(
        label=_("Lot of the devices"),
        error_messages=CHOOSE,
        help_text=_("From the stock: a lot that cannot be used is not in the list."),
    )

    def __init__(
        self,
        *args: Any,
        courses: Sequence[tuple[Course, str]],
        devices: Sequence[Lot],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.courses = {one.public_id: one for one, _said in courses}
        self.devices = {one.public_id: one for one in devices}
        listed = [(one.public_id, said) for one, said in courses]
        lots = [(k, f"{lot.item.name}, {lot.number} ({lot.left})") for k, lot in
                self.devices.items()]  # fmt: skip
        for name, found in (("course", listed), ("device", lots)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = found if len(found) == 1 else [("", _("Choose")), *found]


class TestsForm(VersionedForm):
    """The donor's results."""

    __test__ = False  # no test of pytest's
    on = day_field(
        _("Day of the tests"),
        help_text=_("Of the draw, or within 7 days of it: others do not release a unit."),
    )
    reason = ReasonField(
        label=_("If a positive result is withdrawn: why"),
        help_text=_("By somebody else than who recorded it."),
        required=False,
        longest=500,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for marker in (*chain.MARKERS, chain.BY_ORIGIN):
            self.fields[marker] = forms.ChoiceField(
                label=LABELS["serum-marker"][marker],
                required=False,
                choices=[("", _("No result")), *LABELS["serum-result"].items()],
                widget=forms.RadioSelect,
            )

    def results(self) -> dict[str, str]:
        """Each marker with what was found of it."""
        return {m: self.cleaned_data.get(m, "") for m in (*chain.MARKERS, chain.BY_ORIGIN)}

    def markers(self) -> list[Any]:
        """The fields of the markers."""
        return [self[marker] for marker in (*chain.MARKERS, chain.BY_ORIGIN)]


class CheckForm(VersionedForm):
    """What a practitioner looks at on the day, before any blood is drawn."""

    identified = forms.BooleanField(
        label=_("The patient said who they are; at the first visit, with an identity document"),
        error_messages={"required": _("Look, then tick it.")},
    )
    today = forms.BooleanField(
        label=_("Nothing speaks against it today"),
        error_messages={"required": _("Look, then tick it.")},
    )


class AskForm(TokenForm):
    """Something that two people answer for, or a hold by one: why."""

    def __init__(self, *args: Any, event: str, slot: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if event == "discard":
            language = current()
            self.fields["reason"] = forms.ChoiceField(
                label=_("Why it is destroyed"),
                choices=[("", _("Choose")), *(
                    (one.id, one.in_language(language))
                    for one in chain.in_force().said.discard_reasons
                )],
                error_messages=CHOOSE,
            )  # fmt: skip
        if event == CORRECT:
            self.fields["volume"] = FigureField(
                label=_("Volume of the unit, in mL"),
                error_messages={"required": _("Give the volume of the unit.")},
            )
        needed = event not in ("discard", "declare-missing", "release")
        self.fields["note"] = ReasonField(
            label=_("Why") if needed else _("To be known"),
            required=needed,
            longest=500,
            lines=True,
            error_messages={"required": SAY_WHY},
        )
        if slot:
            self.fields["slot"] = slot_field()


class StatementForm(TokenForm):
    """On what the chain is on."""

    code = TypedText(
        label=_("Code of the site"),
        help_text=_("Four letters or digits: the beginning of the number of each unit."),
        longest=4,
        error_messages={"required": _("Give the site its code.")},
    )
    advice = TypedText(
        label=_("Written legal advice"),
        help_text=_("Who gave it, its reference, where it is kept."),
        longest=300,
        error_messages={"required": _("State the written advice.")},
    )
    advice_on = day_field(_("Day of the advice"))
    agreement = TypedText(
        label=_("Agreement of the authority"),
        help_text=_("Which authority, its reference, of which day."),
        longest=300,
        error_messages={"required": _("State the agreement.")},
    )
    responsible = forms.ChoiceField(
        label=_("Responsible person of the chain"), error_messages=CHOOSE
    )
    appointed = TypedText(
        label=_("Letter of designation"),
        help_text=_("The letter that names them, and its date."),
        longest=300,
        error_messages={"required": _("Name the letter of designation.")},
    )
    strict = forms.BooleanField(
        label=_("Incubate from 6 to 8 h, the stricter range"), required=False
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.public_id: one for one in people}
        field = self.fields["responsible"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *((k, one.name) for k, one in self.people.items())]


class CloseForm(TokenForm):
    """Why the chain is turned off."""

    reason = reason_field(_("Why"), "", SAY_WHY)
