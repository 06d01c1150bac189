"""Who may open what: every view stands in the matrix, and the matrix is what happens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti import clinic
from dolenti.access import audit, trail
from dolenti.access.guard import LOGGED_IN
from dolenti.access.models import AuditEntry, Site, User
from dolenti.access.pages import pages_of
from dolenti.access.roles import Permission, Role
from dolenti.records.models import Assessment, Complaint
from tests.web.addresses import address
from tests.web.matrix import (
    APPROVED,
    APPROVED_PAGES,
    GUARDED,
    PAGES,
    Listed,
    dozens,
    first_of,
    line_of,
    said,
)
from tests.web.world import person

pytestmark = pytest.mark.any_database

# These show one's own means of the second step, and nothing where there is none; and of the letters
# those alone that one's role may read: the desk its certificates.
OF_ONES_OWN = {"mfa_deactivate_totp", "mfa_remove_webauthn", "letter", "letter-document"}
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
# What an administrator keeps, and not the record of a patient; the auditor's: test_openings.py.
OF_A_SITE = {Permission.ADMINISTER, Permission.ERASE}
OF_SOMETHING = [page for page in PAGES.values() if "public_id" in page.arguments]
OF_A_SITE_ONLY = [page for page in OF_SOMETHING if page.permission in OF_A_SITE]
OF_A_RECORD = [
    page
    for page in OF_SOMETHING
    if page.permission not in OF_A_SITE | {Permission.READ_AUDIT}
]  # fmt: skip


OF_AN_AUDITOR = {Permission.READ_AUDIT}
OF_NO_PATIENT = {
    "absences", "alarms", "counts", "excursions", "items", "kits", "lots", "meanings", "places",
}  # fmt: skip


def refusals_of(actor: User, patient: str = "") -> trail.Looked:
    """What an auditor looks for: the refusals of somebody, of one patient where one is named."""
    equal = {"actor": actor.public_id, "outcome": audit.REFUSED}
    return trail.Looked(equal=equal, patient=patient)


def refusals_seen_by(auditor: User, actor: User, patient: str = "") -> list[AuditEntry]:
    """The refusals of somebody that an auditor finds."""
    return list(trail.lines(auditor, refusals_of(actor, patient)))


def test_every_page_is_as_it_was_approved() -> None:
    """Who may open a page is decided once, by people, and changed by nobody unseen."""
    lines = [line for line in APPROVED.read_text().splitlines() if not line.startswith("#")]
    found = [line_of(PAGES[name]) for name in sorted(PAGES)]
    assert lines == found, said("\n".join(line for line in found if line not in lines))


def test_every_page_of_a_door_is_guarded_and_says_what_it_takes() -> None:
    for page in pages_of(clinic):
        assert PAGES[page.name].permission is not None, page.name
        assert PAGES[page.name].takes_form is not None, page.name


def test_every_page_shows_what_was_approved(
    alice: User, knee: Complaint, stored: Assessment, browser_of: Callable[[User], Client]
) -> None:
    alice.set_password("correct horse battery")
    wrong = []
    for name, page in sorted(PAGES.items()):
        path = address(name, knee, stored)
        alice.role = page.reader
        alice.save()
        browser = Client() if page.permission is None else browser_of(alice)
        answer = browser.get(path)
        is_page = answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]
        shows = "page" if is_page else "else"
        if name not in APPROVED_PAGES or APPROVED_PAGES[name].shows != shows:
            wrong.append(line_of(page, shows=shows))
    assert not wrong, said("\n".join(wrong))


@pytest.mark.parametrize("names", dozens(GUARDED), ids=first_of)
def test_a_stranger_is_sent_to_log_in(
    names: list[str],
    client: Client,
    knee: Complaint,
    stored: Assessment,
    apart: Callable[..., AbstractContextManager[Any]],
) -> None:
    for name in names:
        with apart(name, knee, stored) as world:
            response = client.get(address(name, *world))
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
        allowed = PAGES[name].opens_to(role)
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


@pytest.mark.parametrize("page", OF_A_SITE_ONLY, ids=lambda page: page.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_sites_administrator_gets_404_for_what_a_site_keeps(
    page: Listed,
    method: str,
    ada: User,
    chloe: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    User.objects.filter(pk=chloe.pk).update(role=Role.ADMINISTRATOR)
    response = getattr(browser_of(chloe), method)(address(page.name, knee, stored))
    only_read = not page.takes_form and method == "post"
    assert response.status_code == (405 if only_read else 404)
    if not only_read:
        assert refusals_seen_by(ada, chloe), "the auditor of the house concerned sees nothing"


@pytest.mark.parametrize("page", OF_A_RECORD, ids=lambda page: page.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_site_gets_404_for_a_record(
    page: Listed,
    method: str,
    ada: User,
    chloe: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    response = getattr(browser_of(chloe), method)(address(page.name, knee, stored))
    only_read = not page.takes_form and method == "post"
    assert response.status_code == (405 if only_read else 404)
    if not only_read:
        about = "" if page.kind in OF_NO_PATIENT else knee.patient.public_id
        assert refusals_seen_by(ada, chloe, about), "the auditor of the house sees nothing"
        assert refusals_seen_by(person("Omar", Role.AUDITOR, chloe.site), chloe, about)


@pytest.mark.parametrize("role", list(Role))
def test_who_is_refused_by_their_role_alone_is_seen_by_the_house_that_the_address_names(
    role: Role,
    ada: User,
    chloe: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
) -> None:
    """Somebody of another site, whose role does not open the page: no view has looked for what is
    in the address, and the auditor of its house finds the line all the same."""
    User.objects.filter(pk=chloe.pk).update(role=role)
    chloe.memberships.update(role=role)
    browser = browser_of(chloe)
    unseen = []
    for page in OF_SOMETHING:
        if page.permission in (None, LOGGED_IN) or page.opens_to(role):
            continue
        path = address(page.name, knee, stored)
        before = set(trail.lines(ada, refusals_of(chloe)).values_list("pk", flat=True))
        for method in ("get", "post") if page.takes_form else ("get",):
            assert getattr(browser, method)(path).status_code == 403, page.name
        lines = trail.lines(ada, refusals_of(chloe)).exclude(pk__in=before)
        told = [line for line in lines if line.action == "enter"]
        if len(told) != (2 if page.takes_form else 1):
            unseen.append(f"{page.name}: {len(told)} lines")
        if page.kind not in OF_NO_PATIENT and page.permission not in OF_A_SITE | OF_AN_AUDITOR:
            about = knee.patient.public_id
            unseen += [page.name for line in told if about not in (line.patient, *line.patients)]
    assert unseen == []


def test_what_a_refused_page_names_behind_its_question_mark_is_told_too(
    ada: User, knee: Complaint, browser_of: Callable[[User], Client], south: Site
) -> None:
    omar = person("Omar", Role.AUDITOR, south)
    path = f"{reverse('appointment-find')}?patient={knee.patient.public_id}&q=nobody"
    assert browser_of(omar).get(path).status_code == 403
    assert refusals_seen_by(ada, omar, knee.patient.public_id)


def test_a_refused_page_that_names_nothing_is_told_at_ones_own_site_alone(
    ada: User, browser_of: Callable[[User], Client], south: Site
) -> None:
    omar, petra = (person(name, Role.AUDITOR, south) for name in ("Omar", "Petra"))
    for path in (reverse("patients"), reverse("patient", args=["2" * 16])):
        assert browser_of(omar).get(path).status_code == 403
    assert len(refusals_seen_by(petra, omar)) == 2
    assert not refusals_seen_by(ada, omar)


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
