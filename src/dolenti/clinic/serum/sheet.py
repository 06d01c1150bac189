"""The sheet that goes with the units of a draw: how each was made, for which no label has room."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.calendar.moments import to_local
from dolenti.clinic.common.request import user_of
from dolenti.serum import gate
from dolenti.serum.models import Unit
from dolenti.serum.steps import ENDED
from dolenti.ui import print as printing
from dolenti.ui.documents import clinic_of, inline, patient_of
from dolenti.ui.language import current
from dolenti.ui.templatetags.dolenti import figure


@page("draws/<slug:public_id>/sheet/", "serum-sheet", Permission.PREPARE_SERUM)
def sheet(request: HttpRequest, public_id: str) -> HttpResponse:
    """The sheet of a draw, as a document: its units that have not come to an end."""
    user = user_of(request)
    found = gate.draw(user, public_id)
    units = gate.units(user).filter(draw=found).exclude(state__in=ENDED).order_by("position")
    runs = gate.runs_of(user, found)
    rows = units.select_related("tube__device")
    document = printing.SerumSheet(
        clinic_of(found.patient.site),
        patient_of(found.patient),
        found.day,
        tuple(_row(one, runs.get(one.tube_id, "")) for one in rows),
        to_local(timezone.now()),
    )
    return inline(printing.serum_sheet(document, current()), f"{public_id}.pdf")


def _row(unit: Unit, run: str) -> printing.SheetUnit:
    tube = unit.tube
    return printing.SheetUnit(
        unit.number,
        figure(float(unit.volume)) if unit.volume else "",
        _local(tube.drawn_at),
        (_local(tube.incubated_from), _local(tube.incubated_to)),
        run,
        tube.device.number,
    )


def _local(at: datetime | None) -> datetime | None:
    return to_local(at) if at is not None else None
