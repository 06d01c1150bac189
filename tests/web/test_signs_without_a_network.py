"""The pages that a phone keeps for when there is no network name the signs that ask for help."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.diary import following
from dolenti.diary.models import Answer
from dolenti.guideline import diary as guided
from dolenti.guideline.diary import warnings
from dolenti.portal import door
from tests.web.diary import (
    BORN,
    after,
    aftercare_link,
    answered,
    history_link,
    link_to,
    opened,
    treated,
)
from tests.web.phones import Phone

pytestmark = pytest.mark.django_db
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}
THERAPIES = ("mesotherapy", "autologous-conditioned-serum", "cryoneurolysis", "infiltration")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)


@pytest.mark.parametrize("phase", ["early", "late"])
def test_no_sign_stands_milder_than_the_rules_have_it_at_any_hour(phase: warnings.Phase) -> None:
    content = following.content()
    shown = warnings.by_urgency(content, phase)
    place = {sign.id: urgency for urgency, signs in shown.items() for sign in signs}
    hours: Any = range(2, 120, 5) if phase == "early" else range(121, 24 * 112, 97)
    for sign in content.signs:
        told = {one.id: one.id == sign.id for one in content.signs}
        for hour in hours:
            for therapy in THERAPIES:
                facts = {"signs": told, "therapy": therapy, "hours-since-session": float(hour)}
                urgency = guided.judge(content, {**facts, "days-since-session": hour // 24}).urgency
                if urgency is not None:
                    order = guided.URGENCIES.index
                    assert order(place[sign.id]) <= order(urgency), (sign.id, hour, therapy)


def kept(made: Any) -> str:
    """The page that a phone of the patient's own keeps."""
    phone = Phone()
    phone.post(f"/s/{made.token}/", BIRTH)
    phone.post(f"/s/{made.token}/device/", {"own": "yes"})
    return str(phone.get(f"/s/{made.token}/offline/").content.decode())


def test_it_names_each_sign_below_what_it_asks_for_and_nothing_of_the_patient(alice: User) -> None:
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    course = treated(alice)
    with after(50):
        made = link_to(alice, course)
        answered(opened(made), signs_early=["fever"])
        page = kept(made)
    emergency, same_day = page.split('class="signs same-day"')
    assert "L’un de ces signes\u00a0: appelez le 15 ou le 112 maintenant" in emergency
    assert "Du mal à respirer ou mal dans la poitrine" in emergency
    assert "Fièvre ou frissons" in same_day
    assert "01\u00a023\u00a045\u00a067\u00a089" in same_day
    complaint = course.complaint
    for told in (course.patient.birth_name, course.therapy, complaint.condition, "8 décembre"):
        assert told not in page
    assert Answer.objects.exists()


def test_weeks_later_it_names_what_counts_then(alice: User) -> None:
    made = aftercare_link(alice)
    first = kept(made)
    with after(24 * 30):
        late = kept(made)
    assert ("Une boule sous la peau" in first, "Une boule sous la peau" in late) == (False, True)
    assert ("goût de métal" in first, "goût de métal" in late) == (True, False)


def test_before_the_birth_date_and_by_a_link_of_no_treatment_it_names_none(alice: User) -> None:
    made = history_link(alice)
    for page in (kept(made), Client().get(f"/s/{made.token}/offline/").content.decode()):
        assert 'class="signs' not in page


def test_the_icon_opens_a_page_of_nobody_that_is_kept_too() -> None:
    page = Client().get(reverse("phone-start")).content.decode()
    assert "Du mal à respirer ou mal dans la poitrine" in page
    assert f'data-worker="{reverse("phone-start-worker")}"' in page
    worker = Client().get(reverse("phone-start-worker"))
    assert f'PAGE = "{reverse("phone-start")}"' in worker.content.decode()
    assert worker.headers["Content-Type"].startswith("text/javascript")
