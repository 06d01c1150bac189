"""A number that is far from the last one is asked again, once, with both values said; “it is so”
keeps it. On the patient's phone: `test_history.py`."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.clinic.complaints.fact_forms import name_of
from dolenti.records.models import Complaint, Statement
from tests.web.world import complaint_of, state

BOTH = ("62", "6,2", "01/03/2020")
Post = Callable[[Client, Complaint, str, dict[str, str]], Any]


def in_the_row(browser: Client, pain: Complaint, typed: str, more: dict[str, str]) -> Any:
    last = Statement.objects.filter(patient=pain.patient, fact="weight").last()
    seen = {"seen": str(last.pk)} if last else {}
    form = {"token": str(uuid.uuid4()), "fact": "weight", "value": typed, **seen,
            "place": "row-found"}  # fmt: skip
    return browser.post(
        reverse("complaint-answer", args=[pain.public_id]),
        form | {f"value-{name}": said for name, said in more.items()},
    )


def over_time(browser: Client, pain: Complaint, typed: str, more: dict[str, str]) -> Any:
    form = {"token": str(uuid.uuid4()), "said_by": "patient", "value": typed,
            "at": f"{timezone.localdate():%d/%m/%Y}"}  # fmt: skip
    return browser.post(
        reverse("patient-fact", args=[pain.patient.public_id, "weight"]),
        form | {f"value-{name}": said for name, said in more.items()},
    )


def of_all_facts(browser: Client, pain: Complaint, typed: str, more: dict[str, str]) -> Any:
    name = name_of("weight")
    form = {"token": str(uuid.uuid4()), name: typed}
    return browser.post(
        reverse("complaint-facts", args=[pain.public_id]),
        form | {f"{name}-{key}": said for key, said in more.items()},
    )


def weights() -> list[Any]:
    said = Statement.objects.filter(fact="weight", origin="stated", at__gt=date(2020, 3, 1))
    return [one.value["value"] if isinstance(one.value, dict) else one.value for one in said]


@pytest.fixture
def pain(alice: User) -> Complaint:
    """Of somebody who was never weighed."""
    return complaint_of(alice, "complaint: {condition: knee-osteoarthritis, side: right}\n")


@pytest.fixture
def weighed(alice: User, pain: Complaint) -> Complaint:
    """Weighed long ago: too old to count, and still what a number is held against."""
    state(alice, pain.patient, date(2020, 3, 1), weight=62)
    return pain


@pytest.mark.parametrize("post", [in_the_row, over_time, of_all_facts])
class TestInTheClinic:
    def test_it_is_asked_again_with_both_values_and_nothing_is_written(
        self, post: Post, weighed: Complaint, at_alice: Client
    ) -> None:
        answer = post(at_alice, weighed, "6,2", {})
        text = answer.content.decode()
        assert answer.status_code == 422
        assert all(value in text for value in BOTH)
        assert re.search(r'name="[a-z-]+-sure" value="6.2"', text)
        assert weights() == []

    def test_it_is_so_keeps_it(self, post: Post, weighed: Complaint, at_alice: Client) -> None:
        assert post(at_alice, weighed, "6,2", {"sure": "6.2"}).status_code == 302
        assert weights() == [6.2]

    def test_what_was_confirmed_is_that_number_and_no_other(
        self, post: Post, weighed: Complaint, at_alice: Client
    ) -> None:
        assert post(at_alice, weighed, "620", {"sure": "6.2"}).status_code == 422
        assert post(at_alice, weighed, "300", {"sure": "6.2"}).status_code == 422
        assert weights() == []

    def test_another_unit_is_compared_in_the_same(
        self, post: Post, weighed: Complaint, at_alice: Client
    ) -> None:
        assert post(at_alice, weighed, "63000", {"unit": "g"}).status_code == 302
        assert post(at_alice, weighed, "6300", {"unit": "g"}).status_code in (409, 422)

    def test_a_plausible_one_is_never_asked_again(
        self, post: Post, weighed: Complaint, at_alice: Client
    ) -> None:
        assert post(at_alice, weighed, "71", {}).status_code == 302
        assert weights() == [71]

    def test_without_an_earlier_one_nothing_is_asked(
        self, post: Post, pain: Complaint, at_alice: Client
    ) -> None:
        assert post(at_alice, pain, "6,2", {}).status_code == 302
