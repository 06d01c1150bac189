"""A complaint of a patient who is on file: described, corrected, marked on the body figure.

What the figure says fills in what was left open. Where it says another zone or side than what was
chosen, that is asked about: pain may radiate, and a hand may slip.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import VersionedForm
from dolenti.clinic.common.typed import TypedText
from dolenti.clinic.complaints.body import BodyAnswer, Marked, read_body
from dolenti.clinic.complaints.forms import PainForm
from dolenti.guideline.birth import BirthDate
from dolenti.guideline.body import BodyMap
from dolenti.records.models import Complaint, Patient


class PlaceForm(PainForm):
    """Where it hurts and of what, beside the figure."""

    def __init__(self, *args: Any, answer: BodyAnswer, **kwargs: Any) -> None:
        self.answer = answer
        super().__init__(*args, **kwargs)

    @property
    def marked_zone(self) -> str | None:
        return self.answer.marked.zone if self.answer.marked else None


class ComplaintForm(PlaceForm):
    """A pain of a patient: diagnosis or zone, side, since when."""

    note = TypedText(
        label=_("Note"),
        help_text=_("What a colleague should know about this pain."),
        required=False,
        longest=1000,
        lines=True,
    )

    agreed = forms.BooleanField(
        label=_("Both are right: it hurts there as well, it radiates there"), required=False
    )

    another = forms.BooleanField(
        label=_("It is another pain than the one that the record has"), required=False
    )

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        self.patient = patient
        self.disagrees = ""
        super().__init__(*args, **kwargs)

    def born(self, cleaned: dict[str, Any]) -> BirthDate | None:
        return self.patient.birth_date

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        marked = self.answer.marked
        for error in self.answer.errors:
            self.add_error(None, error)
        if marked is not None and not self.errors:
            self.disagrees = self._disagrees(cleaned, marked)
            if self.disagrees and not cleaned.get("agreed"):
                self.add_error("agreed", self.disagrees)
        return cleaned

    def _disagrees(self, cleaned: dict[str, Any], marked: Marked) -> str:
        """What of the answers the figure speaks against, as a sentence; empty where nothing."""
        condition, zone = cleaned.get("condition"), cleaned.get("zone")
        zones = (zone,) if zone else self.zones_of(condition) if condition else ()
        labels = {one.id: one.label.in_language(self.language) for one in self.edition.zones}
        if zones and marked.zone not in zones:
            return now("The figure says “%(figure)s”, the answers “%(answers)s”: correct one.") % {
                "figure": labels.get(marked.zone, marked.zone),
                "answers": ", ".join(labels.get(one, one) for one in zones),
            }
        side = cleaned.get("side")
        if side and marked.side and side != marked.side:
            options = dict(self._choices("side").choices)  # type: ignore[arg-type]
            return now("The figure says “%(figure)s”, the answers “%(answers)s”: correct one.") % {
                "figure": options.get(marked.side, marked.side),
                "answers": options.get(side, side),
            }
        return ""

    def values(self) -> dict[str, Any]:
        """What is written; the zone is the server's, with the edition of its map."""
        kept = ("condition", "zone", "side", "since", "note")
        values = {name: self.cleaned_data[name] for name in kept}
        marked = self.answer.marked
        if marked is not None and not values["zone"] and not self.disagrees:
            values["zone"] = marked.zone
        return {
            **values,
            "points": marked.points_as_json() if marked else [],
            "region": marked.region if marked else "",
            "map_edition": marked.edition if marked else "",
        }


class EditComplaintForm(ComplaintForm, VersionedForm):
    """A complaint corrected."""


def sent_with(post: QueryDict, answer: BodyAnswer) -> QueryDict:
    """What was sent, with what the figure says where nothing was chosen."""
    marked = answer.marked
    if marked is None:
        return post
    data = post.copy()
    if not data.get("condition") and not data.get("zone"):
        data["zone"] = marked.zone
    if not data.get("side") and marked.side:
        data["side"] = marked.side
    return data


def stored_answer(complaint: Complaint, body: BodyMap) -> BodyAnswer:
    """What is marked of a complaint, for the control; points of a lost figure are left out."""
    sent = QueryDict(mutable=True)
    points = [one for one in complaint.points if one.get("figure") in body.figures]
    sent.setlist("body-point", [f"{p['figure']},{p['x']},{p['y']}" for p in points])
    sent["body-region"] = complaint.region if complaint.region in body.regions else ""
    return read_body(sent, body)


def written(complaint: Complaint) -> dict[str, Any]:
    """A complaint as its form shows it."""
    kept = ("condition", "zone", "side", "since", "note")
    return {name: getattr(complaint, name) for name in kept} | {"based_on": complaint.version}
