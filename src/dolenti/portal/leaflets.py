"""What is read on the phone of a treatment: its leaflet, the exercises of the accepted plan."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dolenti.diary import following, link_life
from dolenti.followup import rehabilitating, returning
from dolenti.followup.sheet import exercise_sheet
from dolenti.guideline import diary as guided
from dolenti.portal.door import OF_A_COURSE, Purpose, Visit, home, inside, page, show
from dolenti.records import engine
from dolenti.treatment import fees
from dolenti.ui.language import current
from dolenti.ui.leaflets import with_prices


@page()
@inside(*OF_A_COURSE, Purpose.CONSENT, Purpose.HISTORY)
def phone_leaflet(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What the therapy is, what is claimed and what is found, and its price: the printed leaflet,
    on the phone."""
    content = following.content()
    course = link_life.course_of(visit.link)
    leaflet = guided.leaflet_of(content, course.therapy) if course is not None else None
    if leaflet is None or course is None:
        return home(visit)
    edition, pain = engine.edition_in_force(), course.complaint
    signed = guided.patient_signed(edition, f"patient/leaflets/{leaflet.id}")
    place = guided.place_of(edition, course.therapy, pain.zone, pain.condition)
    context = {
        "sheet": with_prices(
            guided.leaflet_sheet(leaflet, current(), place),
            fees.asked_for(course.site, course.therapy),
        ),
        "notice": signed.told,
    }
    return show(request, "leaflet", context, visit)


@page()
@inside(*OF_A_COURSE)
def phone_exercises(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The accepted plan of exercises, and when work and sport come back."""
    complaint, content = visit.link.of_course.complaint, following.content()
    plan = rehabilitating.accepted_of(complaint)
    if plan is None:
        return home(visit)
    complaint.patient = visit.link.patient  # the same row, with its site: not looked up again
    known = returning.known(complaint, plan, timezone.now())
    signed = guided.patient_signed(engine.edition_in_force(), "patient/rehabilitation")
    sheet = exercise_sheet(content, plan, known, current())
    return show(request, "exercises", {"sheet": sheet, "notice": signed.told}, visit)
