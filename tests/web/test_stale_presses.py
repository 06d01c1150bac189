"""A page that is no longer true, sent again: nobody is told that it was saved, and what stands
stays. By the back button, from another tab, forged, or of a case that was entered in error."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from dolenti.access.models import User
from dolenti.clinic.assess.answers import AnswerError, answered
from dolenti.records.facts import stating
from dolenti.records.judging import assessing
from dolenti.records.models import Assessment, Complaint, Statement
from tests.web.asked_page import AskedPage, Node, case

pytestmark = pytest.mark.any_database

FLAG = "hot-swollen-joint"
TODAY = timezone.localdate


@pytest.fixture
def page(at_alice: Client, alice: User) -> AskedPage:
    return AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")


def yes_to(page: AskedPage, fact: str) -> Node:
    """The form whose press says yes to a fact."""
    return next(
        form
        for form in page.page.all("form")
        if form.fields.get("fact") == [fact] and form.all("button", class_="phrase-yes")
    )


def standing(page: AskedPage, alice: User, fact: str) -> Any:
    known = assessing.look(alice, page.complaint, TODAY()).case.facts.get(fact)
    return known.value if known else None


def refuse(page: AskedPage, form: Node, **more: Any) -> None:
    """Send a form that is no longer true: nothing is written, and the page says what is so."""
    count = Statement.objects.count()
    page.send(form, **more)
    assert page.status == 409
    assert "Le cas a changé" in page.html
    assert "Enregistré" not in page.html.partition("<main")[0]
    assert Statement.objects.count() == count


def test_a_red_flag_that_was_corrected_is_not_said_to_be_saved_again(
    page: AskedPage, alice: User
) -> None:
    form = yes_to(page, FLAG)
    page.send(form, value="yes")
    page.exact(FLAG, "no")
    refuse(page, form, value="yes")
    assert standing(page, alice, FLAG) is False
    page.exact(FLAG, "yes")  # the page that came back is true, and takes it
    assert standing(page, alice, FLAG) is True


def test_an_answer_that_was_undone_is_not_said_to_be_saved_again(
    page: AskedPage, alice: User
) -> None:
    form = yes_to(page, FLAG)
    page.send(form, value="yes")
    page.undo("joint")
    refuse(page, form, value="yes")
    assert standing(page, alice, FLAG) is None


def test_a_row_that_was_undone_is_not_said_to_be_saved_again(page: AskedPage) -> None:
    form = next(f for f in page.open_rows if f.fields["row"] == ["joint"])
    page.send(form)
    page.undo("joint")
    refuse(page, form)


def test_the_same_form_sent_twice_is_one_and_is_said_to_be_saved(page: AskedPage) -> None:
    form = yes_to(page, FLAG)
    page.send(form, value="yes")
    count = Statement.objects.count()
    page.send(form, value="yes")
    assert page.status == 200
    assert Statement.objects.count() == count


def test_of_two_tabs_of_one_person_the_older_takes_nothing_back(
    page: AskedPage, at_alice: Client, alice: User
) -> None:
    older = AskedPage(at_alice, page.complaint, "infiltration")
    page.send(yes_to(page, FLAG), value="yes")
    refuse(older, yes_to(older, FLAG), value="no")
    assert standing(page, alice, FLAG) is True


def test_a_form_that_does_not_say_what_it_saw_saw_nothing(
    page: AskedPage, at_alice: Client, alice: User
) -> None:
    older = AskedPage(at_alice, page.complaint, "infiltration")
    form = yes_to(older, FLAG)
    page.send(yes_to(page, FLAG), value="yes")
    del form.fields["seen"]
    refuse(older, form, value="no")
    assert standing(page, alice, FLAG) is True


def test_a_row_takes_no_key_of_another_row(page: AskedPage) -> None:
    first, second = page.open_rows[:2]
    page.send(first)
    refuse(page, second, token=first.fields["token"])


def test_nothing_possible_is_stored_by_thinking_of_another_therapy(
    at_alice: Client, alice: User
) -> None:
    page = AskedPage(at_alice, case(alice, "lateral-epicondylitis"), "mesotherapy")
    while len(page.open_rows) > 1:
        page.send(next(f for f in page.open_rows if f.fields["row"] != ["allergy"]))
    for therapy in ("mesotherapy", "infiltration", "autologous-conditioned-serum"):
        other = AskedPage(at_alice, page.complaint, therapy)
        assert other.store().status_code == 409, therapy
    assert not Assessment.objects.exists()


@pytest.fixture
def stored_page(page: AskedPage) -> tuple[AskedPage, Node]:
    """A case whose assessment was stored, and the form that stored it."""
    page.no_to_all()
    form = page.page.all("form", id="store")[0]
    assert page.store().status_code == 302
    return page, form


def test_an_older_page_does_not_show_its_assessment_as_the_new_one(
    stored_page: tuple[AskedPage, Node], at_alice: Client
) -> None:
    page, form = stored_page
    page.reload()
    page.exact("fever", "yes")
    now = page.page.all("form", id="store")[0]
    with_old_key = {**now.fields, "token": form.fields["token"]}
    assert at_alice.post(now.attributes["action"], with_old_key).status_code == 409
    assert Assessment.objects.count() == 1


def test_the_key_of_another_case_leads_to_nobody_else(
    stored_page: tuple[AskedPage, Node], at_alice: Client, alice: User
) -> None:
    _, form = stored_page
    other = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    other.no_to_all()
    theirs = other.page.all("form", id="store")[0]
    with_old_key = {**theirs.fields, "token": form.fields["token"]}
    assert at_alice.post(theirs.attributes["action"], with_old_key).status_code == 409
    assert Assessment.objects.count() == 1


def test_a_case_that_was_entered_in_error_takes_no_answer(
    page: AskedPage, at_alice: Client
) -> None:
    Complaint.objects.filter(pk=page.complaint.pk).update(in_error="another patient's")
    refuse(page, page.open_rows[0])
    again = AskedPage(at_alice, page.complaint, "infiltration")
    refuse(again, yes_to(again, FLAG), value="yes")
    form = again.page.all("form", id="store")[0]
    assert at_alice.post(form.attributes["action"], form.fields).status_code == 409


@pytest.mark.parametrize("typed", ["6_2", "1e1", "0x10", "nan", "inf", "½", "1e400", "--1"])
def test_only_a_number_as_people_write_it_is_one(typed: str) -> None:
    with pytest.raises(AnswerError):
        answered(stating.definition_of("weight"), "value", QueryDict(f"value={typed}"), TODAY())
