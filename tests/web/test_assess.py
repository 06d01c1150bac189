"""The Assess page: verdicts, and questions answered in place."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.guideline.report import as_json
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint, Statement
from tests.web.conftest import complaint_of
from tests.web.queries import MOST, own_queries

HTMX = {"HX-Request": "true"}


def answer(
    browser: Client, complaint: Complaint, fact: str, htmx: bool = False, **fields: Any
) -> Any:
    form = {"token": str(uuid.uuid4()), "fact": fact, **fields}
    headers = HTMX if htmx else {}
    return browser.post(
        reverse("complaint-answer", args=[complaint.public_id]), form, headers=headers
    )


def stated() -> QuerySet[Statement]:
    """What was said at the screen, besides what the document brought."""
    return Statement.objects.filter(origin=Statement.Origin.STATED)


def page_of(browser: Client, complaint: Complaint) -> str:
    return browser.get(reverse("complaint", args=[complaint.public_id])).content.decode()


def status(user: User, complaint: Complaint, therapy: str) -> str:
    verdicts = assessing.look(user, complaint, timezone.localdate()).judgement.verdicts
    return next(v.status for v in verdicts if v.therapy.id == therapy)


def test_the_page_has_a_column_per_therapy_and_asks_what_is_open(
    at_alice: Client, knee: Complaint
) -> None:
    page = page_of(at_alice, knee)
    assert page.count('<article class="column') == 4
    assert "À préciser" in page
    assert 'id="q-cryoglobulinaemia"' in page


def test_unknown_is_never_shown_as_no(at_alice: Client, knee: Complaint) -> None:
    page = page_of(at_alice, knee)
    strip = page[page.index('<dl class="strip">') : page.index("</dl>")]
    assert "Aucun" in strip  # the anticoagulant, which was stated
    assert strip.count("À préciser") == 2  # the allergies and the red flags
    assert "Sans objet" in strip  # pregnancy, of a man


def test_an_answer_judges_again(at_alice: Client, alice: User, knee: Complaint) -> None:
    assert status(alice, knee, "cryoneurolysis") == "needs-information"
    response = answer(at_alice, knee, "cryoglobulinaemia", value="yes")
    assert response.status_code == 302
    assert status(alice, knee, "cryoneurolysis") == "contraindicated"


def test_with_htmx_only_the_body_comes_back(at_alice: Client, knee: Complaint) -> None:
    response = answer(at_alice, knee, "cryoglobulinaemia", htmx=True, value="yes")
    page = response.content.decode()
    assert response.status_code == 200
    assert page.lstrip().startswith('<div id="case"')
    assert "<html" not in page
    assert "<c-" not in page  # components are rendered in a fragment too
    assert "Contre-indiqué" in page


@pytest.mark.parametrize(
    "fact,fields",
    [
        ("cryoglobulinaemia", {"value": "perhaps"}),
        ("cryoglobulinaemia", {}),
        ("pain-nrs", {"value": "11"}),
        ("pain-nrs", {"value": "a lot"}),
        ("immunosuppression", {"value": "strong"}),
        ("allergy", {"value": ["milk"]}),
        ("allergy", {}),
        ("last-corticosteroid-infiltration", {"value": "2999-01-01"}),
        ("last-corticosteroid-infiltration", {"value": "soon"}),
        ("no-such-fact", {"value": "yes"}),
    ],
)
def test_an_answer_that_is_none_changes_nothing(
    fact: str, fields: dict[str, Any], at_alice: Client, knee: Complaint
) -> None:
    before = Statement.objects.count()
    response = answer(at_alice, knee, fact, htmx=True, **fields)
    assert response.status_code == 422
    assert Statement.objects.count() == before


def test_a_wrong_answer_stays_in_its_field_with_what_to_do(at_alice: Client, alice: User) -> None:
    complaint = complaint_of(
        alice,
        "complaint: {condition: knee-osteoarthritis}\n"
        "facts: {anticoagulant: vka, coagulation-disorder: none}\n",
    )
    page = answer(at_alice, complaint, "inr", htmx=True, value="99").content.decode()
    assert "Valeur impossible ici" in page
    assert 'value="99"' in page
    assert 'aria-invalid="true"' in page


def test_an_answer_can_be_asked_again(at_alice: Client, alice: User, knee: Complaint) -> None:
    answer(at_alice, knee, "cryoglobulinaemia", value="yes")
    answer(at_alice, knee, "cryoglobulinaemia", forget="yes")
    assert status(alice, knee, "cryoneurolysis") == "needs-information"
    assert stated().count() == 2  # nothing is overwritten


def test_the_same_answer_sent_twice_is_one(at_alice: Client, knee: Complaint) -> None:
    token = str(uuid.uuid4())
    for _ in range(2):
        answer(at_alice, knee, "cryoglobulinaemia", value="yes", token=token)
    assert stated().count() == 1


def test_another_answer_from_an_old_page_counts(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    token = str(uuid.uuid4())
    answer(at_alice, knee, "cryoglobulinaemia", value="no", token=token)
    answer(at_alice, knee, "cryoglobulinaemia", value="yes", token=token)
    assert status(alice, knee, "cryoneurolysis") == "contraindicated"


def nothing_else(browser: Client, complaint: Complaint) -> Any:
    address = reverse("complaint-nothing-else", args=[complaint.public_id])
    return browser.post(address, {"token": str(uuid.uuid4())})


def test_nothing_else_lists_what_it_assumes_and_leaves_measures_open(
    at_alice: Client, alice: User
) -> None:
    complaint = complaint_of(
        alice,
        "patient: {birth-date: 1968-03-02, sex: male}\n"
        "complaint: {condition: knee-osteoarthritis}\nfacts: {anticoagulant: vka}\n",
    )
    nothing_else(at_alice, complaint)
    seen = assessing.look(alice, complaint, timezone.localdate())
    result = as_json(seen.judgement, "fr")
    assumed = {entry["fact"] for entry in result["assumed"]}
    assert "cryoglobulinaemia" in assumed
    assert "anticoagulant" not in assumed  # it was stated
    assert "inr" not in assumed  # a measured value is never assumed
    assert "Supposé" in page_of(at_alice, complaint)


def test_what_opens_after_nothing_else_is_asked(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    nothing_else(at_alice, knee)
    assert assessing.look(alice, knee, timezone.localdate()).judgement.questions == ()
    answer(at_alice, knee, "anticoagulant", value="vka")
    assert "inr" in assessing.look(alice, knee, timezone.localdate()).judgement.questions


def test_a_red_flag_stands_above_the_columns(at_alice: Client, knee: Complaint) -> None:
    answer(at_alice, knee, "hot-swollen-joint", value="yes")
    answer(at_alice, knee, "fever", value="yes")
    page = page_of(at_alice, knee)
    assert "À orienter d’abord" in page
    assert page.index('class="flags"') < page.index('class="columns"')


def test_a_nurse_answers_but_does_not_assess(bob: User, knee: Complaint, browser_of: Any) -> None:
    browser = browser_of(bob)
    assert answer(browser, knee, "cryoglobulinaemia", value="no").status_code == 302
    page = page_of(browser, knee)
    assert reverse("complaint-store", args=[knee.public_id]) not in page
    assert nothing_else(browser, knee).status_code == 403


def test_a_stale_value_is_set_aside_and_said(at_alice: Client, alice: User) -> None:
    complaint = complaint_of(
        alice,
        "complaint: {condition: knee-osteoarthritis}\n"
        "facts: {anticoagulant: vka, inr: {value: 2.1, at: 2020-01-01}}\n",
    )
    page = page_of(at_alice, complaint)
    assert "trop ancien pour compter" in page
    assert 'id="q-inr"' in page


def test_the_page_costs_few_queries(at_alice: Client, knee: Complaint) -> None:
    for fact in ("cryoglobulinaemia", "raynaud", "fever"):
        answer(at_alice, knee, fact, value="no")
    with own_queries() as asked:
        page_of(at_alice, knee)
    assert len(asked) <= MOST, asked.own


def test_what_is_assumed_is_never_shown_as_stated(at_alice: Client, knee: Complaint) -> None:
    nothing_else(at_alice, knee)
    page = page_of(at_alice, knee)
    strip = page[page.index('<dl class="strip">') : page.index("</dl>")]
    assert strip.count("supposé") == 2  # the allergies and the red flags; nobody stated either
