"""Which pain medicine was taken: asked of whoever took one, once the questions of a visit are sent;
what the opioids amount to stands on the follow-up page."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.diary import answers, following, links, reading
from dolenti.diary.answers import Sent
from dolenti.diary.models import Answer
from dolenti.diary.reading import AnswerRefusedError
from dolenti.followup import opioids
from tests.web.diary import after, opened, treated

pytestmark = pytest.mark.django_db
MONTH = 30 * 24
WHICH, MORE = "medicine-which", "more-"
CALM = {"pain-24h": "3", "change": "2", "signs-late": ["none"]}


def send(made: links.Made, window: str, said: dict[str, str | list[str]]) -> Answer:
    link = opened(made)
    return answers.receive(links.patient_by(link), link, Sent(uuid.uuid4(), said, window))


def asked_in(window: str, facts: dict[str, str]) -> tuple[set[str], set[str]]:
    """What a form asks first, and what it may ask after it."""
    content = following.content()
    first = reading.questions(content, window, facts)
    details = reading.details(content, window, first)
    return {one.id for one in first}, {one.id for one in details}


def test_the_form_of_a_visit_stays_as_short_whatever_is_answered() -> None:
    first, details = asked_in("visit", {"therapy": "infiltration"})
    assert "medicine-today" in first
    assert not {WHICH, "tramadol-mg"} & (first | details), "asked after it is sent, and never in it"
    assert len(first) + 1 <= following.content().rules.budget.taps


@pytest.mark.parametrize(
    "today, is_asked",
    [("none", False), ("unknown", True), ("usual", True), ("less", True), ("more", True)],
)
def test_which_one_is_asked_unless_none_was_taken(today: str, is_asked: bool) -> None:
    content = following.content()
    said = reading.said_before(content, "visit", {**CALM, "medicine-today": today})
    first, details = asked_in(f"{MORE}visit", {"therapy": "infiltration", **said})
    assert (WHICH in first) is is_asked
    if is_asked:
        assert {"tramadol-mg", "codeine-mg", "morphine-mg", "oxycodone-mg"} <= details


def test_every_opioid_that_is_offered_is_one_of_the_table_in_force() -> None:
    content = following.content()
    table = opioids.table_in_force(content)
    known = {one.id for one in table.factors} | {one.id for one in table.not_computed}
    which = next(one for one in content.questions if one.id == WHICH)
    others = {"paracetamol", "nsaid", "another"}
    assert {one.id for one in which.options} - others <= known
    amounts = {one.opioid for one in content.questions if one.opioid}
    assert amounts <= {one.id for one in which.options}


def test_what_the_opioids_amount_to_is_worked_out_by_the_table_and_shown(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    course = treated(alice)
    with after(MONTH):
        made = links.make(alice, course, "m1", "last")
        send(made, "m1", {**CALM, "relief-still": "still"})
        row = send(made, f"{MORE}m1", {
            "medicine-today": "usual", WHICH: ["tramadol", "paracetamol"], "tramadol-mg": "150",
        })  # fmt: skip
        page = reverse("course-follow-up", args=[course.public_id])
        shown = browser_of(alice).get(page).content.decode()
    assert row.answers["tramadol-mg"] == 150
    days = shown.partition('id="days"')[2].partition("</section>")[0]
    assert "30\u00a0mg par jour" in days  # 150 mg of tramadol, by 0.2 of the CDC, 2022
    assert "CDC 2022" in days


@pytest.mark.parametrize(
    "said, amount, left_out",
    [
        ({WHICH: ["paracetamol"]}, "none", ()),
        ({}, "none", ()),
        ({WHICH: []}, "none", ()),
        ({WHICH: ["codeine"], "codeine-mg": 90.0}, "13.5", ()),
        ({WHICH: ["codeine"]}, None, ("codeine",)),
        ({WHICH: ["morphine", "opium"], "morphine-mg": 20.0}, "20", ("opium",)),
        ({WHICH: ["fentanyl-patch"]}, None, ("fentanyl-patch",)),
    ],
)
def test_what_has_no_number_makes_it_at_least_and_never_nothing(
    said: dict[str, object], amount: str | None, left_out: tuple[str, ...]
) -> None:
    found = opioids.told_in(following.content(), said)
    if amount == "none":
        assert found is None
        return
    assert found is not None
    assert (None if found.amount is None else str(found.amount.normalize())) in (amount, "2E+1")
    assert (found.left_out, found.at_least) == (left_out, bool(left_out))


def test_an_amount_out_of_range_and_one_of_nothing_ticked(alice: User) -> None:
    course = treated(alice)
    with after(MONTH):
        made = links.make(alice, course, "m1", "last")
        send(made, "m1", {**CALM, "relief-still": "still"})
        took = {"medicine-today": "more", WHICH: ["codeine"]}
        for wrong in ("0", "5000", "deux", "-30"):
            with pytest.raises(AnswerRefusedError):
                send(made, f"{MORE}m1", {**took, "codeine-mg": wrong})
        # Who tells an amount and unticks the medicine took it: nothing that was told is dropped.
        row = send(made, f"{MORE}m1", {**took, WHICH: ["none"], "codeine-mg": "60"})
    assert row.answers[WHICH] == ["codeine"]
