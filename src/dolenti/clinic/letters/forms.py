"""The lines of a letter that somebody fills, and how a reply ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dolenti.clinic.common.forms import TokenForm
from dolenti.clinic.common.typed import ReasonField, TypedText
from dolenti.guideline import letters
from dolenti.guideline.diary.shapes.papers import LetterField, LetterModel
from dolenti.guideline.letters import Asked
from dolenti.letters import writing
from dolenti.letters.models import AwaitedReply
from dolenti.letters.writing import REPLY_BY, TO, Known
from dolenti.ui.language import current

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LINE: Final = "line-"
YES: Final = "oui"
LONGEST, LONGEST_OF_MANY = 300, 2000


@dataclass(frozen=True)
class Lines:
    """The lines of a model that may be typed: what the record does not say."""

    asked: tuple[Asked, ...]
    fields: Mapping[str, LetterField]
    initial: Mapping[str, str]
    usual: Mapping[str, str]
    insisted: frozenset[str]

    @classmethod
    def of(
        cls,
        model: LetterModel,
        known: Known,
        fields: tuple[LetterField, ...],
        proposed: Mapping[str, str],
    ) -> Lines:
        """Those of a model. What hangs on something that the record would say and does not is not
        asked; nor is what the record alone may leave out."""
        by_name = {one.id: one for one in fields}
        letter = letters.parse(model.body)
        named, missing = letters.asked(letter), letters.fill(letter, known).missing
        found = tuple(
            one
            for one in named
            if one.name not in known
            and one.name not in (REPLY_BY, TO)
            and (one.name in missing or by_name[one.name].said_by == "author")
            and all(o in known or by_name[o].said_by == "author" for o in one.within)
        )
        usual = {one.name: one.usual for one in found if one.usual}
        usual |= model.defaults
        insisted = frozenset(writing.missing_of(model, known, {}))
        return cls(found, by_name, {**usual, **proposed}, usual, insisted)

    def origin(self, name: str, said: str) -> StrOrPromise:
        """Where what stands on a line comes from: the model, the record, nobody yet."""
        if not said:
            return ""
        if said == self.usual.get(name):
            return _("As the model has it: change it where it does not fit.")
        return _("Taken from the record: change it where it does not fit.")


class LetterForm(TokenForm):
    """The recipient, the lines to fill, and the press that signs."""

    basis = forms.CharField(widget=forms.HiddenInput, max_length=64)
    to_name = TypedText(
        label=_("Recipient"),
        help_text=_("Title, first name and name, as they stand on the envelope."),
        longest=150,
        error_messages={"required": _("Name the recipient: a letter goes to somebody.")},
    )
    to_address = TypedText(
        label=_("Address of the recipient"),
        help_text=_("Postal, or secure health messaging (MSSanté). Never ordinary e-mail."),
        longest=300,
        lines=True,
        required=False,
    )
    read = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(
        self, *args: Any, lines: Lines, amends: bool = False, to_nobody: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._lines = lines
        for one in lines.asked:
            self.fields[LINE + one.name] = self._field(one)
        if to_nobody:
            del self.fields["to_name"], self.fields["to_address"]
        if amends:
            self.fields["reason"] = ReasonField(
                label=_("Why it is corrected"),
                help_text=_("Both letters stay; this one names the first."),
                longest=500,
                lines=True,
            )

    def _field(self, one: Asked) -> forms.Field:
        field = self._lines.fields[one.name]
        said = field.label.in_language(current())
        initial = self._lines.initial.get(one.name, "")
        if one.yes:
            return forms.BooleanField(label=said, required=False)
        if one.options:
            choices = [("", pgettext_lazy("letter", "Choose")), *((o, o) for o in one.options)]
            return forms.ChoiceField(
                label=said, choices=choices, required=False, initial=initial,
                help_text=self._lines.origin(one.name, initial),
            )  # fmt: skip
        return TypedText(
            label=said,
            help_text=self._lines.origin(one.name, initial) or one.hint,
            longest=LONGEST_OF_MANY if field.many else LONGEST,
            lines=field.many,
            required=False,
            initial=initial,
        )

    @property
    def typed(self) -> dict[str, str]:
        """The lines by the names of their fields, as they were typed."""
        found = {
            name.removeprefix(LINE): value
            for name, value in self.cleaned_data.items()
            if name.startswith(LINE) and value
        }
        return {name: YES if value is True else str(value) for name, value in found.items()}

    def needed(self) -> list[forms.BoundField]:
        """The lines that the letter needs, as fields of the page."""
        return [self[LINE + one.name] for one in self._lines.asked if self._is_needed(one)]

    def others(self) -> list[forms.BoundField]:
        """Those that are printed only where they are filled, and what hangs on them."""
        return [self[LINE + one.name] for one in self._lines.asked if not self._is_needed(one)]

    def _is_needed(self, one: Asked) -> bool:
        return (one.needed and not one.within) or one.name in self._lines.insisted

    def say_missing(self, names: tuple[str, ...]) -> None:
        """Say beside each line that it is still to be filled."""
        for name in names:
            if LINE + name in self.fields:
                self.add_error(LINE + name, _("Fill this line: the letter needs it."))


class ReplyForm(TokenForm):
    """How a reply ended."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    outcome = forms.ChoiceField(
        label=_("How the reply ended"),
        choices=[
            (AwaitedReply.State.RECEIVED, _("The reply came")),
            (AwaitedReply.State.NOT_AWAITED, _("Nobody waits for it any more")),
            (AwaitedReply.State.DECLINED, _("The patient declined")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it ended.")},
    )
    note = TypedText(
        label=_("What came of it"),
        help_text=_("Who answered, when, what was found, what is left to do."),
        longest=1000,
        lines=True,
        error_messages={"required": _("Write how it ended: it stays in the record.")},
    )
