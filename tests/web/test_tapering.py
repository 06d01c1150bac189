"""A plan to lower opioids: a practitioner’s words and days, and nothing that is computed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.access.writing import NotAllowedError
from dolenti.followup import gate, tapering
from dolenti.followup.models import OpioidTaper
from dolenti.followup.tapering import Agreed, Planned, TaperRefusedError
from dolenti.ledger.versions import history
from dolenti.records.models import Complaint
from tests.web.forms import as_rendered
from tests.web.world import sent

pytestmark = pytest.mark.django_db

AGREED = Agreed(
    "Moins de somnolence",
    "Dr Roux",
    (Planned(date(2027, 1, 4), "un comprimé de moins à midi"), Planned(date(2027, 2, 1), "pause")),
)


def begun(user: User, knee: Complaint) -> OpioidTaper:
    return tapering.begin(sent(user), knee.patient, AGREED)


def test_a_plan_is_agreed_once_and_one_at_a_time(alice: User, knee: Complaint) -> None:
    form = sent(alice)
    first = tapering.begin(form, knee.patient, AGREED)
    assert tapering.begin(form, knee.patient, AGREED) == first
    with pytest.raises(TaperRefusedError, match="already"):
        begun(alice, knee)
    with pytest.raises(IntegrityError), transaction.atomic():
        OpioidTaper.objects.create(patient=knee.patient, aim="x", prescriber="x", author=alice)


def test_a_change_keeps_what_stood_before(alice: User, knee: Complaint) -> None:
    made = begun(alice, knee)
    paused = replace(AGREED, steps=(Planned(date(2027, 3, 1), "même dose : pause"),))
    changed = tapering.change(alice, made, made.version, paused)
    assert tapering.steps_of(changed.steps) == paused.steps
    assert len(history(changed)[0].before["steps"]) == 2
    assert tapering.change(alice, made, made.version, paused).version == 2


@pytest.mark.parametrize(
    "agreed, where",
    [
        (replace(AGREED, aim=" "), "aim"),
        (replace(AGREED, prescriber=""), "prescriber"),
        (replace(AGREED, steps=()), "on-0"),
        (replace(AGREED, steps=AGREED.steps[::-1]), "on-1"),
    ],
)
def test_what_is_not_agreed_is_refused(
    alice: User, knee: Complaint, agreed: Agreed, where: str
) -> None:
    with pytest.raises(TaperRefusedError) as refused:
        tapering.begin(sent(alice), knee.patient, agreed)
    assert refused.value.where == where
    assert not OpioidTaper.objects.exists()


def test_it_ends_for_a_reason_and_another_may_follow(alice: User, knee: Complaint) -> None:
    made = begun(alice, knee)
    with pytest.raises(TaperRefusedError, match="say why"):
        tapering.end(alice, made, made.version, "")
    tapering.end(alice, made, made.version, "Douleur trop forte")
    assert begun(alice, knee).state == "active"


def test_neither_a_nurse_nor_another_site_writes_one(
    bob: User, chloe: User, knee: Complaint
) -> None:
    for stranger in (bob, chloe):
        with pytest.raises(NotAllowedError):
            begun(stranger, knee)
    assert list(gate.tapers(chloe, knee.patient)) == []


def test_it_is_agreed_changed_and_ended_on_its_pages(
    alice: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    browser = browser_of(alice)
    path = reverse("taper-new", args=[knee.patient.public_id])
    assert "Jamais d’arrêt brutal" in browser.get(path).content.decode()
    fields: dict[str, Any] = {"token": str(uuid.uuid4()), "aim": "Dormir", "prescriber": "Dr Roux"}
    wrong = browser.post(path, fields | {"on-0": "04/01/2027"})
    assert wrong.status_code == 422
    assert "what-0" in wrong.context["form"].errors
    right = fields | {"on-0": "04/01/2027", "what-0": "un de moins à midi"}
    for _ in range(2):
        assert browser.post(path, right).status_code == 302
    (made,) = OpioidTaper.objects.all()
    edit = reverse("taper-edit", args=[made.public_id])
    assert browser.post(edit, right | {"aim": "Bouger", "based_on": 1}).status_code == 302
    end = reverse("taper-end", args=[made.public_id])
    ended = browser.post(end, {"based_on": 2, "reason": "But atteint.", "token": uuid.uuid4()})
    shown = browser.get(ended.headers["Location"]).content.decode()
    for said in ("Bouger", "un de moins à midi", "But atteint.", "Convenir d’un plan"):
        assert said in shown


def test_whoever_was_overtaken_reads_what_stands_and_then_decides(
    alice: User, knee: Complaint, at_alice: Client
) -> None:
    """What two people agreed meanwhile is beside what was typed; saved again, that takes its
    place, and the version between is kept."""
    made = begun(alice, knee)
    path = reverse("taper-edit", args=[made.public_id])
    opened = as_rendered(at_alice.get(path), path)
    theirs = replace(AGREED, aim="Conduire de nouveau", steps=AGREED.steps[:1])
    tapering.change(alice, made, made.version, theirs)
    mine = opened | {"aim": "Dormir sans comprimé"}
    overtaken = at_alice.post(path, mine)
    page = overtaken.content.decode()
    assert overtaken.status_code == 409
    assert "Ce qui est enregistré maintenant" in page
    assert "Conduire de nouveau" in page
    assert "Dormir sans comprimé" in page
    assert "Moins de somnolence" not in page, "it stands no more"
    assert "vide" in page, "the second step was taken away meanwhile, and is still typed here"
    again = at_alice.post(path, mine | {"based_on": as_rendered(overtaken, path)["based_on"]})
    assert again.status_code == 302
    assert [one.before.get("aim") for one in history(made)] == [
        "Moins de somnolence", "Conduire de nouveau",
    ]  # fmt: skip
