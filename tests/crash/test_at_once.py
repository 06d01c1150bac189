"""The same form from sixteen hands at once; one row changed by eight people at once."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.urls import reverse
from django.utils import timezone

from dolenti.access import chain, heads
from dolenti.access.models import User
from dolenti.ledger.models import Revision
from dolenti.records.models import Assessment, Complaint, Contact, Patient, Statement
from dolenti.treatment.models import Course
from tests.crash import wholeness
from tests.crash.browser import Answer, Browser
from tests.crash.served import Served
from tests.web import world
from tests.web.world import complaint_of, registered, typed

pytestmark = pytest.mark.each

T = TypeVar("T")


def at_once(many: int, ask: Callable[[int], T]) -> list[T]:
    """So many threads that set off together."""
    line = threading.Barrier(many)

    def go(number: int) -> T:
        line.wait(60)
        return ask(number)

    with ThreadPoolExecutor(many) as threads:
        return list(threads.map(go, range(many)))


def test_sixteen_identical_submissions_make_one_record_and_all_lead_to_it(
    alice: User, site: Served
) -> None:
    zoe = registered(alice)
    world.open_every_weekday(alice.site)
    world.allow(alice)
    stored = world.assessed(alice, complaint_of(alice))
    world.named(stored.complaint)
    pain = stored.complaint
    browser = Browser(site.port, alice)
    seen = browser.get(reverse("complaint", args=[pain.public_id])).inputs["seen"]
    weight = {"said_by": "patient", "at": f"{timezone.localdate():%d/%m/%Y}", "value": "82"}
    complaint = {"condition": "hip-osteoarthritis", "side": "left"}
    someone_else = {"first_name": "Hedwige", "birth_date": "14/07/1977"}
    neighbour = {"kind": "relative", "name": "Voisine", "phone": "0102030405"}
    about = [zoe.public_id]
    plan = {
        "practitioner": alice.public_id, "start": f"{timezone.localdate():%Y-%m-%d}",
        "minutes": "30", "preferred": "", "day_1": f"{world.workday():%Y-%m-%d}",
        "time_1": "10:00", "kept_because": "",
    }  # fmt: skip
    infiltration = [stored.public_id, world.THERAPY]
    sent: list[tuple[str, type, dict[str, str]]] = [
        (
            reverse("patient-new"),
            Patient,
            typed(birth_name="Kowalski", **someone_else),
        ),
        (reverse("patient-fact", args=[*about, "weight"]), Statement, weight),
        (reverse("patient-complaint-new", args=about), Complaint, complaint),
        (reverse("contact-new", args=about), Contact, neighbour),
        (reverse("course-new", args=infiltration), Course, plan),
        (reverse("complaint-store", args=[pain.public_id]), Assessment, {"seen": seen}),
    ]
    for path, model, fields in sent:
        before = model.objects.count()  # type: ignore[attr-defined]
        form = {**fields, "token": str(uuid.uuid4())}
        answers = at_once(16, lambda _, path=path, form=form: browser.post(path, form))  # type: ignore[misc]
        assert {one.status for one in answers} == {302}, next(
            one.words for one in answers if one.status != 302
        )
        assert len({one.location for one in answers}) == 1, path
        assert model.objects.count() == before + 1, path  # type: ignore[attr-defined]
        assert browser.get(answers[0].location).status == 200, path
    assert heads.verify()[1] == []


def test_of_eight_stale_edits_one_wins_and_seven_see_both_texts(alice: User, site: Served) -> None:
    zoe = registered(alice)
    browser = Browser(site.port, alice)
    path = reverse("patient-edit", args=[zoe.public_id])
    stands = browser.get(path).inputs
    doctors = [f"Dr {name}" for name in
               ("Blanc", "Noir", "Rouge", "Vert", "Bleu", "Jaune", "Brun", "Gris")]  # fmt: skip
    form = {**typed(used_name="Durand"), "based_on": stands["based_on"]}
    answers = at_once(8, lambda n: browser.post(path, {**form, "doctor": doctors[n]}))
    statuses = sorted(one.status for one in answers)
    assert statuses == [302, *[409] * 7]
    zoe.refresh_from_db()
    winner = next(doctors[n] for n, one in enumerate(answers) if one.status == 302)
    assert (zoe.doctor, zoe.version) == (winner, 2)
    assert Revision.objects.filter(kind="records.patient", row=zoe.pk).count() == 1
    losers = [(mine, one) for mine, one in zip(doctors, answers, strict=True) if one.status == 409]
    for mine, answer in losers:
        assert winner in answer.page
        assert mine in answer.page
    for mine, answer in losers:  # each in turn insists on their own, having seen the other's
        assert _settled(browser, path, {**form, "doctor": mine}, answer).status == 302
    zoe.refresh_from_db()
    assert zoe.doctor == losers[-1][0]
    kept = {
        one.after.get("doctor")
        for one in Revision.objects.filter(kind="records.patient", row=zoe.pk)
    }
    assert kept == set(doctors)
    wholeness.the_trail_holds(chain.end())


def _settled(browser: Browser, path: str, form: dict[str, str], answer: Answer) -> Answer:
    """Choose one's own text, as often as someone else was faster: seven times at most."""
    for _ in range(7):
        chosen = {"against": answer.inputs["against"], "conflicting": "doctor"}
        answer = browser.post(path, {**form, **chosen, "keep-doctor": "mine"})
        if answer.status != 409:
            break
    return answer
