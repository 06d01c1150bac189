"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("dolenti.access.urls")),
    path("", include("dolenti.clinic.urls")),
]
handler400 = "dolenti.clinic.views.errors.bad_request"
handler403 = "dolenti.clinic.views.errors.forbidden"
handler404 = "dolenti.clinic.views.errors.not_found"
handler500 = "dolenti.clinic.views.errors.server_error"
