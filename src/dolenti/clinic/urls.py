"""The addresses of the practitioner's screens: each stands on its view, see ``access.pages``.

No address says anything of a patient.
"""

from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from dolenti import clinic
from dolenti.access.pages import pages_of

urlpatterns = [
    path("language/", set_language, name="language"),
    *(page.pattern for page in pages_of(clinic)),
]
