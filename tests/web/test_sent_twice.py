"""Every form of the site, sent twice as it stands: the second time nothing more is written."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from dolenti.access.guard import LOGGED_IN
from dolenti.access.models import User
from dolenti.access.roles import PERMISSIONS, Role
from dolenti.records.models import Assessment, Complaint
from tests.web.test_permissions import MATRIX, address, all_views

# The door's forms: allauth's, each its own test in test_login.py. What they change is one's own
# account, or whether one is logged in; sent twice they change it to the same.
OF_THE_DOOR = {name for name in MATRIX if name.startswith(("account_", "mfa_", "usersessions"))}
# Nothing is written by these: a search is kept in the session, a language in a cookie.
WRITE_NOTHING = {"language", "patients", "patient-merge"}
# What a person types, where a form leaves it open.
TYPED = {
    "birth_name": "Kowalski", "first_name": "Hedwige", "birth_date": "14/07/1977",
    "sex": "female", "name": "Voisine", "phone": "0102030405", "kind": "relative",
    "reason": "Saisie sur la mauvaise personne", "condition": "hip-osteoarthritis",
    "side": "left", "value": "none", "outcome": "Vu aux urgences", "note": "Dit au téléphone",
    "said_by": "patient", "proof": "DIU 2019", "label": "Infiltration", "price": "90",
    "text": "", "sure": "on", "fact": "anticoagulant", "therapy": "infiltration",
}  # fmt: skip
# What so simple a filling gets wrong, or the record is not ready for: refused twice, and written
# by nobody. With their own words they are sent twice elsewhere (tests/crash/test_at_once.py and
# the tests of each view).
REFUSED = {
    "assessment-pass", "complaint-edit", "complaint-import", "complaint-new", "complaint-store",
    "course-complete", "course-consent", "course-new", "course-start", "erasure-confirm",
    "knowledge-attest", "patient-appointment", "patient-complaint-new", "patient-erasure",
    "patient-fact", "patient-import", "patient-import-into", "quotation-new", "session-again",
    "session-arrive", "session-finish", "session-missed", "site-closures", "site-fees",
    "people", "person-role", "places", "trail-find",
}  # fmt: skip
WRITTEN = {
    "opening-end", "opening-review", "patient-open", "person-back", "person-invite",
    "person-leave", "person-second-step", "trail-export",
    "absence-end", "absences", "appointment-find", "complaint-answer", "complaint-error",
    "complaint-facts", "complaint-nothing-else", "complaint-resolve", "consent-withdraw",
    "contact-edit", "contact-end", "contact-new", "course-products", "course-stop",
    "draft-discard", "draft-keep", "drafts-forget", "erasure-drop", "merge-undo", "patient-care",
    "patient-care-end", "patient-copy", "patient-edit", "patient-erasure-propose",
    "patient-error", "patient-merge-with", "patient-new", "privilege-withdraw", "privileges",
    "referral", "session-cancel", "session-move", "session-undo-arrival", "site",
    "site-closure-take-back", "site-fee", "site-fee-end", "site-hours", "site-room",
    "site-room-close", "site-rooms",
}  # fmt: skip
KEPT_OUT = {"AuditEntry", "Session", "UserSession"}  # the trail says each sending; log-ins


class Forms(HTMLParser):
    """The forms of a page: where each goes, and what it would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((told.get("action", ""), {}))
            return
        if not self.found:
            return
        fields, name, value = self.found[-1][1], told.get("name", ""), told.get("value", "")
        if tag == "select":
            self.select = name
        elif tag == "option":
            if self.select and ((value and not fields.get(self.select)) or "selected" in told):
                fields[self.select] = value
        elif tag == "textarea" and name:
            fields.setdefault(name, "")
        elif tag == "input" and name:
            kind = told.get("type", "text")
            if kind == "radio":
                fields.setdefault(name, value)
            elif kind == "checkbox":
                if "checked" in told or name in TYPED:
                    fields[name] = value or "on"
            elif kind != "file":
                fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""


def rows() -> dict[str, int]:
    """How many there are of everything that a form could make."""
    models = (model for model in apps.get_models() if model.__name__ not in KEPT_OUT)
    return {model.__name__: model._default_manager.count() for model in models}


def form_of(browser: Client, path: str, user: User) -> dict[str, str]:
    """What the page's own form would send, filled in as a person would."""
    page = browser.get(path)
    forms = Forms()
    if page.status_code == 200:
        forms.feed(page.content.decode())
    day = f"{timezone.localdate():%d/%m/%Y}"
    for action, fields in forms.found:
        if action in ("", path) and fields.keys() - {"csrfmiddlewaretoken"}:
            left = {**dict.fromkeys(("at", "since"), day), **TYPED}
            return {name: value or left.get(name, "") for name, value in fields.items()}
    # A button of another page.
    sent = {"token": str(uuid.uuid4()), "based_on": "1", "resolved": "yes"}
    return {**TYPED, **sent, "user": user.public_id}


def test_every_form_of_the_site_is_here(
    client: Client, knee: Complaint, stored: Assessment
) -> None:
    taken = set()
    for view in all_views(get_resolver().url_patterns):
        if MATRIX[view.name] is None or view.name in OF_THE_DOOR | WRITE_NOTHING:
            continue
        # By a stranger: whether the method is taken is asked before who asks.
        if client.post(address(view.name, knee, stored)).status_code != 405:
            taken.add(view.name)
    missing = " ".join(sorted(taken ^ (REFUSED | WRITTEN)))
    assert not missing, missing


def sent(browser: Client, path: str, fields: dict[str, str]) -> Any:
    answer = browser.post(path, fields)
    if answer.streaming:
        b"".join(answer)  # a file is read to its end, or stays open
    return answer


def role_for(name: str) -> Role:
    return next(
        role for role in (Role.PRACTITIONER, Role.ADMINISTRATOR, Role.SECRETARY, Role.AUDITOR,
                          Role.NURSE, Role.ANALYST)
        if MATRIX[name] == LOGGED_IN or MATRIX[name] in PERMISSIONS[role]
    )  # fmt: skip


def ready_to_send(
    name: str,
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> tuple[Client, str, dict[str, str]]:
    """Alice in a role that has the form: her browser, the form's address, its fields filled in."""
    path = address(name, knee, stored)
    alice.role = role_for(name)
    alice.save()
    browser = browser_of(alice)
    return browser, path, form_of(browser, path, alice)


@pytest.mark.parametrize("name", sorted(REFUSED | WRITTEN))
def test_a_form_sent_twice_is_written_once(
    name: str,
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    browser, path, fields = ready_to_send(name, alice, knee, stored, browser_of)
    first = sent(browser, path, fields)
    assert first.status_code in ((404, 409, 422) if name in REFUSED else (200, 204, 302))
    after_once = rows()
    second = sent(browser, path, fields)
    assert second.status_code in (first.status_code, 404, 409, 422)
    assert rows() == after_once
