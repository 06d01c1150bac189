"""A patient's complaints: marked on the figure, corrected, resolved, entered in error."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.guideline.body import Region, body_map
from dolenti.ledger.once import Submission
from dolenti.records import engine
from dolenti.records.judging import assessing
from dolenti.records.judging import complaints as pains
from dolenti.records.models import Complaint, Patient
from tests.web.world import registered


@pytest.fixture
def zoe(alice: User) -> Patient:
    return registered(alice)


@pytest.fixture
def pain(alice: User, zoe: Patient) -> Complaint:
    values = {"condition": "knee-osteoarthritis", "side": "right"}
    return pains.describe(Submission(alice, uuid.uuid4()), zoe, values)


def region(zone: str, side: str) -> Region:
    every = body_map(engine.edition_in_force()).regions.values()
    return next(r for r in every if (r.figure, r.zone, r.side) == ("front", zone, side))


def point(zone: str, side: str) -> str:
    middle = region(zone, side).middle
    return f"{middle.figure},{middle.x},{middle.y}"


def send(browser: Client, patient: Patient, **fields: Any) -> Any:
    form = {"token": str(uuid.uuid4()), **fields}
    return browser.post(reverse("patient-complaint-new", args=[patient.public_id]), form)


def correct(browser: Client, pain: Complaint, **fields: Any) -> Any:
    form = {"token": str(uuid.uuid4()), "based_on": "1", "condition": "knee-osteoarthritis",
            "side": "right", **fields}  # fmt: skip
    return browser.post(reverse("complaint-edit", args=[pain.public_id]), form)


def test_a_point_alone_says_zone_and_side(zoe: Patient, at_alice: Client) -> None:
    response = send(at_alice, zoe, **{"body-point": point("knee", "right")})
    made = Complaint.objects.get()
    assert response.headers["Location"] == reverse("complaint", args=[made.public_id])
    assert (made.zone, made.side) == ("knee", "right")
    assert made.region == region("knee", "right").id
    assert made.map_edition == body_map(engine.edition_in_force()).edition
    assert len(made.points) == 1


def test_a_figure_that_says_another_zone_is_asked_about(zoe: Patient, at_alice: Client) -> None:
    fields = {"condition": "knee-osteoarthritis", "body-point": point("elbow", "right")}
    response = send(at_alice, zoe, **fields)
    assert response.status_code == 422
    assert "La figure indique" in response.content.decode()
    assert not Complaint.objects.exists()
    assert send(at_alice, zoe, **fields, agreed="on").status_code == 302
    made = Complaint.objects.get()
    assert (made.condition, made.zone) == ("knee-osteoarthritis", "")
    assert made.region == region("elbow", "right").id


def test_a_figure_that_says_the_other_side_is_asked_about(zoe: Patient, at_alice: Client) -> None:
    response = send(
        at_alice,
        zoe,
        **{
            "condition": "knee-osteoarthritis",
            "side": "left",
            "body-point": point("knee", "right"),
        },
    )
    assert response.status_code == 422
    assert not Complaint.objects.exists()


def test_the_figures_own_buttons_store_nothing(zoe: Patient, at_alice: Client) -> None:
    response = send(
        at_alice, zoe, **{"condition": "knee-osteoarthritis", "body-do": "find", "note": "kept"}
    )
    assert response.status_code == 200
    assert "kept" in response.content.decode()
    assert not Complaint.objects.exists()


def test_a_pain_has_a_diagnosis_or_a_place(zoe: Patient, at_alice: Client) -> None:
    response = send(at_alice, zoe)
    assert response.status_code == 422
    assert "Choisissez un diagnostic" in response.content.decode()


def test_a_diagnosis_that_was_typed_and_not_chosen_is_not_dropped(
    zoe: Patient, at_alice: Client
) -> None:
    typed = {"looked_for": "gonarthrose", "zone": "knee", "side": "right"}
    response = send(at_alice, zoe, **typed)
    assert response.status_code == 422
    html = response.content.decode()
    assert "Choisissez le diagnostic dans la liste" in html
    assert offered(html) == ["knee-osteoarthritis"]
    assert not Complaint.objects.exists()
    assert send(at_alice, zoe, **typed, condition="knee-osteoarthritis").status_code == 302


@pytest.mark.parametrize("text", ["Mar\u202etin", "x" * 100_000])
def test_a_note_takes_nothing_that_cannot_be_read(
    text: str, zoe: Patient, at_alice: Client
) -> None:
    assert send(at_alice, zoe, condition="knee-osteoarthritis", note=text).status_code == 422
    assert not Complaint.objects.exists()


def test_markup_in_a_note_is_text(zoe: Patient, at_alice: Client) -> None:
    send(at_alice, zoe, condition="knee-osteoarthritis", note="<script>alert(1)</script>")
    page = at_alice.get(reverse("patient", args=[zoe.public_id])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_complaint_sent_twice_is_one(zoe: Patient, at_alice: Client) -> None:
    token = str(uuid.uuid4())
    for _ in range(2):
        send(at_alice, zoe, condition="knee-osteoarthritis", token=token)
    assert Complaint.objects.count() == 1


def test_a_stale_correction_shows_both_texts(
    pain: Complaint, bob: User, at_alice: Client, browser_of: Callable[[User], Client]
) -> None:
    assert correct(browser_of(bob), pain, note="worse at night").status_code == 302
    response = correct(at_alice, pain, note="worse on stairs")
    page = response.content.decode()
    assert response.status_code == 409
    assert "worse at night" in page
    assert "worse on stairs" in page
    pain.refresh_from_db()
    assert pain.note == "worse at night"


def test_a_pain_is_resolved_and_hurts_again(pain: Complaint, at_alice: Client) -> None:
    address = reverse("complaint-resolve", args=[pain.public_id])
    at_alice.post(address, {"based_on": "1", "resolved": "yes"})
    pain.refresh_from_db()
    assert pain.state == Complaint.State.RESOLVED
    at_alice.post(address, {"based_on": "2", "resolved": "no"})
    pain.refresh_from_db()
    assert pain.state == Complaint.State.ACTIVE


def test_a_complaint_entered_in_error_is_struck_and_stays(
    pain: Complaint, at_alice: Client
) -> None:
    form = {"token": str(uuid.uuid4()), "based_on": "1", "reason": "wrong record"}
    at_alice.post(reverse("complaint-error", args=[pain.public_id]), form)
    pain.refresh_from_db()
    assert pain.in_error == "wrong record"
    page = at_alice.get(reverse("patient", args=[pain.patient.public_id])).content.decode()
    assert "is-struck" in page
    assert "wrong record" in page


def place(browser: Client, **fields: Any) -> str:
    """What comes back while one types or marks."""
    response = browser.post(reverse("diagnosis-find"), fields, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return str(response.content.decode())


def offered(html: str) -> list[str]:
    return re.findall(r'name="condition" value="([a-z-]+)"', html)


def test_a_diagnosis_is_found_as_one_types_it(at_alice: Client) -> None:
    assert offered(place(at_alice, looked_for="tennis elbow"))[0] == "lateral-epicondylitis"
    assert offered(place(at_alice, looked_for="M17")) == ["knee-osteoarthritis"]
    assert "Orthographe proche" in place(at_alice, looked_for="gonarthrsoe")
    assert "Aucun diagnostic n’y ressemble" in place(at_alice, looked_for="mycose")


def test_a_point_sets_the_side_and_the_zone_and_narrows_the_diagnoses(at_alice: Client) -> None:
    html = place(at_alice, look="figure", side="left", **{"body-point": point("knee", "right")})
    edition = engine.edition_in_force()
    there = {one.id for one in edition.conditions if "knee" in one.zones}
    assert set(offered(html)) == there
    assert re.search(r'name="side" value="right"[^>]*checked', html)
    assert "Celle de la figure\u00a0: Genou" in html


def test_typing_leaves_the_side_that_was_chosen(at_alice: Client) -> None:
    html = place(at_alice, look="typed", side="left", **{"body-point": point("knee", "right")})
    assert re.search(r'name="side" value="left"[^>]*checked', html)


def test_looking_without_script_stores_nothing_and_keeps_all(
    zoe: Patient, at_alice: Client
) -> None:
    response = send(
        at_alice, zoe, look="typed", looked_for="coxarthrose", note="kept", since="2019"
    )
    html = response.content.decode()
    assert response.status_code == 200
    assert offered(html) == ["hip-osteoarthritis"]
    assert "kept" in html
    assert 'value="2019"' in html
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    "said,kept,shown",
    [("2019", "2019", "depuis 2019"), ("mars 2025", "2025-03", "depuis mars 2025"),
     ("15/03/2025", "2025-03-15", "depuis le 15 mars 2025")],
)  # fmt: skip
def test_since_is_kept_and_shown_as_precisely_as_it_was_said(
    said: str, kept: str, shown: str, zoe: Patient, at_alice: Client
) -> None:
    response = send(at_alice, zoe, condition="knee-osteoarthritis", since=said)
    assert Complaint.objects.get().since == kept
    assert shown in at_alice.get(response.headers["Location"]).content.decode()
    assert shown in at_alice.get(reverse("patient", args=[zoe.public_id])).content.decode()


def test_what_is_no_time_is_refused_in_words_and_lost_is_nothing(
    zoe: Patient, at_alice: Client
) -> None:
    response = send(at_alice, zoe, condition="knee-osteoarthritis", since="longtemps")
    assert response.status_code == 422
    assert "6\u00a0mois" in response.content.decode()
    assert 'value="longtemps"' in response.content.decode()


def test_an_age_at_onset_that_hangs_on_the_day_is_not_guessed(alice: User, zoe: Patient) -> None:
    # Zoé was born on 2 March 1968: of 2023 and 2024 she was 55 or 56, or 54 or 55.
    def unusual(since: str) -> object:
        pain = pains.describe(
            Submission(alice, uuid.uuid4()), zoe, {"condition": "low-back-pain", "since": since},
            another=True,
        )  # fmt: skip
        values = assessing.look(alice, pain, date(2026, 11, 28)).judgement.values
        return values["onset-before-20-or-after-55"].value if "since" in values else None

    assert unusual("2022") is False
    assert unusual("2025") is True
    assert unusual("2024") is None
    assert unusual("2024-01") is False
