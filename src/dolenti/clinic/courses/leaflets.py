"""What the patient reads of a therapy before deciding."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import pgettext

from dolenti.access.pages import page
from dolenti.access.roles import Permission
from dolenti.calendar.moments import to_local
from dolenti.clinic.common.documents import exported
from dolenti.clinic.common.request import user_of
from dolenti.guideline import diary as guided
from dolenti.records import engine
from dolenti.treatment import consents, fees
from dolenti.treatment import gate as treatment_gate
from dolenti.ui import print as printing
from dolenti.ui.documents import clinic_of, patient_of
from dolenti.ui.leaflets import with_prices

LARGE = "large"


@page("courses/<slug:public_id>/leaflet/", "course-leaflet", Permission.READ_RECORDS)
def course_leaflet(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the therapy is, how it goes, what is claimed and what is found, in the patient’s
    language; in large print where it is asked for."""
    user = user_of(request)
    course = treatment_gate.course(user, public_id)
    edition = engine.edition_in_force()
    leaflet = guided.leaflet_of(guided.content(edition), course.therapy)
    if leaflet is None:
        raise Http404
    language = consents.language_of(course)
    signed = guided.patient_signed(edition, f"patient/leaflets/{leaflet.id}")
    pain = course.complaint
    place = guided.place_of(edition, course.therapy, pain.zone, pain.condition)
    is_large = request.GET.get("size") == LARGE
    pdf = printing.aftercare(
        with_prices(
            guided.leaflet_sheet(leaflet, language, place),
            fees.asked_for(course.site, course.therapy),
        ),
        clinic_of(course.site),
        patient_of(course.patient),
        signed,
        to_local(timezone.now()),
        is_large=is_large,
    )
    return exported(user, "course", course, pdf, pgettext("file", "therapy-leaflet"))
