"""From an assessment to a course: decisions, courses, sessions, consents, prices, privileges."""

from __future__ import annotations

from django.urls import path

from dolenti.clinic.views import consents, courses, decisions, privileges, quotations, sessions

ASSESSMENT = "assessments/<slug:public_id>/therapies/<slug:therapy>"
COURSE = "courses/<slug:public_id>"
SESSION = "sessions/<slug:public_id>"

urlpatterns = [
    path(f"{ASSESSMENT}/pass/", decisions.assessment_pass, name="assessment-pass"),
    path(f"{ASSESSMENT}/course/", courses.course_new, name="course-new"),
    path("changed-verdicts/", decisions.changed_verdicts, name="changed-verdicts"),
    path("referrals/", decisions.referral_list, name="referrals"),
    path("referrals/<slug:public_id>/", decisions.referral, name="referral"),
    path(f"{COURSE}/", courses.course, name="course"),
    path(f"{COURSE}/products/", courses.course_products, name="course-products"),
    path(f"{COURSE}/start/", courses.course_start, name="course-start"),
    path(f"{COURSE}/complete/", courses.course_complete, name="course-complete"),
    path(f"{COURSE}/stop/", courses.course_stop, name="course-stop"),
    path(f"{COURSE}/calendar/", courses.course_calendar, name="course-calendar"),
    path(f"{COURSE}/consent/", consents.course_consent, name="course-consent"),
    path(
        f"{COURSE}/consent/document/",
        consents.course_consent_document,
        name="course-consent-document",
    ),
    path("consents/<slug:public_id>/document/", consents.consent_document, name="consent-document"),
    path("consents/<slug:public_id>/withdraw/", consents.consent_withdraw, name="consent-withdraw"),
    path(f"{COURSE}/quotation/", quotations.quotation_new, name="quotation-new"),
    path(
        "quotations/<slug:public_id>/document/",
        quotations.quotation_document,
        name="quotation-document",
    ),
    path(f"{SESSION}/move/", sessions.session_move, name="session-move"),
    path(f"{SESSION}/cancel/", sessions.session_cancel, name="session-cancel"),
    path(f"{SESSION}/missed/", sessions.session_missed, name="session-missed"),
    path(f"{SESSION}/again/", sessions.session_again, name="session-again"),
    path("privileges/", privileges.privilege_list, name="privileges"),
    path(
        "privileges/<slug:public_id>/withdraw/",
        privileges.privilege_withdraw,
        name="privilege-withdraw",
    ),
]
