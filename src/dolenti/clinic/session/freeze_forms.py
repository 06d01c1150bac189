"""What is said of a freeze before anything is cold: the nerve, how it is found, with which probe,
how far from the skin, what was tested. It stands in the preparation, and is asked once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dolenti.clinic.common.typed import TypedText
from dolenti.clinic.session import sensory
from dolenti.clinic.session.supply_forms import CHOOSE
from dolenti.clinic.session.typed import Figure, Whole
from dolenti.guideline.session import content as room_content
from dolenti.guideline.session import never_frozen
from dolenti.guideline.session.content import Content
from dolenti.records import engine
from dolenti.treatment.content import Freezing, ToFreeze
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current

MOST_GRADE: Final = 5
"""The worst grade of an effect."""
YES_NO: Final = {"yes": True, "no": False}
Choices = Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Nerves:
    """The nerves of an act: those that may be chosen, and those that are ``refused`` with why."""

    usable: Choices = ()
    refused: Sequence[tuple[str, str, str]] = ()


def nerves_to_freeze() -> Nerves:
    """The nerves of a freeze, as the edition in force has them."""
    edition, language = engine.edition_in_force(), current()
    content = room_content(edition)
    usable = [(one.id, one.label.in_language(language)) for one in content.nerves]
    refused = []
    for one in content.never_frozen:
        label, why = one.label.in_language(language), never_frozen(edition, one.id)
        if why is None:  # by a written protocol alone: with a reason
            usable.append((one.id, label))
        else:
            refused.append((one.id, label, why.because.in_language(language)))
    return Nerves(usable, refused)


def nerves_to_numb() -> Nerves:
    """The nerves of a block: those whose freeze it prepares."""
    content = room_content(engine.edition_in_force())
    return Nerves([(one.id, one.label.in_language(current())) for one in content.nerves])


class NerveSelect(forms.Select):
    """A list in which the nerves that are refused stand apart, with why, and cannot be chosen."""

    refused: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.refused:
            option["attrs"]["disabled"] = True
        return option


class NerveField(forms.ChoiceField):
    """A nerve. Raises ``ValidationError`` with the reason of the knowledge for one that is
    refused."""

    def __init__(self, nerves: Nerves) -> None:
        apart = [(name, f"{label}. {why}") for name, label, why in nerves.refused]
        group = [(pgettext("nerve", "Refused"), apart)] if apart else []
        super().__init__(
            label=_("Nerve"), choices=[("", "–"), *nerves.usable, *group], required=False,
            widget=NerveSelect, error_messages=CHOOSE,
        )  # fmt: skip
        self._why = {name: why for name, _label, why in nerves.refused}
        assert isinstance(self.widget, NerveSelect)
        self.widget.refused = frozenset(self._why)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value in self._why:
            raise ValidationError(self._why[value])


def _choice(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[("", "–"), *choices], required=False, error_messages=CHOOSE
    )


def add_before(form: forms.Form, content: Content, *, again: bool) -> list[str]:
    """The fields of what is said before the cold, beside the nerve; their names, but those of the
    sensory map."""
    probes = [
        (one.id, one.label.in_language(current())) for one in content.cryoneurolysis.skin.probes
    ]
    found: dict[str, forms.Field] = {
        "guidance": _choice(_("Guided by"), LABELS["freezing-guidance"].items()),
        "probe": _choice(_("Probe"), probes),
        "probe_to_skin_mm": Figure(label=_("From the probe to the skin, mm")),
        "twitch": _choice(_("A muscle moved on motor stimulation"), LABELS["yes-no"].items()),
    }
    if again:
        found["recovered"] = _choice(
            _("Feeling is back, or stable, since the last freeze"), LABELS["yes-no"].items()
        )
        found["worst_grade"] = Whole(label=_("Worst effect of the last freeze, grade 0 to 5"))
    found["sensory_before"] = TypedText(
        label=_("Feeling before, in words where the areas do not say it"),
        required=False, longest=1000, lines=True,
    )  # fmt: skip
    form.fields.update(found)
    sensory.add_fields(form, content, sensory.BEFORE)
    return list(found)


def check_grade(form: forms.Form, cleaned: dict[str, Any]) -> None:
    """No effect is worse than the worst grade."""
    if (cleaned.get("worst_grade") or 0) > MOST_GRADE:
        form.add_error("worst_grade", _("Give a grade from 0 to 5."))


def read_before(said: dict[str, Any], content: Content) -> ToFreeze:
    """What was typed of it."""
    return ToFreeze(
        guidance=said.get("guidance") or "",
        probe=said.get("probe") or "",
        probe_to_skin_mm=said.get("probe_to_skin_mm"),
        twitch=YES_NO.get(said.get("twitch") or ""),
        sensory_before=said.get("sensory_before") or "",
        felt=sensory.read(said, content, sensory.BEFORE),
        moves=sensory.moves(said, sensory.BEFORE),
        recovered=YES_NO.get(said.get("recovered") or ""),
        worst_grade=said.get("worst_grade"),
    )


def stands_before(known: ToFreeze | Freezing) -> dict[str, Any]:
    """The same as its fields show it."""
    said = {True: "yes", False: "no", None: ""}
    return {
        "guidance": known.guidance,
        "probe": known.probe,
        "probe_to_skin_mm": known.probe_to_skin_mm,
        "twitch": said[known.twitch],
        "sensory_before": known.sensory_before,
        "recovered": said[known.recovered],
        "worst_grade": known.worst_grade,
        **sensory.stands(known.felt, known.moves, sensory.BEFORE),
    }
