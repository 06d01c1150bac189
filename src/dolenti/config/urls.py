"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path

from dolenti.config import health

urlpatterns = [
    path("health/", health.live, name="health"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", health.show_metrics, name="metrics"),
    path("", include("dolenti.access.urls")),
    path("", include("dolenti.portal.urls")),
    path("", include("dolenti.clinic.urls")),
]
handler400 = "dolenti.clinic.errors.views.bad_request"
handler403 = "dolenti.clinic.errors.views.forbidden"
handler404 = "dolenti.clinic.errors.views.not_found"
handler429 = "dolenti.clinic.errors.views.too_many"  # allauth's
handler500 = "dolenti.clinic.errors.views.server_error"
