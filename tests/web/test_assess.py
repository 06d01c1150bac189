"""The Assess page: verdicts, and questions answered in place."""

from __future__ import annotations

import re
import uuid
from html import unescape
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.demo.asked import answer_with_a_no
from dolenti.guideline.weighing import weigh
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint, Statement
from dolenti.treatment.models import Fee
from tests.web.asked_page import parsed
from tests.web.queries import MOST, own_queries
from tests.web.world import complaint_of

HTMX = {"HX-Request": "true"}


def answer(
    browser: Client, complaint: Complaint, fact: str, htmx: bool = False, **fields: Any
) -> Any:
    there = Statement.objects.filter(patient=complaint.patient, fact=fact).order_by("pk").last()
    seen = str(there.pk) if there else ""  # as the page that stands now would say
    form = {"token": str(uuid.uuid4()), "fact": fact, "seen": seen, **fields}
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
    assert page.count('class="column status-') == 4
    assert "À préciser" in page
    assert 'id="q-cryoglobulinaemia"' in page


def test_unknown_is_never_shown_as_no(at_alice: Client, knee: Complaint) -> None:
    page = page_of(at_alice, knee)
    strip = page[page.index('<dl class="strip">') : page.index("</dl>")]
    assert "Aucun" in strip  # the anticoagulant, which was stated
    assert strip.count("À préciser") == 2  # the allergies and the red flags
    assert "Sans objet" in strip  # pregnancy, of a man


def test_what_the_law_leaves_open_is_one_line_to_the_doctor(
    at_alice: Client, knee: Complaint
) -> None:
    page = unescape(page_of(at_alice, knee))
    (line,) = re.findall(r'<p class="[^"]*\blaw\b.*?</p>', page, re.DOTALL)
    assert "points de droit non tranchés" in line
    assert f'href="{reverse("knowledge-choices")}"' in line  # where the whole of it stands
    assert not [n.id for n in engine.edition_in_force().notices if n.says.fr in page]


def test_an_answer_judges_again(at_alice: Client, alice: User, knee: Complaint) -> None:
    assert status(alice, knee, "cryoneurolysis") == "needs-information"
    response = answer(at_alice, knee, "cryoglobulinaemia", value="yes")
    assert response.status_code == 302
    assert status(alice, knee, "cryoneurolysis") == "contraindicated"


def test_with_htmx_only_the_body_comes_back(at_alice: Client, knee: Complaint) -> None:
    response = answer(at_alice, knee, "cryoglobulinaemia", htmx=True, value="yes")
    page = response.content.decode()
    assert response.status_code == 200
    assert re.match(r'\s*<div\s+id="case"', page)
    assert "<html" not in page
    assert "<c-" not in page  # components are rendered in a fragment too
    assert "Contre-indication" in page


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


def test_another_answer_from_an_old_page_is_shown_what_stands(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    token = str(uuid.uuid4())
    answer(at_alice, knee, "cryoglobulinaemia", value="no", token=token, seen="")
    older = answer(at_alice, knee, "cryoglobulinaemia", value="yes", token=token, seen="")
    assert older.status_code == 409
    assert "Le cas a changé" in older.content.decode()
    assert status(alice, knee, "cryoneurolysis") == "needs-information"


def test_what_may_be_done_is_never_said_bare(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    answer_with_a_no(lambda: Submission(alice, uuid.uuid4()), knee, timezone.localdate())
    Fee.objects.create(site=alice.site, therapy="mesotherapy", label="Séance", cents=6050)
    edition = engine.edition_in_force()
    knee_oa = next(one for one in edition.conditions if one.id == "knee-osteoarthritis")
    page = page_of(at_alice, knee)
    parts = page.split('class="column status-')[1:]
    assert len(parts) == 4
    for part in parts:
        therapy = next(t for t in edition.therapies if f'id="therapy-{t.id}"' in part)
        words = " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split())
        assert re.search(
            r"Possible – (étayé|reconnu|non montré|résultats discordants|seulement allégué)", words
        )
        lines = weigh(therapy, knee_oa, "knee", (), "fr")
        for line in (lines.claim, *lines.studies, *lines.sizes, *lines.visits):
            assert " ".join(line.split()) in words
        for line in lines.later:
            assert " ".join(line.split())[1:] in words
    assert "Séance, 60,50\u00a0€" in page
    assert "Aucun tarif enregistré" in page


def test_possible_with_precautions_names_them_and_never_says_that_nothing_is_there(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    answer_with_a_no(lambda: Submission(alice, uuid.uuid4()), knee, timezone.localdate())
    answer(at_alice, knee, "allergy", value=["iodine", "_partly"])
    columns = page_of(at_alice, knee).split('class="column status-')[1:]
    warned = [one for one in columns if one.startswith("possible") and "Précautions<" in one]
    assert warned
    for column in warned:
        assert "Rien de connu ne s’y oppose" not in column
        assert "moyennant les précautions ci-dessous" in column
        assert re.search(r'<details id="precautions-[^"]+" open>', column)


def test_a_flag_to_be_looked_into_is_what_prudence_is_about(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    answer_with_a_no(lambda: Submission(alice, uuid.uuid4()), knee, timezone.localdate())
    answer(at_alice, knee, "fever", value="yes")
    columns = page_of(at_alice, knee).split('class="column status-caution')[1:]
    assert columns
    for column in columns:
        assert "Un drapeau rouge est à explorer avant tout geste" in column


def test_the_page_says_which_are_supported_and_which_only_claimed(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    answer_with_a_no(lambda: Submission(alice, uuid.uuid4()), knee, timezone.localdate())
    page = page_of(at_alice, knee)
    summary = page[page.index('class="supports"') :]
    said = unescape(re.sub(r"<[^>]+>", " ", summary[: summary.index("</ul>")]))
    assert re.search(r"Reconnu, aucune étude lue\W+Infiltration", said)
    assert re.search(r"Non montré par les études lues\W+Mésothérapie", said)


def test_what_is_tried_first_stands_above_the_verdicts(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    page = unescape(page_of(at_alice, knee))
    tried = page[page.index('class="tried"') : page.index('class="columns"')]
    assert "exercice (renforcement, endurance)" in tried
    assert "non renseigné" in tried
    assert "perte de poids" in tried
    answer(at_alice, knee, "tried", value=["physiotherapy", "oral-analgesic", "_partly"])
    page = unescape(page_of(at_alice, knee))
    tried = page[page.index('class="tried"') : page.index('class="columns"')]
    assert tried.count("tried-done") == 2


def test_a_red_flag_stands_above_the_columns(at_alice: Client, knee: Complaint) -> None:
    answer(at_alice, knee, "hot-swollen-joint", value="yes")
    answer(at_alice, knee, "fever", value="yes")
    page = page_of(at_alice, knee)
    assert "À adresser d’abord" in page
    assert page.index('class="flags"') < page.index('class="columns"')


def test_the_gravest_red_flag_comes_first_and_the_bar_says_what_to_do(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    said = dict.fromkeys(
        ("locked-knee", "night-pain", "hot-swollen-joint", "acute-limb-ischaemia"), True
    )
    assessing.answer(Submission(alice, uuid.uuid4()), knee, said, timezone.localdate())
    page = page_of(at_alice, knee)
    flags = parsed(page).all("section", class_="flags")[0].all("p", class_="flag-head")
    order = ["Urgence", "Le jour même", "Sans tarder"]
    places = [order.index(flag.all("span")[0].text) for flag in flags]
    assert set(places) == {0, 1, 2}
    assert places == sorted(places)
    first = parsed(page).all("p", class_="flag-to")[0].text
    assert parsed(page).all("span", class_="bar-flag")[0].text in first
    patient = at_alice.get(reverse("patient", args=[knee.patient.public_id])).content.decode()
    heads = parsed(patient).all("ul", class_="flags")[0].all("p", class_="flag-head")
    shown = [order.index(one.all("span")[0].text) for one in heads]
    assert shown == sorted(shown)


def test_a_nurse_answers_but_does_not_assess(bob: User, knee: Complaint, browser_of: Any) -> None:
    browser = browser_of(bob)
    assert answer(browser, knee, "cryoglobulinaemia", value="no").status_code == 302
    page = page_of(browser, knee)
    assert reverse("complaint-store", args=[knee.public_id]) not in page


def test_a_stale_value_is_set_aside_and_said(at_alice: Client, alice: User) -> None:
    complaint = complaint_of(
        alice,
        "complaint: {condition: knee-osteoarthritis}\n"
        "facts: {anticoagulant: vka, inr: {value: 2.1, at: 2020-01-01}}\n",
    )
    page = page_of(at_alice, complaint)
    assert "trop ancien pour être pris en compte" in page
    assert 'id="q-inr"' in page


def test_the_page_costs_few_queries(at_alice: Client, knee: Complaint) -> None:
    for fact in ("cryoglobulinaemia", "raynaud", "fever"):
        answer(at_alice, knee, fact, value="no")
    with own_queries() as asked:
        page_of(at_alice, knee)
    assert len(asked) <= MOST, asked.own
