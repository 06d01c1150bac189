"""The addresses of the phone. Of a patient they hold a random token and no word."""

from __future__ import annotations

from django.urls import path

import dolenti.access.covered  # noqa: F401 - its part of an address is registered
from dolenti.portal import (
    app,
    calling,
    closing,
    done,
    forget,
    leaflets,
    new_link,
    not_me,
    offline,
    views,
)
from dolenti.portal.aftercare import views as aftercare
from dolenti.portal.consent import views as consent
from dolenti.portal.curve import views as curve
from dolenti.portal.history import views as history
from dolenti.portal.visit import views as visit

urlpatterns = [
    path("s/", app.phone_start, name="phone-start"),
    path("s/worker.js", offline.phone_start_worker, name="phone-start-worker"),
    path("s/app.webmanifest", app.phone_app, name="phone-app"),
    path("s/<slug:token>/", views.phone, name="phone"),
    path("s/<slug:token>/device/", views.phone_device, name="phone-device"),
    path("s/<slug:token>/answer/", views.phone_form, name="phone-form"),
    path("s/<slug:token>/more/", views.phone_more, name="phone-more"),
    path("s/<slug:token>/scored/<covered:name>/", views.phone_scored, name="phone-scored"),
    path("s/<slug:token>/problem/", views.phone_problem, name="phone-problem"),
    path("s/<slug:token>/help/", views.phone_help, name="phone-help"),
    path("s/<slug:token>/offline/", offline.phone_offline, name="phone-offline"),
    path("s/<slug:token>/worker.js", offline.phone_worker, name="phone-worker"),
    path("s/<slug:token>/new-link/", new_link.phone_new_link, name="phone-new-link"),
    path("s/<slug:token>/not-me/", not_me.phone_not_me, name="phone-not-me"),
    path("s/<slug:token>/close/", closing.phone_close, name="phone-close"),
    path("s/<slug:token>/forget/", forget.phone_forget, name="phone-forget"),
    path("s/<slug:token>/done/", done.phone_done, name="phone-done"),
    path("s/<slug:token>/next/", views.phone_next, name="phone-next"),
    path("s/<slug:token>/call/", calling.phone_call, name="phone-call"),
    path("s/<slug:token>/called/", calling.phone_called, name="phone-called"),
    path("s/<slug:token>/leaflet/", leaflets.phone_leaflet, name="phone-leaflet"),
    path("s/<slug:token>/history/", history.phone_history, name="phone-history"),
    path("s/<slug:token>/history/sent/", history.phone_history_sent, name="phone-history-sent"),
    path("s/<slug:token>/calendar/", history.phone_calendar, name="phone-calendar"),
    path("s/<slug:token>/visit/", visit.phone_visit, name="phone-visit"),
    path("s/<slug:token>/visit/move/", visit.phone_visit_move, name="phone-visit-move"),
    path("s/<slug:token>/visit/cancel/", visit.phone_visit_cancel, name="phone-visit-cancel"),
    path("s/<slug:token>/visit/wish/", visit.phone_visit_wish, name="phone-visit-wish"),
    path("s/<slug:token>/ask-visit/", visit.phone_ask_visit, name="phone-ask-visit"),
    path("s/<slug:token>/consent/", consent.phone_consent, name="phone-consent"),
    path("s/<slug:token>/consent/ask/", consent.phone_consent_ask, name="phone-consent-ask"),
    path("s/<slug:token>/consent/no/", consent.phone_consent_no, name="phone-consent-no"),
    path("s/<slug:token>/consent/code/", consent.phone_consent_code, name="phone-consent-code"),
    path("s/<slug:token>/consent/sign/", consent.phone_consent_sign, name="phone-consent-sign"),
    path("s/<slug:token>/consent/done/", consent.phone_consent_done, name="phone-consent-done"),
    path("s/<slug:token>/consent/copy/", consent.phone_consent_copy, name="phone-consent-copy"),
    path(
        "s/<slug:token>/consent/details/",
        consent.phone_consent_details,
        name="phone-consent-details",
    ),
    path("s/<slug:token>/curve/", curve.phone_curve, name="phone-curve"),
    path("s/<slug:token>/curve/code/", curve.phone_curve_code, name="phone-curve-code"),
    path("s/<slug:token>/aftercare/", aftercare.phone_aftercare, name="phone-aftercare"),
    path("s/<slug:token>/exercises/", leaflets.phone_exercises, name="phone-exercises"),
    path("s/<slug:token>/stop/", views.phone_stop, name="phone-stop"),
    path("s/<slug:token>/language/", views.phone_language, name="phone-language"),
]
