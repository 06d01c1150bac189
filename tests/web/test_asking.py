"""The Assess page asks in rows: a press answers what stands on the screen, and nothing else."""

from __future__ import annotations

import random
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.guideline.asking import Ref, raw_of
from dolenti.ledger.once import Submission
from dolenti.records.facts.allergens import Allergy
from dolenti.records.judging import assessing
from dolenti.records.judging.questions import questions_of, sheet_in_force
from dolenti.records.models import Complaint, Statement
from dolenti.records.patients import allergies
from tests.web.asked_page import AskedPage, Node, case, parsed
from tests.web.queries import own_queries

pytestmark = pytest.mark.any_database

TODAY = timezone.localdate
OF_A_PRESS = 14 if connection.vendor == "sqlite" else 15
"""Queries of a press and the page after it: eight to look and write in the lock, one to see that
whoever presses may still, five to show; and the lock itself where rows are locked."""


def statuses(user: User, complaint: Complaint) -> dict[str, str]:
    verdicts = assessing.look(user, complaint, TODAY()).judgement.verdicts
    return {v.therapy.id: v.status for v in verdicts}


def stated(complaint: Complaint) -> dict[str, Any]:
    found = Statement.objects.filter(patient=complaint.patient, origin="stated").exclude(how="")
    return {one.fact: one.value for one in found}


def test_a_row_answers_exactly_what_it_says(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    form = next(f for f in page.open_rows if f.fields["row"] == ["joint"])
    named = form.fields["ref"]
    page.send(form)
    assert stated(page.complaint) == dict.fromkeys(named, False)
    how = {s.fact: s.how for s in Statement.objects.exclude(how="")}
    assert set(how.values()) == {"examined"}


def test_the_button_says_the_gravest_no(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    buttons = {form.fields["row"][0]: page.button(form) for form in page.open_rows}
    assert buttons["today"].startswith("Ni fièvre ni infection")
    assert buttons["allergy"] == "Aucune allergie ni anaphylaxie connue"
    assert buttons["onset"] == "Non à tout"


def test_a_press_costs_a_look_under_the_lock_and_a_page(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    page.no("joint")  # what is kept between requests is kept now
    for press in (lambda: page.no("today"), lambda: page.undo("today")):
        with own_queries() as asked:
            press()
        assert len(asked) <= OF_A_PRESS, asked.own


def test_an_answered_row_keeps_its_place(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    before = [row.attributes["id"] for row in page.rows]
    page.no("joint")
    page.no("allergy")
    assert [row.attributes["id"] for row in page.rows] == before
    page.reload()
    assert [row.attributes["id"] for row in page.rows] == before


def test_a_press_on_words_that_changed_writes_nothing(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    form = page.open_rows[0]
    for changed in ({"shown": "autre chose"}, {"ref": form.fields["ref"][:-1]}, {"row": "none"}):
        response = at_alice.post(form.attributes["action"], {**form.fields, **changed})
        assert response.status_code == 409
    assert stated(page.complaint) == {}


def test_a_second_press_on_an_answered_row_writes_nothing(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    form = page.open_rows[0]
    page.send(form)
    count = Statement.objects.count()
    assert at_alice.post(form.attributes["action"], form.fields).status_code == 302  # sent twice
    again = {**form.fields, "token": str(uuid.uuid4())}
    assert at_alice.post(form.attributes["action"], again).status_code == 409
    assert Statement.objects.count() == count


def test_what_somebody_answered_meanwhile_stands(
    at_alice: Client, alice: User, bob: User, browser_of: Any
) -> None:
    complaint = case(alice, "knee-osteoarthritis")
    page = AskedPage(at_alice, complaint, "infiltration")
    form = next(f for f in page.open_rows if f.fields["row"] == ["today"])
    nurse = AskedPage(browser_of(bob), complaint, "infiltration")
    nurse.yes("fever")
    page.send(form)
    assert page.status == 409
    assert "Bob" in page.html
    assert assessing.look(alice, complaint, TODAY()).case.facts["fever"].value is True
    row = next(r for r in page.rows if r.attributes["id"] == "row-today")
    assert "Oui" in row.text


def test_a_row_is_undone_as_a_whole_and_the_history_stays(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    page.no("joint")
    answered = len(stated(page.complaint))
    undo = next(f for f in page.page.all("form") if f.attributes["action"].endswith("/undo/"))
    pressed = undo.fields["press"][0]
    page.send(undo)
    facts = assessing.look(alice, page.complaint, TODAY()).case.facts
    assert "hot-swollen-joint" not in facts
    assert Statement.objects.filter(undoes=pressed).count() == answered
    assert any(form.fields["row"] == ["joint"] for form in page.open_rows)


def test_undoing_a_row_takes_no_allergy_away(at_alice: Client, alice: User) -> None:
    complaint = case(alice, "knee-osteoarthritis", facts="{allergy: {has: [lidocaine]}}")
    page = AskedPage(at_alice, complaint, "infiltration")
    page.no("allergy")
    known = assessing.look(alice, complaint, TODAY()).case.facts["allergy"].value
    assert known["lidocaine"] is True
    assert not any(has for member, has in known.items() if member != "lidocaine")
    page.send(next(f for f in page.page.all("form") if f.attributes["action"].endswith("/undo/")))
    known = assessing.look(alice, complaint, TODAY()).case.facts["allergy"].value
    assert known == {"lidocaine": True}


def told_before(complaint: Complaint, alice: User, days: int = 5, **facts: Any) -> None:
    """What was said at a visit of last week."""
    Statement.objects.bulk_create(
        Statement(
            patient=complaint.patient, fact=fact.replace("_", "-"), value=value, author=alice,
            at=TODAY() - timedelta(days=days), submission=uuid.uuid4(),
        )
        for fact, value in facts.items()
    )  # fmt: skip


def test_what_the_record_holds_is_confirmed_by_one_press(at_alice: Client, alice: User) -> None:
    complaint = case(alice, "knee-osteoarthritis")
    told_before(complaint, alice, diabetes="controlled", cancer_active=False, inr=2.4)
    page = AskedPage(at_alice, complaint, "infiltration")
    row = page.row_of("health")
    assert "Diabète : équilibré" in row.all("ul", class_="held")[0].text
    button = row.all("button", **{"data-confirm": ""})[0]
    assert button.text == "Confirmer les 2 réponses du dossier"  # an INR is confirmed by no batch
    page.confirm("health")
    facts = assessing.look(alice, complaint, TODAY()).case.facts
    assert facts["diabetes"].value == "controlled"
    assert facts["diabetes"].at == facts["cancer-active"].at == TODAY()
    assert page.row_of("health").all("button", **{"data-confirm": ""}) == []
    assert "Alice" in page.row_of("health").all("ul", class_="held")[0].text


def test_a_phone_says_once_the_day_that_all_answers_of_a_row_share(
    at_alice: Client, alice: User
) -> None:
    complaint = case(alice, "knee-osteoarthritis")
    told_before(complaint, alice, diabetes="none", cancer_active=False, cancer_history=False)
    row = AskedPage(at_alice, complaint, "infiltration").row_of("health")
    held = row.all("ul", class_="is-noted")[0]
    days = [one.all("span", class_="said-by")[0].text for one in held.all("li")]
    once = row.all("p", class_="on-a-phone")[0].text
    assert [once] * len(days) == [f"Pour chacune : {day}" for day in days]
    told_before(complaint, alice, days=9, coagulation_disorder="none")
    row = AskedPage(at_alice, complaint, "infiltration").row_of("health")
    assert len(row.all("ul", class_="held")[0].all("li")) == 4
    assert row.all("ul", class_="is-noted") == row.all("p", class_="on-a-phone") == []


def test_a_confirmation_that_is_undone_leaves_what_the_record_held(
    at_alice: Client, alice: User
) -> None:
    complaint = case(alice, "knee-osteoarthritis")
    told_before(complaint, alice, diabetes="controlled")
    page = AskedPage(at_alice, complaint, "infiltration")
    page.confirm("health")
    page.undo("health")
    known = assessing.look(alice, complaint, TODAY()).case.facts["diabetes"]
    assert (known.value, known.at) == ("controlled", TODAY() - timedelta(days=5))
    assert (
        page.row_of("health").all("button", **{"data-confirm": ""})[0].text
        == "Confirmer la réponse du dossier"
    )


def test_a_row_of_another_day_is_undone_as_a_whole_too(at_alice: Client, alice: User) -> None:
    complaint = case(alice, "knee-osteoarthritis")
    page = AskedPage(at_alice, complaint, "infiltration")
    page.no("joint")
    answered = len(stated(complaint))
    yesterday = TODAY() - timedelta(days=1)
    Statement.objects.filter(patient=complaint.patient).exclude(how="").update(at=yesterday)
    page.reload()
    row = page.row_of("joint")
    assert not [form for form in page.open_rows if form.fields["row"] == ["joint"]]
    (undo,) = row.all("button", **{"data-undo": ""})
    assert str(yesterday.day) in undo.text, "of which day it is"
    page.undo("joint")
    assert "hot-swollen-joint" not in assessing.look(alice, complaint, TODAY()).case.facts
    assert Statement.objects.exclude(undoes=None).count() == answered
    assert any(form.fields["row"] == ["joint"] for form in page.open_rows)


def test_what_one_press_restates_is_in_no_fold(at_alice: Client, alice: User) -> None:
    complaint = case(alice, "knee-osteoarthritis")
    told_before(complaint, alice, allergy=[], anaphylaxis_history=False, cancer_active=False)
    page = AskedPage(at_alice, complaint, "infiltration")
    for name in ("allergy", "health"):
        row = page.row_of(name)
        said = re.search(r"\d+", row.all("button", **{"data-confirm": ""})[0].text)
        confirmed = int(said[0]) if said else 1
        folded = [line for fold in row.all("details", class_="fold") for line in fold.all("li")]
        shown = [line for list_ in row.all("ul", class_="held") for line in list_.all("li")]
        assert len(shown) - len(folded) >= confirmed, row.text


@pytest.mark.parametrize(
    "fact,value,offered,says",
    [
        ("hot-swollen-joint", "yes", "joint-fluid-culture-negative", "culture"),
        ("inflammatory-rhythm", "yes", "inflammatory-arthritis-diagnosed", "déjà diagnostiqué"),
        ("anticoagulant", "vka", "inr-target-over-3", "INR cible"),
        ("recent-injury", "yes", "injury-imaged-no-fracture", "imagerie"),
    ],
)
def test_what_no_rule_asks_is_offered_after_what_raises_it(
    fact: str, value: str, offered: str, says: str, at_alice: Client, alice: User
) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    assert says not in " ".join(row.text for row in page.rows)
    _say(page, fact, value)
    under = [one for row in page.rows for one in row.all("div", class_="row-under")]
    (question,) = [
        form for one in under for form in one.all("form", class_="question")
        if form.fields["fact"] == [offered]
    ]  # fmt: skip
    assert "Parce que" in next(one.text for one in under if question in one.all("form"))
    page.send(question, value="yes")
    found = assessing.look(alice, page.complaint, TODAY()).case.facts
    assert found[offered].value is True


def _say(page: AskedPage, fact: str, value: str) -> None:
    if fact == "recent-injury":  # its phrase names two: a press opens both
        page.exact(fact, value)
    elif value == "yes":
        page.yes(fact)
    else:
        page.chip(fact, value)


def test_what_is_offered_is_no_open_question(at_alice: Client, alice: User) -> None:
    """Nothing waits for it: it is not counted."""
    page = AskedPage(at_alice, case(alice, "crps", side="left"), "mesotherapy")
    seen = assessing.look(alice, page.complaint, TODAY())
    questions = questions_of(seen, page.complaint, {"mesotherapy"}, TODAY())
    assert [ref.fact for ref in questions.offered] == ["pain-clinic-advice"]
    counted = sum(bool(s.rest.refs) + len(s.rest.alone) for s in questions.everywhere())
    assert questions.open_count == counted - 1


def test_what_changed_since_it_was_shown_is_not_confirmed(at_alice: Client, alice: User) -> None:
    complaint = case(alice, "knee-osteoarthritis")
    told_before(complaint, alice, diabetes="controlled")
    page = AskedPage(at_alice, complaint, "infiltration")
    form = page.forms_of("health", "/confirm/")[0]
    assessing.answer(
        Submission(alice, uuid.uuid4()), complaint, {"diabetes": "uncontrolled"}, TODAY()
    )
    page.send(form)
    assert page.status == 409
    assert assessing.look(alice, complaint, TODAY()).case.facts["diabetes"].value == "uncontrolled"


def test_a_group_that_is_known_already_is_shown_and_asks_nothing(
    at_alice: Client, alice: User
) -> None:
    complaint = case(alice, "knee-osteoarthritis")
    page = AskedPage(at_alice, complaint, "infiltration")
    form = next(f for f in page.open_rows if f.fields["row"] == ["today"])
    definitions = sheet_in_force().dictionary.definitions
    noes = raw_of(map(Ref.read, form.fields["ref"]), definitions, {})
    told_before(complaint, alice, days=0, **noes)  # by hand, on the page of the facts
    page.reload()
    assert all(form.fields["row"] != ["today"] for form in page.open_rows)
    button = page.row_of("today").all("button", **{"data-confirm": ""})[0]
    assert button.text == f"Confirmer les {len(noes)} réponses du dossier"


def test_no_batch_answers_what_is_asked_alone(at_alice: Client, alice: User) -> None:
    complaint = case(alice, "knee-osteoarthritis", facts="{anticoagulant: vka}")
    page = AskedPage(at_alice, complaint, "infiltration")
    forms = [form for form in page.open_rows if form.fields["row"] != ["allergy"]]
    for form in forms:
        page.send(form, ref=[*form.fields["ref"], "inr"])
        assert page.status == 409
    assert stated(complaint) == {}


def test_a_button_that_says_another_no_answers_nothing(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    form = next(f for f in page.open_rows if f.fields["row"] == ["today"])
    page.send(form, button="Non à tout")
    assert page.status == 409
    assert stated(page.complaint) == {}


def test_a_yes_raises_its_question_under_its_row(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    assert "unable-to-flex-90" not in page.html
    page.exact("recent-injury", "yes")
    row = next(r for r in page.rows if r.attributes["id"] == "row-onset")
    under = row.all("div", class_="row-under")[0]
    assert "Parce que" in under.text
    assert "flexion à 90° impossible" in under.text
    others = [r for r in page.rows if r.attributes["id"] != "row-onset"]
    assert all("flexion à 90°" not in r.text for r in others if r not in row.all("div"))


def test_inr_is_asked_after_a_vka_only(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    assert "q-inr" not in page.html
    page.exact("anticoagulant", "vka")
    assert "q-inr" in page.html
    page.exact("inr", "9")
    assert "c-inr" in page.html  # where it is corrected


def test_never_injected_settles_what_follows_an_injection(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    page.no("done-here")
    seen = assessing.look(alice, page.complaint, TODAY()).judgement
    for fact in ("last-corticosteroid-infiltration", "persistent-nodule-after-injection"):
        assert fact in seen.irrelevant
    page.send(next(f for f in page.page.all("form") if f.attributes["action"].endswith("/undo/")))
    page.exact("injected-before", "here")
    assert "q-last-corticosteroid-infiltration" in page.html
    assert "injected-before" in stated(page.complaint)


def test_what_is_not_in_play_is_not_asked(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis"), "infiltration")
    assert "cryoglobulinémie" not in page.html
    assert "Non envisagés" in page.page.text
    page.add("cryoneurolysis")
    assert "cryoglobulinémie" in page.html


def test_no_row_covers_a_measure(at_alice: Client, alice: User) -> None:
    complaint = case(alice, "knee-osteoarthritis", facts="{anticoagulant: vka}")
    page = AskedPage(at_alice, complaint, "infiltration")
    page.no_to_all()
    assert "inr" not in stated(complaint)
    assert statuses(alice, complaint)["infiltration"] == "needs-information"


def test_what_was_only_supposed_is_asked_and_shown_as_supposed(
    at_alice: Client, alice: User
) -> None:
    complaint = case(alice, "knee-osteoarthritis")
    Statement.objects.create(
        patient=complaint.patient, fact="allergy", value=[], at=TODAY(), origin="assumed",
        author=alice, submission=uuid.uuid4(),
    )  # fmt: skip
    page = AskedPage(at_alice, complaint, "mesotherapy")
    assert any(form.fields["row"] == ["allergy"] for form in page.open_rows)
    strip = page.page.all("dl", class_="strip")[0].text
    assert "supposé" in strip
    page.no("allergy")
    assert "supposé" not in page.page.all("dl", class_="strip")[0].text


def test_allergy_is_asked_whatever_the_rules_ask(at_alice: Client, alice: User) -> None:
    page = AskedPage(at_alice, case(alice, "lateral-epicondylitis"), "mesotherapy")
    assert any(form.fields["row"] == ["allergy"] for form in page.open_rows)


def test_nothing_possible_is_stored_with_the_allergies_unasked(
    at_alice: Client, alice: User
) -> None:
    page = AskedPage(at_alice, case(alice, "lateral-epicondylitis"), "mesotherapy")
    while len(page.open_rows) > 1:
        others = [form for form in page.open_rows if form.fields["row"] != ["allergy"]]
        page.send(others[0])
    assert statuses(alice, page.complaint)["mesotherapy"] == "possible"
    refused = page.store()
    assert refused.status_code == 409
    assert "À demander avant d’enregistrer" in refused.content.decode()
    page.no("allergy")
    assert page.store().status_code == 302


def test_a_nurse_answers_rows_but_does_not_store(bob: User, alice: User, browser_of: Any) -> None:
    page = AskedPage(browser_of(bob), case(alice, "knee-osteoarthritis"), "infiltration")
    page.no_to_all()
    assert page.page.all("form", id="store") == []


def test_a_word_finds_its_fact(at_alice: Client, alice: User) -> None:
    complaint = case(alice, "knee-osteoarthritis")
    address = reverse("complaint-find", args=[complaint.public_id])
    for typed, fact in (("phlébite", "calf-dvt-suspected"), ("eliquis", "anticoagulant"),
                        ("pas de PTG", "prosthesis-at-site")):  # fmt: skip
        html = at_alice.post(address, {"for": "infiltration", "q": typed}).content.decode()
        assert f'id="found-{fact}"' in html, typed


ALL_FOUR = ("mesotherapy", "autologous-conditioned-serum", "cryoneurolysis", "infiltration")
CASES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "knee-infiltration": (
        {"condition": "knee-osteoarthritis", "age": 68, "sex": "female"}, ("infiltration",)),
    "knee-all-four": ({"condition": "knee-osteoarthritis", "age": 68, "sex": "female"}, ALL_FOUR),
    "tennis-elbow-meso": ({"condition": "lateral-epicondylitis"}, ("mesotherapy",)),
    "low-back-pain": ({"condition": "low-back-pain", "side": ""}, ("mesotherapy",)),
    "neck-pain": (
        {"condition": "neck-pain", "age": 52, "sex": "female", "side": ""}, ("mesotherapy",)),
    "sciatica": ({"condition": "sciatica"}, ("mesotherapy", "autologous-conditioned-serum")),
    "hip-oa": (
        {"condition": "hip-osteoarthritis", "age": 70, "sex": "female"},
        ("infiltration", "autologous-conditioned-serum")),
    "shoulder-bursitis-diabetic": (
        {"condition": "subacromial-bursitis", "age": 60, "sex": "female",
         "facts": "{diabetes: controlled}"}, ("infiltration", "mesotherapy")),
    "achilles": ({"condition": "achilles-tendinopathy"}, ("mesotherapy",)),
    "fibromyalgia": (
        {"condition": "fibromyalgia", "sex": "female", "side": ""}, ("mesotherapy",)),
}  # fmt: skip
PAGE = Path(__file__).parents[2] / "docs" / "asking.md"
PRESSES = {
    name: int(presses)
    for name, presses in re.findall(
        r"^\| ([a-z0-9-]+)[^|]*\|[^|]*\| (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE
    )
}
"""At most so many, as the table of the documentation says."""


def test_the_table_names_every_case() -> None:
    assert set(PRESSES) == {*CASES, "hot-knee", "apixaban-78-prosthesis"}


@pytest.mark.parametrize("name", CASES)
def test_honest_noes_leave_nothing_to_ask(name: str, at_alice: Client, alice: User) -> None:
    described, therapies = CASES[name]
    complaint = case(alice, **described)
    page = AskedPage(at_alice, complaint, *therapies)
    page.no_to_all()
    assert page.store().status_code == 302
    judged = assessing.look(alice, complaint, TODAY()).judgement
    found = statuses(alice, complaint)
    assert {found[therapy] for therapy in therapies} <= {"possible", "caution"}, judged.questions
    assert page.clicks <= PRESSES[name]


@pytest.mark.parametrize("seed", range(3))
def test_no_press_from_any_page_stores_what_did_not_stand_there(
    seed: int, at_alice: Client, alice: User
) -> None:
    """Forms of this page and of pages long gone, in any order: what a row's press stores is what
    stands at its place now, or nothing."""
    draw = random.Random(seed)
    complaint = case(alice, "knee-osteoarthritis")
    page = AskedPage(at_alice, complaint, "infiltration")
    seen: list[Node] = []
    for _ in range(14):
        seen += page.page.all("form")
        form = draw.choice([one for one in seen if "/complaints/" in one.attributes["action"]])
        action = form.attributes["action"]
        if not action.endswith(("/row/", "/answer/", "/undo/")):
            continue
        page.reload()
        standing = {
            (one.fields["row"][0], one.fields["shown"][0], tuple(one.fields["ref"]))
            for one in page.open_rows
        }
        before = set(Statement.objects.values_list("pk", flat=True))
        page.send(form, value="yes")
        new = Statement.objects.exclude(pk__in=before)
        if action.endswith("/row/") and new:
            fields = form.fields
            told = (fields["row"][0], fields["shown"][0], tuple(fields["ref"]))
            assert told in standing
            assert {one.fact for one in new} == {ref.partition(":")[0] for ref in told[2]}
        if action.endswith("/answer/"):
            assert {one.fact for one in new} <= set(form.fields.get("fact", ()))
        page.reload()


def test_a_hot_knee_is_sent_on_in_four_presses(at_alice: Client, alice: User) -> None:
    complaint = case(alice, "knee-osteoarthritis", age=68)
    page = AskedPage(at_alice, complaint, "infiltration")
    page.yes("hot-swollen-joint")
    assert page.store().status_code == 302
    assert page.clicks <= PRESSES["hot-knee"]
    assert statuses(alice, complaint)["infiltration"] in ("redirect", "needs-information")


def test_a_man_on_apixaban_with_a_prosthesis(at_alice: Client, alice: User) -> None:
    complaint = case(alice, "knee-osteoarthritis", age=78)
    page = AskedPage(at_alice, complaint, "infiltration", "cryoneurolysis", "mesotherapy")
    page.chip("anticoagulant", "doac")
    page.chip("prosthesis-at-site", "yes")
    page.no_to_all()
    assert page.store().status_code == 302
    assert page.clicks <= PRESSES["apixaban-78-prosthesis"]


def test_the_button_names_no_allergy_that_is_known(at_alice: Client, alice: User) -> None:
    complaint = case(alice, "knee-osteoarthritis", facts="{allergy: {has: [lidocaine]}}")
    page = AskedPage(at_alice, complaint, "infiltration")
    form = next(f for f in page.open_rows if f.fields["row"] == ["allergy"])
    assert page.button(form) == "Aucune autre allergie connue, ni anaphylaxie"
    assert form.fields["shown"][0].startswith("Autre allergie ou intolérance (")
    page.send(form)
    known = assessing.look(alice, complaint, TODAY()).case.facts["allergy"].value
    assert [member for member, has in known.items() if has] == ["lidocaine"]


def test_an_allergy_that_no_rule_asks_for_stands_on_the_strip_and_on_the_button(
    at_alice: Client, alice: User
) -> None:
    complaint = case(alice, "knee-osteoarthritis")
    allergies.add(
        Submission(alice, uuid.uuid4()), complaint.patient, Allergy("Pénicilline"),
        Statement.SaidBy.PATIENT, TODAY(),
    )  # fmt: skip
    page = AskedPage(at_alice, complaint, "infiltration")
    strip = page.page.all("dl", class_="strip")[0].text
    assert "Pénicilline" in strip
    form = next(f for f in page.open_rows if f.fields["row"] == ["allergy"])
    assert page.button(form) == "Aucune autre allergie connue, ni anaphylaxie"
    page.send(form)
    for where in ("complaint", "patient"):
        shown = complaint if where == "complaint" else complaint.patient
        html = at_alice.get(reverse(where, args=[shown.public_id])).content.decode()
        item = parsed(html).all("dl", class_="strip")[0].all("div", class_="strip-danger")
        assert any("Pénicilline" in one.text for one in item), where


def test_an_answer_is_told_as_it_was_given_and_never_as_its_reverse(
    at_alice: Client, alice: User
) -> None:
    """A label that denies something stands behind no “no”, a measure behind no “yes”; and the bar
    says the verdict that follows, in no green."""
    facts = "{allergy: [amide-local-anaesthetic]}"
    page = AskedPage(at_alice, case(alice, "knee-osteoarthritis", facts=facts), "infiltration")
    page.exact("no-alternative-anaesthetic", "no")
    page.exact("anticoagulant", "vka")
    page.exact("inr", "9")
    told = [one.text for one in page.page.all("p", class_="said")]
    assert "Aucun anesthésique local possible : non" in [one.lower().capitalize() for one in told]
    assert not [one for one in told if "Non : Aucun" in one]
    assert not [one for one in told if one.startswith("Oui") and any(c.isdigit() for c in one)]
    assert "INR : 9" in told
    (bar,) = page.page.all("div", class_="bar")
    assert "Infiltration : contre-indi" in bar.text
    assert not bar.all("span", class_="tone-go")
    chosen = page.page.all("button", aria_pressed="true")
    assert {one.text for one in chosen} >= {"Non"}
