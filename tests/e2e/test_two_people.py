"""Two people before one case, each with a browser: each sees the other's answer before it counts.
And one person before a page that is no longer true, or whose network is cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from dolenti.access.covered import cover
from dolenti.access.models import Site, User
from dolenti.access.roles import Role
from dolenti.records.judging import assessing
from dolenti.records.models import Assessment, Complaint, Statement
from tests.e2e.rows import SETTLING, no_to_all
from tests.people import enter
from tests.web.world import complaint_of

pytestmark = pytest.mark.browser


@pytest.fixture
def knee(alice: User) -> Complaint:
    return complaint_of(
        alice,
        "patient: {birth-date: 1958-03-02, sex: female}\n"
        "complaint: {condition: knee-osteoarthritis, side: right, since: 2026-03-15}\n",
    )


@pytest.fixture
def address(knee: Complaint, live_server: object) -> str:
    return f"{live_server}{reverse('complaint', args=[knee.public_id])}?for={cover('infiltration')}"


@pytest.fixture
def both(
    window: Callable[..., Page], alice: User, person: Callable[[Role], User], address: str
) -> tuple[Page, Page]:
    """Dr Alice at her desk and the nurse Bob at a telephone, on the same page."""
    pages = window(alice), window(person(Role.NURSE), "phone")
    for page in pages:
        page.goto(address)
    return pages


def row(page: Page, name: str) -> Locator:
    return page.locator(f"#row-{name}")


def yes(page: Page, name: str, fact: str) -> None:
    row(page, name).locator(f"#q-{fact} .phrase-yes").click()
    expect(row(page, name).locator(".said-yes")).to_be_visible()


def changed(page: Page) -> Locator:
    return page.get_by_role("alert").filter(has_text="Le cas a changé")


def value_of(knee: Complaint, alice: User, fact: str) -> object:
    known = assessing.look(alice, knee, timezone.localdate()).case.facts.get(fact)
    return known.value if known else None


def test_a_group_answered_in_batch_after_somebody_answered_one_of_it(
    both: tuple[Page, Page], knee: Complaint, alice: User
) -> None:
    doctor, nurse = both
    yes(nurse, "today", "fever")
    count = Statement.objects.count()
    row(doctor, "today").locator("[data-no]").click()
    expect(changed(doctor)).to_be_visible()
    # Theirs stands and is shown, with their name; of the batch nothing was written.
    expect(row(doctor, "today").locator(".said-yes")).to_be_visible()
    expect(row(doctor, "today")).to_contain_text("Bob")
    assert Statement.objects.count() == count
    # What is still open is now the doctor's to answer, and leaves theirs alone.
    doctor.wait_for_timeout(SETTLING)
    row(doctor, "today").locator("[data-no]").click()
    expect(row(doctor, "today").locator(".said-no")).to_be_visible()
    expect(row(doctor, "today").locator(".said-yes")).to_be_visible()
    expect(changed(doctor)).to_have_count(0)
    assert value_of(knee, alice, "fever") is True


def test_two_people_answer_the_same_group(both: tuple[Page, Page]) -> None:
    first, second = both
    row(first, "joint").locator("[data-no]").click()
    expect(row(first, "joint").locator(".said-no")).to_be_visible()
    count = Statement.objects.count()
    row(second, "joint").locator("[data-no]").click()
    expect(changed(second)).to_be_visible()
    expect(row(second, "joint").locator(".said-no")).to_be_visible()
    expect(row(second, "joint")).to_contain_text("Dr Alice")
    assert Statement.objects.count() == count


def test_two_people_answer_one_question_each_its_own_way(
    both: tuple[Page, Page], knee: Complaint, alice: User
) -> None:
    doctor, nurse = both
    row(doctor, "today").locator("[data-no]").click()
    expect(row(doctor, "today").locator(".said-no")).to_be_visible()
    nurse.locator("#q-fever .phrase-yes").click()
    expect(changed(nurse)).to_be_visible()
    expect(row(nurse, "today")).to_contain_text("Dr Alice")
    assert value_of(knee, alice, "fever") is False


def test_what_a_colleague_answers_is_read_before_the_assessment_is_stored(
    both: tuple[Page, Page],
) -> None:
    doctor, nurse = both
    no_to_all(doctor)
    nurse.reload()
    nurse.wait_for_timeout(SETTLING)
    row(nurse, "today").locator("[data-undo]").click()
    expect(row(nurse, "today").locator("[data-no]")).to_be_visible()
    doctor.get_by_role("button", name="Enregistrer l’évaluation").click()
    expect(changed(doctor)).to_be_visible()
    expect(row(doctor, "today").locator("[data-no]")).to_be_visible()
    assert not Assessment.objects.exists()


def test_a_page_reached_by_the_back_button_answers_nothing_that_was_answered(
    window: Callable[..., Page], alice: User, address: str, live_server: object
) -> None:
    page = window(alice)
    page.goto(address)
    row(page, "joint").locator("[data-no]").click()
    expect(row(page, "joint").locator(".said-no")).to_be_visible()
    count = Statement.objects.count()
    page.goto(f"{live_server}/")
    page.go_back()
    expect(row(page, "joint")).to_be_visible()
    # It is either drawn anew, or says so as soon as it is pressed.
    page.wait_for_timeout(SETTLING)
    if row(page, "joint").locator("[data-no]").count():
        row(page, "joint").locator("[data-no]").click()
        expect(changed(page)).to_be_visible()
    expect(row(page, "joint").locator(".said-no")).to_be_visible()
    assert Statement.objects.count() == count


def test_a_network_cut_before_an_answer_says_so_and_the_same_press_answers_once(
    window: Callable[..., Page], alice: User, address: str
) -> None:
    page = window(alice)
    page.goto(address)
    count = Statement.objects.count()
    page.context.set_offline(True)
    row(page, "joint").locator("[data-no]").click()
    expect(page.get_by_text("Dolenti ne répond pas")).to_be_visible()
    expect(page.get_by_text("Le site a refusé")).to_be_hidden()
    assert Statement.objects.count() == count
    page.context.set_offline(False)
    row(page, "joint").locator("[data-no]").click()
    expect(row(page, "joint").locator(".said-no")).to_be_visible()
    expect(page.locator("#unsaved")).to_be_hidden()


def test_an_answer_whose_confirmation_was_lost_is_not_given_twice(
    window: Callable[..., Page], alice: User, address: str
) -> None:
    page = window(alice)
    page.goto(address)

    def lost(route: Route) -> None:
        route.fetch()  # it arrives, and the answer to it does not
        route.abort()

    page.route("**/row/", lost, times=1)
    row(page, "joint").locator("[data-no]").click()
    expect(page.locator("#unsaved")).to_be_visible()
    count = Statement.objects.count()
    row(page, "joint").locator("[data-no]").click()
    expect(row(page, "joint").locator(".said-no")).to_be_visible()
    assert Statement.objects.count() == count
    expect(page.locator("#unsaved")).to_be_hidden()


@pytest.fixture
def stranger(db: None) -> User:
    """A practitioner of another site."""
    south = Site.objects.create(name="South")
    return User.objects.create_user(
        "chloe@example.org", name="Dr Chloé", role=Role.PRACTITIONER, site=south
    )


def test_somebody_of_another_site_is_told_that_there_is_nothing(
    window: Callable[..., Page], stranger: User, address: str
) -> None:
    page = window(stranger)
    shown = page.goto(address)
    assert shown is not None
    assert shown.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Martin")
    expect(page.locator("body")).not_to_contain_text("onarthrose")


def test_a_page_left_open_for_somebody_of_another_site_answers_nothing(
    window: Callable[..., Page], alice: User, stranger: User, address: str, live_server: object
) -> None:
    """One computer, two tabs: the other logged in meanwhile, and presses what still stands here."""
    page = window(alice)
    page.goto(address)
    theirs = Client()
    enter(theirs, stranger)
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": theirs.cookies["sessionid"].value,
                "url": str(live_server),
            }
        ]
    )
    page.wait_for_timeout(SETTLING)
    row(page, "joint").locator("[data-no]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ouvert sur un autre site")
    assert not Statement.objects.filter(author=stranger).exists()
    page.get_by_role("link", name="Rester au site South").click()
    expect(row(page, "joint")).to_have_count(0)
