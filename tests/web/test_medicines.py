"""The list of a patient's medicines: typed by name, understood, asked of once, stopped, kept."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.ledger.models import Revision
from dolenti.records.judging import assessing
from dolenti.records.models import Complaint, Medicine, Patient, Statement

TODAY = clock.today
pytestmark = pytest.mark.django_db


def add(client: Client, patient: Patient, name: str, **more: Any) -> Any:
    form = {"token": str(uuid.uuid4()), "name": name, **more}
    return client.post(reverse("medicine-new", args=[patient.public_id]), form)


def change(client: Client, medicine: Medicine, **said: str) -> Any:
    form = {"token": str(uuid.uuid4()), "based_on": medicine.version, **said}
    return client.post(reverse("medicine-edit", args=[medicine.public_id]), form)


def on(days: int = 0) -> str:
    return f"{TODAY() + timedelta(days=days):%d/%m/%Y}"


def facts(user: User, complaint: Complaint) -> dict[str, Any]:
    return {
        fact: known.value
        for fact, known in assessing.look(user, complaint, TODAY()).case.facts.items()
    }


def test_a_medicine_typed_by_name_becomes_facts_with_their_source(
    alice: User, at_alice: Client, knee: Complaint
) -> None:
    answer = add(at_alice, knee.patient, "préviscn 20 mg", dose="1 le soir")
    assert answer.status_code == 302
    kept = Medicine.objects.get()
    assert (kept.dose, kept.author) == ("1 le soir", alice)
    said = Statement.objects.get(fact="anticoagulant", origin="stated")
    assert (said.value, said.at, said.place) == ("vka", TODAY(), "préviscn 20 mg")
    assert facts(alice, knee)["anticoagulant"] == "vka"


def test_a_chosen_proposal_is_kept_under_its_own_name(at_alice: Client, knee: Complaint) -> None:
    page = at_alice.post(
        reverse("medicine-find"), {"name": "stribild"}, headers={"HX-Request": "true"}
    )
    assert b"<html" not in page.content
    cis = page.context["proposed"][0].cis
    add(at_alice, knee.patient, "stribild", cis=cis)
    kept = Medicine.objects.get()
    assert (kept.cis, kept.name) == (cis, page.context["proposed"][0].name)
    said = Statement.objects.get(fact="medicines")
    assert said.value == {"has": ["hiv-booster", "tenofovir-disoproxil"]}


def test_a_medicine_of_no_concern_asks_and_states_nothing(
    at_alice: Client, knee: Complaint
) -> None:
    before = Statement.objects.count()
    assert add(at_alice, knee.patient, "Doliprane 1000").status_code == 302
    assert Statement.objects.count() == before


def test_what_is_not_understood_is_asked_once_and_the_answer_counts(
    alice: User, at_alice: Client, knee: Complaint
) -> None:
    asked = add(at_alice, knee.patient, "anticoagulant du matin")
    assert asked.status_code == 422
    assert "is_one_of" in asked.content.decode()
    assert not Medicine.objects.exists()
    add(at_alice, knee.patient, "anticoagulant du matin", is_one_of=["anticoagulant=doac"])
    kept = Medicine.objects.get()
    assert kept.answered
    assert facts(alice, knee)["anticoagulant"] == "doac"
    add(at_alice, knee.patient, "gouttes de la voisine", is_one_of=["none"])
    assert Medicine.objects.latest("pk").means == []


def test_none_of_these_and_one_of_these_exclude_each_other(
    at_alice: Client, knee: Complaint
) -> None:
    answer = add(at_alice, knee.patient, "xyzzy", is_one_of=["none", "medicines=lithium"])
    assert answer.status_code == 422
    assert not Medicine.objects.exists()


def test_what_a_stopped_medicine_alone_said_is_asked_again(
    alice: User, at_alice: Client, knee: Complaint
) -> None:
    add(at_alice, knee.patient, "Téralithe 400")
    add(at_alice, knee.patient, "Norvir 100 mg comprimé")
    add(at_alice, knee.patient, "Previscan 20")
    booster, previscan = Medicine.objects.order_by("pk")[1:]
    for one in (booster, previscan):
        assert change(at_alice, one, stopped_on=on()).status_code == 302
    known = facts(alice, knee)
    assert "anticoagulant" not in known
    assert known["medicines"].get("hiv-booster") is None
    assert known["medicines"]["lithium"] is True
    assert Medicine.objects.count() == 3  # stopped, never gone
    assert Revision.objects.filter(kind="records.medicine").count() == 2


def test_a_medicine_that_opens_a_question_leaves_it_open_to_nobodys_assumption(
    alice: User, at_alice: Client, knee: Complaint
) -> None:
    add(at_alice, knee.patient, "Imeth 10 mg")
    seen = assessing.look(alice, knee, TODAY())
    assert "immunosuppression" in seen.case.doubted
    assert "immunosuppression" not in seen.case.facts


def test_a_stop_before_the_start_is_refused(at_alice: Client, knee: Complaint) -> None:
    add(at_alice, knee.patient, "Doliprane", started_on=on())
    answer = change(at_alice, Medicine.objects.get(), started_on=on(), stopped_on=on(-3))
    assert answer.status_code == 422


def test_the_list_says_what_each_medicine_means(at_alice: Client, knee: Complaint) -> None:
    add(at_alice, knee.patient, "Previscan 20")
    page = at_alice.get(reverse("patient-medicines", args=[knee.patient.public_id]))
    assert "Antivitamine K" in page.content.decode()


def test_an_old_no_to_a_short_course_is_not_revived_by_what_is_said_later(
    alice: User, knee: Complaint
) -> None:
    for days, value in ((8, []), (1, {"has": ["lithium"]})):
        Statement.objects.create(
            patient=knee.patient, fact="medicines", value=value, at=TODAY() - timedelta(days=days),
            author=alice, submission=uuid.uuid4(),
        )  # fmt: skip
    known = facts(alice, knee)["medicines"]
    assert known["lithium"] is True
    assert known["methotrexate"] is False
    assert "fluoroquinolone" not in known
