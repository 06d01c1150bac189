"""The therapies that a record offers: indicated, the site equipped, the doctor entitled."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.agenda.models import Privilege
from dolenti.records.models import Complaint
from tests.web.asked_page import case, parsed, therapies_of
from tests.web.world import allow

pytestmark = pytest.mark.any_database
ALL = ["mesotherapy", "autologous-conditioned-serum", "cryoneurolysis", "infiltration"]


@pytest.fixture
def knee(alice: User) -> Complaint:
    Privilege.objects.all().delete()
    return case(alice, "knee-osteoarthritis")


def offered(browser: Client, complaint: Complaint) -> list[str]:
    """What the buttons of the record open one by one."""
    html = browser.get(reverse("patient", args=[complaint.patient.public_id])).content.decode()
    links = [one.attributes["href"] for one in parsed(html).all("a", class_="button")]
    named = [therapies_of(link) for link in links if "?for=" in link]
    return [one for (one, *more) in named if not more]


def opened(browser: Client, complaint: Complaint) -> list[str]:
    """What the page has in play where the address names nothing."""
    html = browser.get(reverse("complaint", args=[complaint.public_id])).content.decode()
    field = next(
        one for one in parsed(html).all("input", type="hidden") if one.attributes["name"] == "for"
    )
    return field.attributes["value"].split(",")


def test_a_colleague_s_privileges_offer_nothing_to_who_has_some(
    at_alice: Client, alice: User, bob: User, knee: Complaint
) -> None:
    allow(alice, "infiltration")
    allow(bob, "mesotherapy")
    assert offered(at_alice, knee) == opened(at_alice, knee) == ["infiltration"]


def test_who_has_none_sees_what_a_colleague_may_and_else_what_the_rules_speak_for(
    at_alice: Client, bob: User, knee: Complaint
) -> None:
    assert sorted(offered(at_alice, knee)) == sorted(opened(at_alice, knee)) == sorted(ALL)
    allow(bob, "mesotherapy")
    assert offered(at_alice, knee) == opened(at_alice, knee) == ["mesotherapy"]


def test_what_the_site_is_not_equipped_for_is_not_offered(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    for therapy in ("infiltration", "cryoneurolysis"):
        allow(alice, therapy)
    alice.site.equipped = "infiltration,mesotherapy"
    alice.site.save()
    assert offered(at_alice, knee) == opened(at_alice, knee) == ["infiltration"]
