"""The sensory map on the page: areas by ways of testing, before and 15 minutes after a freeze."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from dolenti.guideline.session import sensory
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.shapes.cryo import SensoryTest
from dolenti.treatment.content import Felt, Freezing, Happened
from dolenti.ui.labels import LABELS
from dolenti.ui.language import current

BEFORE: Final = "felt_"
AFTER: Final = "after_"
"""How the names of the fields begin: both maps stand on one page."""
ALL: Final = "all"
MOVES: Final = "moves"


def add_fields(form: forms.Form, content: Content, when: str) -> None:
    """A choice for each area and way of testing; one tick for “normal everywhere”; strength."""
    test = content.cryoneurolysis.sensory_test
    form.fields[f"{when}{ALL}"] = forms.BooleanField(
        label=_("Normal in every area that is left empty"), required=False
    )
    for area, modality, name in _cells(test, when):
        form.fields[name] = forms.ChoiceField(
            label=f"{area}, {modality}",
            choices=[("", "–"), *LABELS["felt"].items()],
            required=False,
            widget=forms.Select(attrs={"class": "short"}),
        )
    form.fields[f"{when}{MOVES}"] = forms.ChoiceField(
        label=_("Knee extension, foot and big toe raised"),
        choices=[("", "–"), *LABELS["felt-moves"].items()],
        required=False,
    )


def _name(when: str, area: str, way: str) -> str:
    """What the field of an area is called, by a way of testing."""
    return f"{when}{area}_{way}"


def _cells(test: SensoryTest, when: str) -> Iterator[tuple[str, str, str]]:
    language = current()
    for area in test.areas:
        for way in test.modalities:
            labels = area.label.in_language(language), way.label.in_language(language)
            yield (*labels, _name(when, area.id, way.id))


def rows(form: forms.Form, content: Content, when: str) -> list[dict[str, Any]]:
    """Each area with its fields, in the order of the ways of testing."""
    test, language = content.cryoneurolysis.sensory_test, current()
    return [
        {
            "area": area.label.in_language(language),
            "alarm": area.alarm,
            "cells": [form[_name(when, area.id, way.id)] for way in test.modalities],
        }
        for area in test.areas
    ]


class Areas:
    """A form that holds a map: its rows, and whether something is said of an area."""

    sensory: list[dict[str, Any]]

    @property
    def sensory_said(self) -> bool:
        """Whether the areas are shown open: one of them is not normal, nor left empty."""
        cells = (cell for row in self.sensory for cell in row["cells"])
        return any(cell.value() not in (None, "", "normal") for cell in cells)


def read(said: Mapping[str, Any], content: Content, when: str) -> tuple[Felt, ...]:
    """What was typed; what was left empty is normal only where somebody ticked so."""
    test = content.cryoneurolysis.sensory_test
    everywhere: Any = "normal" if said.get(f"{when}{ALL}") else ""
    return tuple(
        Felt(area=area.id, modality=way.id, finding=found)
        for area in test.areas
        for way in test.modalities
        if (found := said.get(_name(when, area.id, way.id)) or everywhere)
    )


def moves(said: Mapping[str, Any], when: str) -> bool | None:
    """Whether strength was kept; ``None`` where nobody said."""
    return {"kept": True, "lost": False}.get(said.get(f"{when}{MOVES}", ""))


def stands(felt: Sequence[Felt], moves: bool | None, when: str) -> dict[str, Any]:
    """The map as its fields show it."""
    found: dict[str, Any] = {_name(when, one.area, one.modality): one.finding for one in felt}
    found[f"{when}{MOVES}"] = {True: "kept", False: "lost", None: ""}[moves]
    return found


def alarm(content: Content, freezing: Freezing | None, happened: Happened) -> str:
    """What the knowledge says where an area that must not be numb is, or strength is lost; else
    nothing."""
    if freezing is None:
        return ""
    return alarm_of(content, freezing.felt, happened.felt, happened.moves)


def alarm_of(
    content: Content, before: Sequence[Felt], after: Sequence[Felt], moves: bool | None
) -> str:
    """The same, of what was felt at any moment after a freeze."""
    test = content.cryoneurolysis.sensory_test
    areas = sensory.alarmed(test, before, after, moves)
    if areas is None:
        return ""
    language = current()
    named = [one.label.in_language(language) for one in areas]
    found = [_("numb or dulled where it must not be: %(areas)s") % {"areas": ", ".join(named)}]
    found = found if named else []
    if moves is False:
        found.insert(0, _("strength lost (knee extension, foot and big toe raised)"))
    told = "; ".join(found) if language == "en" else "\u00a0; ".join(found)
    return f"{told[:1].upper()}{told[1:]}. {test.alarm.in_language(language)}."


def lines(
    content: Content, felt: Sequence[Felt], moved: bool | None, language: str
) -> Iterator[tuple[str, str]]:
    """The map in lines: each area with what was found by each way of testing."""
    test = content.cryoneurolysis.sensory_test
    ways = {one.id: one.label.in_language(language) for one in test.modalities}
    for area in test.areas:
        of_area = [one for one in felt if one.area == area.id]
        if of_area:
            yield area.label.in_language(language), _in_words(of_area, ways)
    if moved is not None:
        told = LABELS["felt-moves"]["kept" if moved else "lost"]
        yield _("Knee extension, foot and big toe raised"), str(told)


def _in_words(of_area: Sequence[Felt], ways: Mapping[str, str]) -> str:
    """What was found in an area: once, where every way of testing found the same."""
    found = {str(LABELS["felt"][one.finding]) for one in of_area}
    if len(found) == 1 and len(of_area) == len(ways):
        return str(*found)
    return ", ".join(
        f"{ways.get(one.modality, one.modality)} {LABELS['felt'][one.finding]}" for one in of_area
    )


def ways(content: Content) -> list[str]:
    """The ways of testing, in words."""
    test = content.cryoneurolysis.sensory_test
    return [one.label.in_language(current()) for one in test.modalities]
