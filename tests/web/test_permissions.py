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
from tests.nasty import LARGE
from tests.night import IS_NIGHT
from tests.people import put_in_role
from tests.web.addresses import address
from tests.web.matrix import (
    APPROVED,
    APPROVED_PAGES,
    PAGES,
    Listed,
    dozens,
    first_of,
    line_of,
    said,
)
from tests.web.world import person

pytestmark = pytest.mark.any_database

# These show one's own means of the second step, and nothing where there is none; of the letters
# those alone that one's role may read: the desk its certificates; and the absences of those who
# take patients, which the one who is asked here does not in every role.
OF_ONES_OWN = {
    "mfa_deactivate_totp", "mfa_remove_webauthn", "letter", "letter-document", "absence",
    "absence-end",
}  # fmt: skip
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
OF_AN_AUDITOR = {Permission.READ_AUDIT}
# These are nobody's, or made here for another patient than the one of the others.
OF_NO_PATIENT = {
    "absences", "alarms", "counts", "excursions", "items", "kits", "logs", "lots", "meanings",
    "places", "consent-replies",
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


@pytest.mark.parametrize("names", dozens(sorted(PAGES)), ids=first_of)
def test_a_page_opens_to_those_whom_the_matrix_names(
    names: list[str],
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
    apart: Callable[..., AbstractContextManager[Any]],
) -> None:
    """A stranger, somebody after the password alone, two roles that may open it (every one, by
    ``make fuzz``) and one that may not: what each page answers them."""
    alice.set_password("correct horse battery")  # without one, nobody confirms who they are
    alice.save()
    within, halfway = browser_of(alice), Client()
    halfway.force_login(alice)  # as after a password alone
    wrong = []
    for page in map(PAGES.__getitem__, names):
        with apart(page.name, knee, stored) as world:
            path = address(page.name, *world)
            shown = Client().get(path)
            if page.permission is not None:
                assert (shown.status_code, shown.headers["Location"][:7]) == (302, "/login/")
                _opens_nothing_before_the_second_step(page.name, halfway.get(path))
                if page.refused:
                    _opens(page, path, page.refused, alice, within)
                allowed = set(Role) if LARGE else {page.reader, page.opened_too}
                allowed = {role for role in allowed if role and page.opens_to(role)}
                shown = {role: _opens(page, path, role, alice, within) for role in allowed}[
                    page.reader
                ]
            is_page = shown.status_code == 200 and "text/html" in shown.headers["Content-Type"]
            shows = "page" if is_page else "else"
            if page.name not in APPROVED_PAGES or APPROVED_PAGES[page.name].shows != shows:
                wrong.append(line_of(page, shows=shows))
    assert not wrong, said("\n".join(wrong))


def _opens_nothing_before_the_second_step(name: str, answer: Any) -> None:
    sent_away = answer.headers.get("Location") == reverse("mfa_index")
    if name not in SETTING_UP:
        assert sent_away
    elif name not in ("mfa_index", "mfa_view_recovery_codes"):
        assert not sent_away


def _opens(page: Listed, path: str, role: Role, alice: User, browser: Client) -> Any:
    """What somebody in a role is answered, which must be what the matrix says."""
    put_in_role(alice, role)
    answer = browser.get(path)
    allowed = page.opens_to(role)
    assert (answer.status_code != 403) == allowed, role
    nothing = (404,) if page.name in OF_ONES_OWN else ()
    assert answer.status_code in ((200, 302, *nothing) if allowed else (403,)), role
    return answer


@pytest.mark.parametrize("pages", dozens(OF_SOMETHING), ids=first_of)
def test_what_another_site_is_refused_is_seen_by_the_house_that_the_address_names(
    pages: list[Listed],
    ada: User,
    chloe: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
    apart: Callable[..., AbstractContextManager[Any]],
) -> None:
    """Whoever's role opens the page finds nothing there, and is told of; whoever's role does not
    open it is told of all the same, though no view has looked for what is in the address."""
    auditors = [ada, person("Omar", Role.AUDITOR, chloe.site)]
    browser = browser_of(chloe)
    for page in pages:
        with apart(page.name, knee, stored) as world:
            path, patient = address(page.name, *world), world[0].patient.public_id
            nothing = page.permission not in {None, LOGGED_IN} | OF_AN_AUDITOR
            told = bool(page.refused)
            if nothing and told and not (IS_NIGHT or LARGE):  # by day one of the two, by turns
                nothing, told = (True, False) if OF_SOMETHING.index(page) % 2 else (False, True)
            if nothing:
                _finds_nothing(page, path, browser, chloe, auditors, patient)
            if told and page.refused:
                _is_told_of(page, path, browser, chloe, page.refused, ada, patient)


def _finds_nothing(
    page: Listed, path: str, browser: Client, chloe: User, auditors: list[User], patient: str
) -> None:
    of_a_site = page.permission in OF_A_SITE
    put_in_role(chloe, Role.ADMINISTRATOR if of_a_site else Role.PRACTITIONER)
    about = "" if of_a_site or page.kind in OF_NO_PATIENT else patient
    told = auditors[:1] if of_a_site else auditors  # what a site keeps is its own affair
    for times, method in enumerate(("get", "post"), 1):
        status = getattr(browser, method)(path).status_code
        if method == "post" and not page.takes_form:
            assert status == 405
        else:
            assert status == 404, method
            for auditor in told:
                seen = len(refusals_seen_by(auditor, chloe, about))
                assert seen >= times, f"{auditor.name} does not see the {method}"


def _is_told_of(
    page: Listed, path: str, browser: Client, chloe: User, role: Role, ada: User, patient: str
) -> None:
    put_in_role(chloe, role)
    before = set(trail.lines(ada, refusals_of(chloe)).values_list("pk", flat=True))
    methods = ("get", "post") if page.takes_form else ("get",)
    assert {getattr(browser, method)(path).status_code for method in methods} == {403}, role
    lines = trail.lines(ada, refusals_of(chloe)).exclude(pk__in=before)
    told = [line for line in lines if line.action == "enter"]
    assert len(told) == len(methods), role
    if page.kind not in OF_NO_PATIENT and page.permission not in OF_A_SITE | OF_AN_AUDITOR:
        assert all(patient in (line.patient, *line.patients) for line in told), role


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
