"""The forms of an exercise plan: its weeks and exercises, and how far the patient came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dolenti.clinic.common.forms import TokenForm, VersionedForm
from dolenti.clinic.common.typed import DayField, TypedText
from dolenti.followup.planned import Restriction, Written
from dolenti.guideline import diary
from dolenti.guideline.diary import Content, Exercised, Weeks
from dolenti.guideline.diary.shapes.rehabilitation import SportBlock

STAGES: Final = 4
EXERCISES: Final = 4
RESTRICTIONS: Final = 3
YES, NO = "yes", "no"


class ProposeForm(TokenForm):
    """Which plan it is begun from; an empty one where none fits."""

    source = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)


@dataclass(frozen=True)
class StageFields:
    """The fields of some weeks, as a template lays them out."""

    number: int
    first: BoundField
    last: BoundField
    exercises: list[tuple[BoundField, BoundField]]
    walk: BoundField
    is_filled: bool


class PlanForm(VersionedForm):
    """A plan: first day, weeks with their exercises, the patient’s aim, what is left out."""

    begins = DayField(label=_("First day"))
    goals = TypedText(
        label=_("Aim, in the patient’s words"), required=False, longest=1000, lines=True
    )

    def __init__(
        self, *args: Any, content: Content, written: Written, language: str, **kwargs: Any
    ) -> None:
        kwargs["initial"] = kwargs.get("initial", {}) | _initial(written, language)
        super().__init__(*args, **kwargs)
        self._content, self._written = content, written
        named = sorted(content.exercises, key=lambda one: one.name.in_language(language))
        choices = [("", "–"), *((one.id, one.name.in_language(language)) for one in named)]
        for n in range(STAGES):
            for name, label in (("first", _("From week")), ("last", _("To week"))):
                self.fields[f"{name}-{n}"] = forms.IntegerField(
                    label=label,
                    required=False,
                    min_value=1,
                    max_value=52,
                    widget=forms.TextInput({"class": "short", "inputmode": "numeric"}),
                )
            for m in range(EXERCISES):
                self.fields[f"exercise-{n}-{m}"] = forms.ChoiceField(
                    label=_("Exercise"), required=False, choices=choices
                )
                self.fields[f"dose-{n}-{m}"] = TypedText(
                    label=pgettext_lazy("exercise", "How much"), required=False, longest=120
                )
            self.fields[f"walk-{n}"] = TypedText(
                label=pgettext_lazy("exercise", "Walk"), required=False, longest=200
            )
        for n in range(RESTRICTIONS):
            self.fields[f"what-{n}"] = TypedText(label=_("Leave out"), required=False, longest=200)
            self.fields[f"until-{n}"] = DayField(
                label=pgettext_lazy("restriction", "Until"), required=False
            )

    @property
    def stages(self) -> list[StageFields]:
        """The weeks, field by field."""
        found = []
        for n in range(STAGES):
            pairs = [(self[f"exercise-{n}-{m}"], self[f"dose-{n}-{m}"]) for m in range(EXERCISES)]
            names = [f"first-{n}", f"last-{n}", f"walk-{n}"]
            names += [one.name for pair in pairs for one in pair]
            filled = any(self[name].value() for name in names)
            found.append(
                StageFields(
                    n + 1, self[f"first-{n}"], self[f"last-{n}"], pairs, self[f"walk-{n}"], filled
                )
            )
        return found

    @property
    def restrictions(self) -> list[tuple[BoundField, BoundField]]:
        """What is left out, and until when."""
        return [(self[f"what-{n}"], self[f"until-{n}"]) for n in range(RESTRICTIONS)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for n in range(STAGES):
            rows = [
                (cleaned.get(f"exercise-{n}-{m}"), cleaned.get(f"dose-{n}-{m}"), m)
                for m in range(EXERCISES)
            ]
            for exercise, dose, m in rows:
                if exercise and not dose and f"dose-{n}-{m}" not in self.errors:
                    said = _("Write how much: sets, repetitions, how often.")
                    self.add_error(f"dose-{n}-{m}", said)
                if dose and not exercise and f"exercise-{n}-{m}" not in self.errors:
                    self.add_error(f"exercise-{n}-{m}", _("Choose the exercise this belongs to."))
            has_weeks = cleaned.get(f"first-{n}") and cleaned.get(f"last-{n}")
            is_used = any(exercise for exercise, _dose, _m in rows) or cleaned.get(f"walk-{n}")
            if is_used and not has_weeks:
                for name in (f"first-{n}", f"last-{n}"):
                    if not cleaned.get(name) and name not in self.errors:
                        self.add_error(name, _("Say which weeks these are."))
        for n in range(RESTRICTIONS):
            if cleaned.get(f"until-{n}") and not cleaned.get(f"what-{n}"):
                self.add_error(f"what-{n}", _("Say what is left out until that day."))
        return cleaned

    def written(self) -> Written:
        """The plan as it was typed; what was not asked here stays."""
        said = self.cleaned_data
        stages = [
            self._stage(n)
            for n in range(STAGES)
            if said.get(f"first-{n}") is not None and said.get(f"last-{n}") is not None
        ]
        restrictions = [
            Restriction(said[f"what-{n}"], said[f"until-{n}"])
            for n in range(RESTRICTIONS)
            if said[f"what-{n}"]
        ]
        return replace(
            self._written,
            begins=said["begins"],
            stages=tuple(stages),
            goals=said["goals"],
            restrictions=tuple(restrictions),
        )

    def _stage(self, n: int) -> Weeks:
        said = self.cleaned_data
        does = [
            self._exercised(said[f"exercise-{n}-{m}"], said[f"dose-{n}-{m}"])
            for m in range(EXERCISES)
            if said[f"exercise-{n}-{m}"]
        ]
        walk = said[f"walk-{n}"]
        same = next((one.walk for one in self._known() if walk in one.walk.values()), None)
        kept = {"walk": same} if same is not None else {"own_walk": walk}
        return Weeks(said[f"first-{n}"], said[f"last-{n}"], tuple(does), **kept)

    def _exercised(self, exercise: str, dose: str) -> Exercised:
        """Words of the content keep both languages; other words stand as they were written."""
        for stage in self._known():
            for one in stage.does:
                if one.exercise == exercise and dose in one.how_much.values():
                    return replace(one, own="")
        return Exercised(exercise, own=dose)

    def _known(self) -> Iterable[Weeks]:
        yield from self._written.stages
        for plan in self._content.plans:
            yield from diary.proposed(plan)


def _initial(written: Written, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {"begins": written.begins, "goals": written.goals}
    for n, stage in enumerate(written.stages[:STAGES]):
        found |= {f"first-{n}": stage.first, f"last-{n}": stage.last}
        found[f"walk-{n}"] = stage.walks(language)
        for m, one in enumerate(stage.does[:EXERCISES]):
            found |= {f"exercise-{n}-{m}": one.exercise, f"dose-{n}-{m}": one.said(language)}
    for n, row in enumerate(written.restrictions[:RESTRICTIONS]):
        found |= {f"what-{n}": row.what, f"until-{n}": row.until}
    return found


class ProgressForm(VersionedForm):
    """How far the patient came: what was settled today, the stage of sport, the last flare, and the
    days of work agreed with them."""

    sport_stage = forms.ChoiceField(label=_("Stage of sport reached"), required=False)
    sport_since = DayField(label=_("Reached on"), required=False)
    flare_on = DayField(
        label=_("Last flare"),
        required=False,
        help_text=_("Pain over 5, or still worse the next day."),
    )

    def __init__(
        self,
        *args: Any,
        content: Content,
        written: Written,
        blocks: Iterable[SportBlock],
        language: str,
        **kwargs: Any,
    ) -> None:
        self._written = written
        self._blocks = list(blocks)
        self._work = [one.id for one in diary.path_of(content, "work").stages[1:]]
        kwargs["initial"] = kwargs.get("initial", {}) | {
            "sport_stage": written.sport_stage,
            "sport_since": written.sport_since,
            "flare_on": written.flare_on,
            **{f"work-{name}": written.work.get(name) for name in self._work},
            **{f"settled-{name}": YES if there else NO for name, there in written.settled.items()},
        }
        super().__init__(*args, **kwargs)
        sport = diary.path_of(content, "sport").stages
        self.fields["sport_stage"].choices = [  # type: ignore[attr-defined]
            ("", _("None yet")),
            *((one.id, one.label.in_language(language)) for one in sport),
        ]
        for one in diary.path_of(content, "work").stages[1:]:
            self.fields[f"work-{one.id}"] = DayField(
                label=one.label.in_language(language), required=False
            )
        answers = [
            ("", _("Not known")),
            (NO, pgettext_lazy("obstacle", "No, looked for and excluded")),
            (YES, pgettext_lazy("obstacle", "Yes, it is in the way")),
        ]
        for block in self._blocks:
            self.fields[f"settled-{block.id}"] = forms.ChoiceField(
                label=block.tell.in_language(language),
                required=False,
                choices=answers,
                widget=forms.RadioSelect,
            )

    @property
    def settled(self) -> list[BoundField]:
        """What may be settled, field by field."""
        return [self[f"settled-{one.id}"] for one in self._blocks]

    @property
    def work(self) -> list[BoundField]:
        """The days of work, field by field."""
        return [self[f"work-{name}"] for name in self._work]

    def written(self) -> Written:
        """The plan with what was said; what was not asked here stays."""
        said = self.cleaned_data
        settled: dict[str, bool] = {
            one.id: said[f"settled-{one.id}"] == YES
            for one in self._blocks
            if said[f"settled-{one.id}"]
        }
        work: Mapping[str, date] = {
            name: said[f"work-{name}"] for name in self._work if said[f"work-{name}"]
        }
        return replace(
            self._written,
            settled=settled,
            sport_stage=said["sport_stage"],
            sport_since=said["sport_since"],
            flare_on=said["flare_on"],
            work=work,
        )
