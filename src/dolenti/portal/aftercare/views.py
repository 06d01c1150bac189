"""The leaflet of a session: what the paper says, in the patient’s language, to be read again.

It shows no name of the patient, and nothing of the record but what the leaflet says.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from dolenti.diary import leaflet
from dolenti.diary.answers import ClosedError
from dolenti.guideline import session as guided
from dolenti.portal.door import Purpose, Visit, inside, page, show
from dolenti.records import engine


@page()
@inside(Purpose.AFTERCARE)
def phone_aftercare(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What to do and to watch for after the session."""
    try:
        sheet = leaflet.sheet_of(visit.link)
    except ClosedError:
        return show(request, "aftercare/over", {}, visit, status=409)
    signed = guided.signed(engine.edition_in_force(), "session/aftercare")
    notice = "" if signed.told is None else signed.told.in_language(sheet.language)
    return show(request, "aftercare/sheet", {"sheet": sheet, "notice": notice}, visit)
