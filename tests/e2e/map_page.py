"""Pages with nothing on them but the injection map, mounted by the tests alone: one that is drawn
on, and what two sessions have in common."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import include, path
from msgspec.structs import replace

from dolenti.clinic.injections.control import About, Product, control
from dolenti.clinic.injections.shown import compared, shown
from dolenti.guideline import session
from dolenti.guideline.session import DrawnMap, DrawnPoint
from dolenti.records import engine

PAGE = """{% extends "ui/base.html" %}
{% block title %}Carte{% endblock %}
{% block styles %}{% include "clinic/injections/styles.html" %}{% endblock %}
{% block scripts %}{% include "clinic/injections/scripts.html" %}{% endblock %}
{% block content %}<h1>Séance</h1>
<form method="post">{% csrf_token %}
{% include "clinic/injections/map.html" %}</form>{% endblock %}"""

COMPARED = """{% extends "ui/base.html" %}
{% block title %}Comparaison{% endblock %}
{% block styles %}{% include "clinic/injections/styles.html" %}{% endblock %}
{% block content %}<h1>Comparaison</h1>
{% include "clinic/injections/compare.html" %}
<h2>Séance 2</h2>
{% include "clinic/injections/shown.html" %}{% endblock %}"""


def last() -> DrawnMap:
    """Four points of the session before, beside the lumbar spine."""
    points = tuple(
        DrawnPoint(
            figure="spine", x=x, y=1300, technique="point-by-point", depth_mm=Decimal(4),
            volume_ml=Decimal("0.1"), needle="n4-27",
        )
        for x in (380, 440, 560, 620)
    )  # fmt: skip
    return DrawnMap(edition="2026.1", points=points)


def drawing(request: HttpRequest) -> HttpResponse:
    """The map of a session of the lumbar spine: 2 mL were prepared."""
    places = session.places(engine.edition_in_force())
    about = About(
        prepared_ml=Decimal(request.GET.get("prepared", "2")),
        products=[
            Product("Lidocaïne 10 mg/mL", "mg", Decimal(5)),
            Product("Arnica", "mL", Decimal("0.5")),
        ],
        bmi=24,
        zone="lumbar-spine",
        meant=session.Meant(("lumbar-spine",), "left" if "left" in request.GET else ""),
        last=last(),
        last_label="Séance 2, 3 mars 2026",
    )
    made = control(places, about, typed=request.GET.get("typed"))
    return HttpResponse(Template(PAGE).render(RequestContext(request, {"map": made})))


def comparing(request: HttpRequest) -> HttpResponse:
    """The session before, and one with a point moved, one left out, one deeper, one more."""
    places = session.places(engine.edition_in_force())
    before = last()
    moved, _, deeper, stays = before.points
    after = DrawnMap(
        edition=before.edition,
        points=(
            replace(moved, x=400),
            replace(deeper, depth_mm=Decimal(6)),
            stays,
            replace(stays, y=1200, technique="papule", depth_mm=Decimal(2)),
        ),
    )
    context = {"compared": compared(places, before, after), "shown": shown(places, after, "after")}
    return HttpResponse(Template(COMPARED).render(RequestContext(request, context)))


urlpatterns = [
    path("drawing/", drawing),
    path("comparing/", comparing),
    path("", include("dolenti.config.urls")),
]
