"""Who may open what: every view stands in the matrix, and the matrix is what happens."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from dolenti.access.guard import LOGGED_IN
from dolenti.access.models import User
from dolenti.access.roles import PERMISSIONS, Permission, Role
from dolenti.records import contacting, engine, merging
from dolenti.records.models import Assessment, Complaint
from dolenti.records.once import Submission
from tests.web.courses import arguments_of
from tests.web.keeping import proposed, row_of
from tests.web.patients import PAUL, registered

K, R, W, A, T = (
    Permission.READ_KNOWLEDGE,
    Permission.READ_RECORDS,
    Permission.WRITE_RECORDS,
    Permission.ASSESS,
    Permission.ATTEST,
)
P, WP, M = Permission.READ_PATIENTS, Permission.WRITE_PATIENTS, Permission.MERGE_PATIENTS
PLAN, CONSENT, QUOTE = Permission.PLAN, Permission.CONSENT, Permission.QUOTE
SCHEDULE, ADMINISTER, ERASE = Permission.SCHEDULE, Permission.ADMINISTER, Permission.ERASE
AGENDA = Permission.READ_AGENDA
# The permission each view needs; LOGGED_IN is for whoever has an account, None for everyone.
MATRIX: dict[str, Permission | str | None] = {
    "health": None,
    "health-ready": None,
    "metrics": None,  # nothing there for strangers: see test_health.py
    "account_login": None,
    "account_logout": None,
    "account_inactive": None,
    "account_reset_password": None,
    "account_reset_password_done": None,
    "account_reset_password_from_key": None,
    "account_reset_password_from_key_done": None,
    "mfa_authenticate": None,
    "mfa_login_webauthn": None,
    "account_reauthenticate": LOGGED_IN,
    "account_change_password": LOGGED_IN,
    "mfa_index": LOGGED_IN,
    "mfa_reauthenticate": LOGGED_IN,
    "mfa_reauthenticate_webauthn": LOGGED_IN,
    "mfa_activate_totp": LOGGED_IN,
    "mfa_deactivate_totp": LOGGED_IN,
    "mfa_add_webauthn": LOGGED_IN,
    "mfa_remove_webauthn": LOGGED_IN,
    "mfa_view_recovery_codes": LOGGED_IN,
    "mfa_generate_recovery_codes": LOGGED_IN,
    "usersessions_list": LOGGED_IN,
    "language": None,
    "home": LOGGED_IN,
    "patients": P,
    "patient-new": WP,
    "patient-import": W,
    "patient": P,
    "patient-identity": P,
    "patient-edit": WP,
    "patient-error": WP,
    "patient-care": WP,
    "patient-care-end": WP,
    "contact-new": WP,
    "contact-edit": WP,
    "contact-end": WP,
    "patient-copy": Permission.EXPORT_RECORD,
    "patient-erasure": ERASE,
    "patient-erasure-propose": ERASE,
    "retention": ERASE,
    "drafts-forget": ERASE,
    "erasure-confirm": ERASE,
    "erasure-drop": ERASE,
    "site": ADMINISTER,
    "site-hours": ADMINISTER,
    "site-rooms": ADMINISTER,
    "site-room": ADMINISTER,
    "site-room-close": ADMINISTER,
    "site-closures": ADMINISTER,
    "site-closure": ADMINISTER,
    "site-closure-take-back": ADMINISTER,
    "site-fees": ADMINISTER,
    "site-fee": ADMINISTER,
    "site-fee-end": ADMINISTER,
    "patient-merge": M,
    "patient-merge-with": M,
    "merge-undo": M,
    "patient-facts": R,
    "patient-fact": W,
    "patient-import-into": W,
    "patient-complaint-new": W,
    "document": R,
    "draft-keep": LOGGED_IN,
    "draft-discard": LOGGED_IN,
    "complaints": R,
    "complaint-new": W,
    "complaint-import": W,
    "complaint": R,
    "complaint-edit": W,
    "complaint-resolve": W,
    "complaint-error": W,
    "complaint-facts": W,
    "complaint-answer": W,
    "complaint-nothing-else": A,
    "complaint-store": A,
    "assessments": R,
    "assessment": R,
    "assessment-pass": PLAN,
    "changed-verdicts": R,
    "referrals": R,
    "referral": W,
    "course-new": PLAN,
    "course": R,
    "course-products": PLAN,
    "course-start": PLAN,
    "course-complete": PLAN,
    "course-stop": PLAN,
    "course-calendar": R,
    "course-consent": CONSENT,
    "course-consent-document": CONSENT,
    "consent-document": R,
    "consent-withdraw": CONSENT,
    "quotation-new": QUOTE,
    "quotation-document": QUOTE,
    "agenda": AGENDA,
    "agenda-week": AGENDA,
    "agenda-list": AGENDA,
    "own-privileges": PLAN,
    "appointment-find": SCHEDULE,
    "patient-appointment": SCHEDULE,
    "absences": SCHEDULE,
    "absence": SCHEDULE,
    "absence-end": SCHEDULE,
    "session": AGENDA,
    "session-arrive": SCHEDULE,
    "session-undo-arrival": SCHEDULE,
    "session-finish": SCHEDULE,
    "session-calendar": AGENDA,
    "session-move": SCHEDULE,
    "session-cancel": SCHEDULE,
    "session-missed": SCHEDULE,
    "session-again": SCHEDULE,
    "privileges": ADMINISTER,
    "privilege-withdraw": ADMINISTER,
    "knowledge": K,
    "knowledge-red-flags": K,
    "knowledge-therapy": K,
    "knowledge-therapy-part": K,
    "knowledge-products": K,
    "knowledge-product": K,
    "knowledge-mixtures": K,
    "knowledge-measures": K,
    "knowledge-facts": K,
    "knowledge-contradictions": K,
    "knowledge-choices": K,
    "knowledge-attest": T,
    "knowledge-sources": K,
    "knowledge-coverage": K,
}
GUARDED = [name for name, permission in MATRIX.items() if permission is not None]
# These show one's own means of the second step, and nothing where there is none.
OF_ONES_OWN = {"mfa_deactivate_totp", "mfa_remove_webauthn"}
# What is open between the password and the second step.
SETTING_UP = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
OF_A_COMPLAINT = [
    name
    for name in MATRIX
    if name.startswith("complaint-") and name not in ("complaint-new", "complaint-import")
] + ["complaint"]
OF_A_PATIENT = [
    name
    for name in MATRIX
    if name.startswith("patient-") and name not in ("patient-new", "patient-import")
] + ["patient", "contact-new"]
OF_A_COURSE = [
    name
    for name in MATRIX
    if name.startswith(("course", "consent-", "quotation-", "session-", "referral"))
    and name != "referrals"
] + ["assessment-pass", "session"]
# Rows of a site that an administrator keeps.
OF_A_SITE = [
    "site-room",
    "site-room-close",
    "site-closure",
    "site-closure-take-back",
    "site-fee",
    "site-fee-end",
]
OF_AN_ERASURE = ["erasure-confirm", "erasure-drop"]
OF_A_RECORD = [
    *OF_A_COURSE,
    *OF_A_COMPLAINT,
    *OF_A_PATIENT,
    "assessment",
    "contact-edit",
    "contact-end",
    "merge-undo",
    "document",
    "absence",
    "absence-end",
]
ONLY_READ = {
    "session",
    "session-calendar",
    "absence",
    "course",
    "course-calendar",
    "course-consent-document",
    "consent-document",
    "quotation-document",
    "complaint",
    "assessment",
    "patient",
    "patient-identity",
    "patient-facts",
    "document",
}


def all_views(patterns: Any) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from all_views(pattern.url_patterns)
        else:
            yield pattern


def test_every_view_stands_in_the_matrix() -> None:
    names = {view.name for view in all_views(get_resolver().url_patterns)}
    assert names == set(MATRIX)


def test_every_view_carries_the_guard_that_the_matrix_names() -> None:
    for view in all_views(get_resolver().url_patterns):
        assert getattr(view.callback, "permission", None) == MATRIX[view.name or ""], view.name


def address(name: str, knee: Complaint, stored: Assessment) -> str:
    edition = engine.edition_in_force()
    arguments: dict[str, list[str]] = {
        "assessment": [stored.public_id],
        "knowledge-therapy": [edition.therapies[0].id],
        "knowledge-therapy-part": [edition.therapies[0].id, "rules"],
        "knowledge-product": [edition.products[0].id],
        "knowledge-attest": ["acs-status-fr"],
        "mfa_remove_webauthn": ["0123456789abcdef"],
        "agenda-list": ["unclosed"],
    }
    whose = knee.patient
    if name in OF_A_COMPLAINT:
        arguments[name] = [knee.public_id]
    if name in OF_A_PATIENT:
        arguments[name] = [whose.public_id]
    if name == "patient-fact":
        arguments[name].append("allergy")
    if name == "patient-merge-with":
        arguments[name].append(registered(knee.author).public_id)
    if name in ("contact-edit", "contact-end"):
        sent = Submission(knee.author, uuid.uuid4())
        values = {"kind": "self", "phone": "0102030405"}
        arguments[name] = [contacting.add(sent, whose, values).public_id]
    if name == "merge-undo":
        sent = Submission(knee.author, uuid.uuid4())
        other = registered(knee.author, PAUL)
        arguments[name] = [merging.merge(sent, whose, other, "same card").public_id]
    if name == "document":
        assert knee.document is not None
        arguments[name] = [knee.document.public_id]
    if name in OF_A_COURSE or name in ("privilege-withdraw", "absence", "absence-end"):
        arguments[name] = arguments_of(name, stored)
    if name in OF_A_SITE:
        arguments[name] = [row_of(name, knee.author).public_id]
    if name in OF_AN_ERASURE:
        arguments[name] = [proposed(knee.author, whose).public_id]
    if name.startswith("draft-"):
        arguments[name] = ["patient-new"]
    return reverse(name, args=arguments.get(name, []))


@pytest.mark.parametrize("name", GUARDED)
def test_a_stranger_is_sent_to_log_in(
    name: str, client: Client, knee: Complaint, stored: Assessment
) -> None:
    response = client.get(address(name, knee, stored))
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/")


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_exactly_what_the_matrix_says(
    role: Role,
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    alice.role = role
    alice.set_password("correct horse battery")  # without one, nobody confirms who they are
    alice.save()
    browser = browser_of(alice)
    for name in GUARDED:
        response = browser.get(address(name, knee, stored))
        permission = MATRIX[name]
        allowed = permission == LOGGED_IN or permission in PERMISSIONS[role]
        assert (response.status_code != 403) == allowed, name
        nothing = (404,) if name in OF_ONES_OWN else ()
        assert response.status_code in ((200, 302, *nothing) if allowed else (403,)), name


def test_who_owes_a_second_step_opens_nothing_but_its_pages(
    alice: User, knee: Complaint, stored: Assessment, client: Client
) -> None:
    client.force_login(alice)  # as after a password alone
    for name in GUARDED:
        response = client.get(address(name, knee, stored))
        sent_away = response.headers.get("Location") == reverse("mfa_index")
        if name not in SETTING_UP:
            assert sent_away, name
        elif name not in ("mfa_index", "mfa_view_recovery_codes"):
            assert not sent_away, name


@pytest.mark.parametrize(
    "name", [*OF_A_SITE, *OF_AN_ERASURE, "patient-erasure", "patient-erasure-propose"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_sites_administrator_gets_404_for_what_a_site_keeps(
    name: str,
    method: str,
    chloe: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    User.objects.filter(pk=chloe.pk).update(role=Role.ADMINISTRATOR)
    response = getattr(browser_of(chloe), method)(address(name, knee, stored))
    only_read = name == "site-closure" and method == "post"
    assert response.status_code == (405 if only_read else 404)


@pytest.mark.parametrize("name", [name for name in OF_A_RECORD if MATRIX[name] != ERASE])
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_site_gets_404_for_a_record(
    name: str,
    method: str,
    chloe: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    response = getattr(browser_of(chloe), method)(address(name, knee, stored))
    only_read = name in ONLY_READ and method == "post"
    assert response.status_code == (405 if only_read else 404)


def test_another_site_sees_nothing_in_the_lists(
    chloe: User, knee: Complaint, stored: Assessment, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(chloe)
    for name in ("home", "agenda", "agenda-week", "complaints", "assessments", "patients"):
        page = browser.get(reverse(name)).content.decode()
        assert knee.public_id not in page
        assert stored.public_id not in page


def test_a_closed_account_may_nothing(alice: User) -> None:
    alice.is_active = False
    assert not any(alice.may(permission) for permission in Permission)


def test_an_unknown_role_may_nothing(alice: User) -> None:
    alice.role = "director"
    assert not any(alice.may(permission) for permission in Permission)
