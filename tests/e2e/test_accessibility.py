"""axe-core finds nothing on any page, in both languages, light and dark, wide and narrow."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from dolenti.access.models import User
from dolenti.records import assessing, engine, intake
from dolenti.records.models import Complaint
from dolenti.records.once import Submission
from tests.axe import findings

pytestmark = pytest.mark.browser

FLAGGED = (
    b"patient: {birth-date: 1948-03-02, sex: female}\n"
    b"complaint: {condition: knee-osteoarthritis, side: right}\n"
    b"facts: {anticoagulant: vka, allergy: {has: [sulfite], not: []}, cryoglobulinaemia: true,\n"
    b"  hot-swollen-joint: true, fever: true, inr: {value: 2.0, at: 2020-01-01}}\n"
)
TWO = b"complaints: [{id: a, condition: knee-osteoarthritis}, {id: b, zone: elbow}]\n"


def case_of(user: User, data: bytes) -> Complaint:
    read = intake.read(data, "case.yaml", engine.edition_in_force(), timezone.localdate())
    return assessing.create_case(Submission(user, uuid.uuid4()), data, read)


@pytest.fixture
def addresses(alice: User) -> list[str]:
    edition, today = engine.edition_in_force(), timezone.localdate()
    complaint, two = case_of(alice, FLAGGED), case_of(alice, TWO)
    calm = case_of(alice, b"complaint: {condition: lateral-epicondylitis}\n")
    assessing.nothing_else(Submission(alice, uuid.uuid4()), calm, today)
    seen = assessing.look(alice, calm, today)
    stored = assessing.store_assessment(Submission(alice, uuid.uuid4()), calm, today, seen.sha256)
    therapy = edition.therapies[0].id
    parts = ("rules", "evidence", "protocol", "aftercare", "practice")
    plain = (
        "home", "cases", "complaint-new", "complaint-import", "assessments", "knowledge",
        "knowledge-red-flags", "knowledge-products", "knowledge-mixtures", "knowledge-measures",
        "knowledge-facts", "knowledge-contradictions", "knowledge-choices", "knowledge-sources",
        "knowledge-coverage",
    )  # fmt: skip
    return [
        reverse("complaint", args=[complaint.public_id]),
        reverse("complaint", args=[calm.public_id]),
        reverse("assessment", args=[stored.public_id]),
        reverse("complaint-facts", args=[complaint.public_id]),
        reverse("case-complaint", args=[two.public_id]),
        *(reverse(name) for name in plain),
        *(reverse("knowledge-therapy-part", args=[therapy, part]) for part in parts),
        reverse("knowledge-product", args=[edition.products[0].id]),
        "/no-such-page/",
    ]


@pytest.mark.parametrize(
    "width,language,scheme",
    [("desk", "fr", "light"), ("phone", "en", "dark")],
)
def test_axe_finds_nothing_on_any_page(
    width: str,
    language: str,
    scheme: str,
    open_page: Callable[..., Page],
    addresses: list[str],
    live_server: object,
) -> None:
    page = open_page(width, color_scheme=scheme)
    if language == "en":
        page.get_by_role("button", name="English").click()
    wrong = {}
    for address in addresses:
        page.goto(f"{live_server}{address}")
        found = findings(page)
        if found:
            wrong[address] = found
    assert wrong == {}


def test_axe_finds_nothing_on_a_form_with_mistakes(
    open_page: Callable[..., Page], live_server: object
) -> None:
    page = open_page()
    for name in ("complaint-new", "complaint-import"):
        page.goto(f"{live_server}{reverse(name)}")
        page.locator("main button").last.click()
        assert findings(page) == []
