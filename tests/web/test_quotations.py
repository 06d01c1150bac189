"""A quotation, as the form makes it: lines, amounts as people type them, mistakes explained."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.access.roles import Role
from dolenti.records.models import Patient
from dolenti.treatment import quotations
from dolenti.treatment.models import Course, Quotation
from dolenti.treatment.quotations import VALID_FOR
from dolenti.ui.print.words import QUOTATION, SHARED
from tests.printed import Print
from tests.web.world import (
    POSSIBLE,
    appointment_of,
    clinic,
    person,
)


def made_once(alice: User) -> Course:
    return clinic(alice).with_complaint(POSSIBLE).course


@pytest.fixture
def course(standing: Any) -> Course:
    found: Course = standing.made
    return found


def send(browser: Client, course: Course, **fields: str) -> Any:
    form = {"token": str(uuid.uuid4()), "label_1": "Infiltration", "count_1": "2", **fields}
    return browser.post(reverse("quotation-new", args=[course.public_id]), form)


@pytest.mark.parametrize("typed,cents", [("90", 9000), ("90,5", 9050), ("1 090.55 €", 109055)])
def test_an_amount_is_read_as_people_type_it(
    typed: str, cents: int, course: Course, at_alice: Client
) -> None:
    assert send(at_alice, course, price_1=typed).status_code == 302
    made = Quotation.objects.get()
    assert (made.course, made.cents) == (course, 2 * cents)


def test_the_same_price_asked_for_twice_is_one_quotation_and_leads_to_the_course(
    course: Course, at_alice: Client
) -> None:
    first = send(at_alice, course, price_1="90")
    again = send(at_alice, course, price_1="90")  # another token: the page was shown anew
    there = reverse("course", args=[course.public_id])
    assert [one.headers["Location"] for one in (first, again)] == [there, there]
    made = Quotation.objects.get()
    text = at_alice.get(there).content.decode()
    assert "Imprimer le devis" in text
    assert reverse("quotation-document", args=[made.public_id]) in text
    # The form is folded away where one holds, and open where it was refused.
    form = reverse("quotation-new", args=[course.public_id])
    assert '<details class="another-quotation">' in at_alice.get(form).content.decode()
    refused = send(at_alice, course, price_1="dear").content.decode()
    assert '<details class="another-quotation" open>' in refused
    send(at_alice, course, price_1="95")
    assert Quotation.objects.count() == 2
    send(at_alice, course, price_1="90")  # another price stands between
    assert Quotation.objects.count() == 3
    with time_machine.travel(timezone.now() + VALID_FOR + timedelta(days=1)):
        assert quotations.same_as_last(course, quotations.lines_of(made)) is None  # over
    assert quotations.same_as_last(course, quotations.lines_of(made)) is not None


@pytest.mark.parametrize(
    "sex,said", [("female", "Née le"), ("male", "Né le"), ("", "Naissance le")]
)
def test_the_quotation_names_the_patient_rightly_and_cites_nothing(
    sex: str, said: str, course: Course, at_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Patient.objects.filter(pk=course.patient_id).update(sex=sex)
    printed = Print()
    monkeypatch.setattr(import_module("dolenti.ui.print.quotation"), "pdf", printed.pdf)
    send(at_alice, course, price_1="90")
    content = printed.content
    assert content is not None
    assert content["patient"]["born"].startswith(said + "\u00a0")
    assert content["sources"] == []
    assert content["cover"]
    assert all(not one["refs"] for one in content["cover"])
    french = {pair[0] for pair in (*SHARED.values(), *QUOTATION.values())}
    assert set(content["words"].values()) <= french


@pytest.mark.parametrize("typed", ["dear", "90,555", "-3", "1e3", "9" * 40, ""])
def test_an_amount_that_cannot_be_is_explained_and_kept(
    typed: str, course: Course, at_alice: Client
) -> None:
    response = send(at_alice, course, price_1=typed)
    assert response.status_code == 422
    assert response.context["form"]["price_1"].errors
    assert response.context["form"]["price_1"].value() == typed
    assert Quotation.objects.count() == 0


def test_the_reception_finds_appointments_and_what_to_quote_beside_the_identity(
    course: Course,
    alice: User,
    at_alice: Client,
    chloe: User,
    browser_of: Callable[[User], Client],
) -> None:
    link = reverse("quotation-new", args=[course.public_id])
    page = reverse("patient-identity", args=[course.patient.public_id])
    reception = browser_of(person("Odile", Role.SECRETARY, alice.site))
    assert link in reception.get(page).content.decode()
    assert reception.get(link).status_code == 200
    # Whoever reads the record finds them at the course.
    assert link not in at_alice.get(page).content.decode()
    # So it is with the appointments: at the record for one, at the identity for the other.
    there = reverse("appointment", args=[appointment_of(course).public_id])
    assert there in reception.get(page).content.decode()
    record = reverse("patient", args=[course.patient.public_id])
    assert there in at_alice.get(record).content.decode()
    elsewhere = browser_of(person("Nadia", Role.SECRETARY, chloe.site))
    assert elsewhere.get(page).status_code == 404
    assert elsewhere.get(link).status_code == 404


def test_a_quotation_shows_two_lines_and_keeps_what_was_typed_beyond_them_in_view(
    at_alice: Client, course: Course
) -> None:
    address = reverse("quotation-new", args=[course.public_id])

    def lines(page: str) -> tuple[list[str], list[str]]:
        """The names of the labels in view, and of those that are folded."""
        seen, _, folded = page.partition('id="more-lines"')
        names = re.compile(r'<input[^>]*name="(label_\d)"')
        return names.findall(seen), names.findall(folded)

    fresh = at_alice.get(address).text
    assert lines(fresh) == (["label_1", "label_2"], ["label_3", "label_4", "label_5", "label_6"])
    assert "4 autres lignes" in fresh
    wrong = send(at_alice, course, label_4="Radiographie", count_4="1", price_4="cher")
    assert wrong.status_code == 422
    assert lines(wrong.text) == (
        ["label_1", "label_2", "label_3", "label_4"], ["label_5", "label_6"],
    )  # fmt: skip
