"""What is typed in the room after the syringe: what went in, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from dolenti.clinic.common.forms import time_field
from dolenti.clinic.common.typed import TypedText, sentence
from dolenti.clinic.session import freeze_forms, sensory
from dolenti.clinic.session.supply_forms import CHOOSE, PartForm, choose_from
from dolenti.clinic.session.typed import Figure, Whole
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import DrawnMap, Places, as_text_of, of_targets, read_drawn
from dolenti.guideline.session.content import Content
from dolenti.treatment.content import (
    Block,
    Cycle,
    Event,
    Freezing,
    Happened,
    Injected,
    Preparation,
    ToFreeze,
    plain,
)
from dolenti.treatment.room import AIMED, SERUM
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current

CYCLES: Final = 3
MAP: Final = "map"
"""The field that holds the map of points, as JSON."""
Choices = list[tuple[str, Any]]


def words_of(entries: Iterable[Any]) -> Choices:
    """Entries of the knowledge by their labels, in the language of the moment."""
    return [(one.id, one.label.in_language(current())) for one in entries]


@dataclass(frozen=True)
class Near:
    """Where it is treated, and how: the zone, the technique that was prepared, and the names of the
    needles that may be taken there, the first to be offered first."""

    zone: str = ""
    technique: str = ""
    needles: Sequence[str] = ()


NOWHERE: Final = Near()


class InjectedForm(sensory.Areas, PartForm):
    """What went in, where and how; of each therapy the fields that are its own. What was said of a
    nerve before is ``planned``, and not asked again; ``None`` once it was given."""

    volume_ml = Figure(label=gettext_lazy("Volume injected, mL"))

    def __init__(  # what a form of four therapies may need to know, by name
        self,
        *args: Any,
        therapy: str,
        content: Content,
        near: Near = NOWHERE,
        places: Places | None = None,
        block: bool = False,
        again: bool = False,
        planned: Preparation | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.therapy = therapy
        self.planned = planned
        self.needles = near.needles
        self.places = places
        self.block = block
        self.sensory: list[dict[str, Any]] = []
        if block:
            self._block(content)
            return
        makers = {
            "mesotherapy": lambda: self._mesotherapy(content, near.technique),
            "infiltration": lambda: self._infiltration(content, near.zone),
            SERUM: lambda: self._infiltration(content, near.zone),
            "cryoneurolysis": lambda: self._cryoneurolysis(content, again=again),
        }
        makers.get(therapy, lambda: None)()

    def _choice(self, name: str, label: Any, choices: Iterable[tuple[str, Any]]) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label, choices=[("", "–"), *choices], required=False, error_messages=CHOOSE
        )

    def _mesotherapy(self, content: Content, technique: str) -> None:
        needles = [
            (one.id, f"{one.gauge} · {plain(Decimal(str(one.length_mm)), current())} mm")
            for one in content.needles
            if not technique or technique in one.techniques
        ]
        self._choice("needle", pgettext_lazy("injection", "Needle"), needles)
        devices = [one for one in content.devices if not one.forbidden]
        self._choice("device", _("By hand, or by what"), words_of(devices))
        self.fields["depth_mm"] = Figure(label=_("Depth, mm"))
        self.fields["points"] = Whole(label=_("Number of points"))
        self.fields["per_point_ml"] = Figure(label=_("Volume of a point, mL"))
        self.fields[MAP] = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def _infiltration(self, content: Content, zone: str) -> None:
        near = [one for one in content.targets if one.zone == zone]
        far = [one for one in content.targets if one.zone != zone]
        self._choice("target", _("Target"), words_of([*near, *far]))
        self._choice("guidance", _("Guided by"), LABELS["guidance"].items())
        self.fields["needle"] = TypedText(
            label=pgettext_lazy("injection", "Needle"),
            required=False,
            longest=60,
            help_text=of_targets(near, current()),
        )
        if self.needles:
            self.fields["needle"].widget.attrs["list"] = "needles"

    def _block(self, content: Content) -> None:
        if self.planned is None:
            self.fields["nerve"] = freeze_forms.NerveField(freeze_forms.nerves_to_numb())
        self._choice("guidance", _("Guided by"), LABELS["freezing-guidance"].items())

    def _cryoneurolysis(self, content: Content, *, again: bool) -> None:
        self.content = content
        if self.planned is None:  # it was given: all of it may be corrected
            self.fields["nerve"] = freeze_forms.NerveField(freeze_forms.nerves_to_freeze())
            freeze_forms.add_before(self, content, again=again)
            self.sensory = sensory.rows(self, content, sensory.BEFORE)
        self.fields["device"] = TypedText(label=_("Device"), required=False, longest=60)
        self.fields["nadir_c"] = Figure(label=_("Lowest temperature, °C"), least=None)
        for number in range(CYCLES):
            says = {"n": number + 1}
            self.fields[f"freeze_{number}"] = Figure(label=_("Freeze %(n)s, seconds") % says)
            self.fields[f"thaw_{number}"] = Figure(label=_("Thaw %(n)s, seconds") % says)
        self.fields["depth_mm"] = Figure(label=_("Depth, mm"))
        self.fields["minutes"] = Figure(label=_("Length of the whole procedure, minutes"))
        self.fields["sensory_after"] = TypedText(
            label=_("Feeling after, in words where the areas do not say it"),
            required=False, longest=1000, lines=True,
        )  # fmt: skip

    @property
    def nerve(self) -> str:
        """The nerve: as it was prepared; once it was given, as it is said here."""
        said: str = self.cleaned_data.get("nerve") or ""
        return said if self.planned is None else self.planned.nerve

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        freeze_forms.check_grade(self, cleaned)
        if self.therapy == "cryoneurolysis" and self.nerve and not self.block:
            if cleaned.get("nadir_c") is None and "nadir_c" not in self.errors:
                self.add_error("nadir_c", _("Give the lowest temperature that was reached."))
            if not any(cleaned.get(f"freeze_{n}") for n in range(CYCLES)):
                self.add_error("freeze_0", _("Give at least one freeze, in seconds."))
        points, volume = cleaned.get("points"), cleaned.get("volume_ml")
        if points == 0:
            raise ValidationError(_("Give at least one point, or leave the number empty."))
        if volume is not None and volume == 0:
            self.add_error("volume_ml", _("Give a volume above 0 mL."))
        return cleaned

    def plain_fields(self) -> list[forms.BoundField]:
        """The fields that stand one after the other: those of the sensory map are a table."""
        return [one for one in self.visible_fields() if not one.name.startswith(sensory.BEFORE)]

    def clean_map(self) -> DrawnMap | None:
        """The map, if it can be meant."""
        assert self.places is not None
        try:
            drawn = read_drawn(self.places, self.cleaned_data[MAP])
        except InputError as error:
            raise ValidationError(sentence(error)) from None
        return drawn if drawn.points else None

    def drawn(self) -> DrawnMap | None:
        """Where it went, on the figure; nothing where nothing was drawn."""
        found: DrawnMap | None = self.cleaned_data.get(MAP)
        return found

    @property
    def is_drawn(self) -> bool:
        """Whether the map, as it stands in the form, has a point: then it says the rest."""
        return MAP in self.fields and '"figure"' in (self[MAP].value() or "")

    def injected(self) -> Injected:
        """What was typed, as the record keeps it."""
        said, freezes = self.cleaned_data, self.therapy == "cryoneurolysis"
        return Injected(
            target=said.get("target", ""),
            guidance=said.get("guidance", "") if self.therapy in AIMED else "",
            needle=said.get("needle", ""),
            device=said.get("device", ""),
            depth_mm=said.get("depth_mm"),
            points=said.get("points"),
            per_point_ml=said.get("per_point_ml"),
            volume_ml=said.get("volume_ml"),
            beside_ml=said.get("beside_ml"),
            freezing=self._freezing() if freezes and self.nerve and not self.block else None,
            block=Block(nerve=self.nerve, guidance=said["guidance"])
            if self.nerve and self.block
            else None,
        )

    def _freezing(self) -> Freezing:
        said = self.cleaned_data
        cycles = tuple(
            Cycle(freeze_s=said[f"freeze_{n}"], thaw_s=said.get(f"thaw_{n}"))
            for n in range(CYCLES)
            if said.get(f"freeze_{n}")
        )
        before = (
            freeze_forms.read_before(said, self.content)
            if self.planned is None
            else self.planned.to_freeze or ToFreeze()
        )
        return Freezing(
            nerve=self.nerve,
            device=said["device"],
            nadir_c=said["nadir_c"],
            cycles=cycles,
            depth_mm=said["depth_mm"],
            minutes=said["minutes"],
            sensory_after=said["sensory_after"],
            tested_before=before.tested_before,
            **{name: getattr(before, name) for name in ToFreeze.__struct_fields__},
        )


def stands_injected(injected: Injected, drawn: DrawnMap | None = None) -> dict[str, Any]:
    """What went in as its form shows it."""
    names = ("target", "guidance", "needle", "device", "depth_mm", "points", "per_point_ml")
    volumes = ("volume_ml", "beside_ml")
    stands: dict[str, Any] = {name: getattr(injected, name) for name in (*names, *volumes)}
    stands[MAP] = as_text_of(drawn) if drawn is not None else ""
    if injected.unit is not None:
        stands["thrown_ml"] = injected.unit.thrown_ml
    if injected.block is not None:
        stands |= {"nerve": injected.block.nerve, "guidance": injected.block.guidance}
    freezing = injected.freezing
    if freezing is None:
        return stands
    plain_ones = ("nerve", "device", "nadir_c", "depth_mm", "minutes", "sensory_after")
    stands |= {name: getattr(freezing, name) for name in plain_ones}
    stands |= freeze_forms.stands_before(freezing)
    for number, cycle in enumerate(freezing.cycles[:CYCLES]):
        stands[f"freeze_{number}"], stands[f"thaw_{number}"] = cycle.freeze_s, cycle.thaw_s
    return stands


TREATED: Final = "treated_"
NOTE: Final = "note_"
GRADE: Final = "grade_"
AT: Final = "at_"
OF_EVENTS: Final = (TREATED, NOTE, GRADE, AT)
"""What is asked of an event that is ticked: what was done about it, what else is to be said, how
bad it was, when. Each stands before the event's id."""
SCALE: Final = [(str(n), str(n)) for n in range(11)]


class HappenedForm(sensory.Areas, PartForm):
    """What happened, and what was seen to before the patient leaves."""

    pain_24h = forms.ChoiceField(
        label=gettext_lazy("Pain on average over the last 24 hours, before this session, 0 to 10"),
        help_text=gettext_lazy(
            "The question of the phone: the answers after are compared with it."
        ),
        widget=forms.RadioSelect, required=False, choices=SCALE, error_messages=CHOOSE,
    )  # fmt: skip
    pain_before = forms.ChoiceField(
        label=gettext_lazy("Pain before, 0 to 10"), widget=forms.RadioSelect, required=False,
        choices=SCALE, error_messages=CHOOSE,
    )  # fmt: skip
    pain_after = forms.ChoiceField(
        label=gettext_lazy("Pain after, 0 to 10"), widget=forms.RadioSelect, required=False,
        choices=SCALE, error_messages=CHOOSE,
    )  # fmt: skip
    any = forms.ChoiceField(
        label=gettext_lazy("During the session and just after"),
        widget=forms.RadioSelect,
        required=False,
        error_messages=CHOOSE,
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("What happened"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages=CHOOSE,
    )
    leaving = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, required=False, error_messages=CHOOSE
    )
    leaving_why = TypedText(
        label=gettext_lazy("Why one of these was not done, or was shorter"),
        required=False,
        longest=500,
    )
    relief_percent = Whole(label=gettext_lazy("Relief after the block, %"))
    relief_hours = Figure(label=gettext_lazy("Hours that it lasted"))
    note = TypedText(
        label=pgettext_lazy("session", "Note"), required=False, longest=2000, lines=True
    )

    def __init__(
        self,
        *args: Any,
        therapy: str,
        content: Content,
        block: bool = False,
        first: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not first:
            del self.fields["pain_24h"]
        at_once = [
            one
            for one in content.events
            if one.about == "patient" and one.when == "immediate" and therapy in one.therapies
        ]
        choose_from(self, "any", LABELS["events"].items())
        choose_from(self, "events", words_of(at_once))
        for one in at_once:
            label = {"event": one.label.in_language(current())}
            self.fields[f"{AT}{one.id}"] = time_field(
                _("%(event)s: at what time") % label, required=False
            )
            self.fields[f"{GRADE}{one.id}"] = forms.ChoiceField(
                label=_("%(event)s: degree") % label,
                required=False,
                choices=[("", _("Not graded yet")), *_grades(content, one.grades)],
                error_messages=CHOOSE,
            )
            self.fields[f"{TREATED}{one.id}"] = TypedText(
                label=_("%(event)s: what was done about it") % label, required=False, longest=1000
            )
            self.fields[f"{NOTE}{one.id}"] = TypedText(
                label=_("%(event)s: how, what was seen") % label, required=False, longest=1000
            )
        lines = [(one.id, one.says.in_language(current())) for one in content.leaving.lines]
        choose_from(self, "leaving", lines)
        self.fields["leaving"].label = content.leaving.title.in_language(current())
        self.content = content
        self.sensory: list[dict[str, Any]] = []
        if therapy == "cryoneurolysis":
            sensory.add_fields(self, content, sensory.AFTER)
            self.sensory = sensory.rows(self, content, sensory.AFTER)
            self.fields["untested_why"] = TypedText(
                label=_("Why this map is missing, where nothing was tested"),
                required=False, longest=500,
            )  # fmt: skip
        if not block:
            del self.fields["relief_percent"], self.fields["relief_hours"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("any") == "some" and not (cleaned.get("events") or cleaned.get("note")):
            self.add_error("events", _("Choose what happened, or write it in the note."))
        if self._told_of().difference(cleaned.get("events") or ()):
            self.add_error("events", _("Tick the event that you wrote about, or empty its lines."))
        if cleaned.get("any") == "none" and cleaned.get("events"):
            self.add_error("any", _("An event is ticked below: say which of the two is right."))
        relief = cleaned.get("relief_percent")
        if relief is not None and relief > 100:
            self.add_error("relief_percent", _("Give a percentage from 0 to 100."))
        return cleaned

    def _told_of(self) -> set[str]:
        """The events of which something was written."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return {
            name.removeprefix(prefix)
            for prefix in OF_EVENTS
            for name in said
            if name.startswith(prefix)
        }

    def event_rows(self) -> list[dict[str, Any]]:
        """Each event with its box, and the two lines about it."""
        return [
            {
                "box": box,
                "at": self[f"{AT}{box.data['value']}"],
                "grade": self[f"{GRADE}{box.data['value']}"],
                "treated": self[f"{TREATED}{box.data['value']}"],
                "note": self[f"{NOTE}{box.data['value']}"],
            }
            for box in self["events"]
        ]

    def happened(self) -> Happened:
        """What was typed, as the record keeps it."""
        said: Mapping[str, Any] = self.cleaned_data
        events: tuple[Event, ...] | None = None
        if said["any"] or said["events"]:
            events = tuple(
                Event(
                    event=one,
                    treated=said[f"{TREATED}{one}"],
                    note=said[f"{NOTE}{one}"],
                    grade=int(said[f"{GRADE}{one}"]) if said[f"{GRADE}{one}"] else None,
                    at=f"{said[f'{AT}{one}']:%H:%M}" if said[f"{AT}{one}"] else "",
                )
                for one in said["events"]
            )
        average = said.get("pain_24h")
        return Happened(
            pain_24h=int(average) if average else None,
            pain_before=int(said["pain_before"]) if said["pain_before"] else None,
            pain_after=int(said["pain_after"]) if said["pain_after"] else None,
            events=events,
            felt=sensory.read(said, self.content, sensory.AFTER) if self.sensory else (),
            moves=sensory.moves(said, sensory.AFTER),
            relief_percent=said.get("relief_percent"),
            relief_hours=said.get("relief_hours"),
            note=said["note"],
            leaving=tuple(said["leaving"]),
            leaving_why=said["leaving_why"],
            untested_why=said.get("untested_why") or "",
        )


def _grades(content: Content, scale: str) -> list[tuple[str, str]]:
    """The degrees of a scale, each in its words."""
    found = next((one.grades for one in content.scales if one.id == scale), ())
    return [(str(one.grade), f"{one.grade} – {one.says.in_language(current())}") for one in found]


def stands_happened(happened: Happened) -> dict[str, Any]:
    """What happened as its form shows it."""
    said = "" if happened.events is None else "some" if happened.events or happened.note else "none"
    if happened.events == ():
        said = "none"
    return {
        "pain_24h": "" if happened.pain_24h is None else str(happened.pain_24h),
        "pain_before": "" if happened.pain_before is None else str(happened.pain_before),
        "pain_after": "" if happened.pain_after is None else str(happened.pain_after),
        "any": said,
        "events": [one.event for one in happened.events or ()],
        **{f"{TREATED}{one.event}": one.treated for one in happened.events or ()},
        **{f"{NOTE}{one.event}": one.note for one in happened.events or ()},
        **{f"{GRADE}{one.event}": str(one.grade or "") for one in happened.events or ()},
        **{f"{AT}{one.event}": one.at for one in happened.events or ()},
        **sensory.stands(happened.felt, happened.moves, sensory.AFTER),
        "relief_percent": happened.relief_percent,
        "relief_hours": happened.relief_hours,
        "note": happened.note,
        "leaving": list(happened.leaving),
        "leaving_why": happened.leaving_why,
        "untested_why": happened.untested_why,
    }
