"""What is looked at again before it counts: a file of another place, results that were taken back,
a thaw of seconds, a volume that no tube holds."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dolenti.access.models import User
from dolenti.guideline.serum import RefusedStepError
from dolenti.serum import chain, drawing, freezing, temperature
from dolenti.serum.identity import Proof
from dolenti.serum.models import Draw, Excursion, Step, TemperatureLog, Unit
from dolenti.serum.opening import SerumRefusedError
from tests.web.serum import (
    HOUR,
    MINUTE,
    NEGATIVE,
    Bench,
    course_of_serum,
    log_of,
    session_now,
    states,
)
from tests.web.world import sent


def test_no_file_is_of_two_places(lab: Bench) -> None:
    """The same bytes, or the same readings in other bytes."""
    other = temperature.add_place(sent(lab.bob), "freezer", "Congélateur 2")
    now = timezone.now()
    file = log_of(now - 5 * HOUR, now, -20, 15 * MINUTE, m45=-19)
    temperature.take_in(lab.form(), lab.freezer, file)
    for copy in (file, replace(file, data=file.data + b"\n", sure=True)):
        with pytest.raises(SerumRefusedError, match="“Congélateur 1”: a file is of one place"):
            temperature.take_in(lab.form(), other, copy)


@pytest.mark.parametrize("place, celsius", [("freezer", 37), ("incubator", -20), ("box", 22)])
def test_a_file_that_can_hardly_be_of_a_place_is_asked_about(
    lab: Bench, place: str, celsius: float
) -> None:
    units = lab.released(course_of_serum(lab.alice))
    lab.passes(HOUR)
    now, where = timezone.now(), getattr(lab, place)
    file = log_of(now - 15 * MINUTE, now, celsius, 5 * MINUTE)
    before = TemperatureLog.objects.count()
    with pytest.raises(SerumRefusedError, match="can hardly be of") as asked:
        temperature.take_in(lab.form(), where, file)
    assert asked.value.where == "sure"
    assert TemperatureLog.objects.count() == before
    assert states(units) == ["frozen", "frozen"]
    temperature.take_in(lab.form(), where, replace(file, sure=True))
    assert states(units) == (["held", "held"] if place == "freezer" else ["frozen", "frozen"])


def test_a_freezer_that_failed_for_a_night_is_believed_at_once(lab: Bench) -> None:
    units = lab.released(course_of_serum(lab.alice))
    since = timezone.now()
    lab.passes(10 * HOUR)
    warm = {f"m{n}": 4 for n in range(60, 480, 15)}
    temperature.take_in(
        lab.form(), lab.freezer, log_of(since, timezone.now(), -20, 15 * MINUTE, **warm)
    )
    assert states(units) == ["held", "held"]


def test_the_page_of_a_place_asks_once_and_takes_the_answer(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    now = timezone.now()
    data = log_of(now - HOUR, now, 37, 5 * MINUTE).data

    def send(**said: str) -> object:
        file = SimpleUploadedFile("etuve.csv", data)
        said = {"token": str(uuid.uuid4()), "zone": "utc", **said}
        return browser_of(lab.bob).post(f"/places/{lab.freezer.public_id}/", {**said, "file": file})

    asked = send()
    assert asked.status_code == 422
    assert 'name="sure"' in asked.content.decode()
    assert send(sure="on").status_code == 302


def test_what_nobody_s_unit_was_in_is_one_write(lab: Bench) -> None:
    """A log of a hundred door openings keeps others from writing no longer than one of two."""
    counted = []
    for openings in (2, 100):
        place = temperature.add_place(sent(lab.bob), "freezer", f"Congélateur {openings}")
        since = timezone.now() - 60 * HOUR
        warm = {f"m{n * 30}": -15 for n in range(1, openings + 1)}
        with CaptureQueriesContext(connection) as queries:
            temperature.take_in(
                lab.form(), place, log_of(since, timezone.now(), -20, 15 * MINUTE, **warm)
            )
        assert Excursion.objects.filter(place=place).count() == openings
        counted.append(len(queries))
    assert counted[1] <= counted[0] + 2


def withdrawn(lab: Bench, draw: Draw, **results: str) -> None:
    """A doctor changes what the nurse recorded."""
    draw.refresh_from_db()
    drawing.record_tests(
        lab.alice, draw, draw.version, NEGATIVE | results, draw.day, "of another tube"
    )


@pytest.mark.parametrize("results, why", [
    ({"hiv": ""}, "retirés"),
    (dict.fromkeys(chain.MARKERS, ""), "retirés"),
    ({"hiv": "positive"}, "arqueur infectieux"),
])  # fmt: skip
def test_a_release_does_not_outlive_its_results(
    lab: Bench, browser_of: Callable[[User], Client], results: dict[str, str], why: str
) -> None:
    """Frozen, out for its session, thawed: held, and the page of each says why."""
    course = course_of_serum(lab.alice)
    frozen, out, thawed = lab.released(course, units=3)
    out_for = session_now(course)
    lab.issued(out, out_for)
    draw = Draw.objects.get(pk=frozen.draw_id)
    Unit.objects.filter(pk=thawed.pk).update(state="issued", issued_at=timezone.now())
    Unit.objects.filter(pk=thawed.pk).update(state="thawed", thawed_at=timezone.now())
    withdrawn(lab, draw, **results)
    assert states([frozen, out, thawed]) == ["held"] * 3
    for unit in (frozen, out, thawed):
        page = browser_of(lab.bob).get(f"/units/{unit.public_id}/").content.decode()
        assert why in page
        assert ("Un marqueur du donneur est positif" in page) is ("positive" in results.values())


def test_a_frozen_unit_leaves_only_on_results_that_are_known(lab: Bench) -> None:
    """Whatever was released before: known is asked again at the freezer and at the needle."""
    course = course_of_serum(lab.alice)
    (unit,) = lab.released(course, units=1)
    Draw.objects.filter(pk=unit.draw_id).update(tests={})
    with pytest.raises(RefusedStepError) as refusal:
        lab.issued(lab.anew(unit), session_now(course))
    assert refusal.value.guards == ("tests-negative-or-circuit",)


def test_a_thaw_of_seconds_says_why(lab: Bench, browser_of: Callable[[User], Client]) -> None:
    course = course_of_serum(lab.alice)
    (unit,) = lab.released(course, units=1)
    lab.issued(unit, session_now(course))
    lab.passes(MINUTE)
    with pytest.raises(SerumRefusedError, match="about 30 minutes"):
        freezing.thaw(lab.form(), unit.draw, lab.proof(unit))
    page = f"/draws/{unit.draw.public_id}/steps/thaw-complete/"
    assert 'name="soon"' in browser_of(lab.bob).get(page).content.decode()
    freezing.thaw(lab.form(), unit.draw, lab.proof(unit), soon="a small volume, no ice is left")
    last = Step.objects.filter(unit=unit).latest("pk")
    assert (last.after, last.note) == ("thawed", "a small volume, no ice is left")


def test_a_volume_that_no_tube_holds_is_asked_about(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    """A decimal comma that slipped is seen before the blood is recorded; more than a whole draw is
    refused whoever is sure."""
    draw = lab.planned(course_of_serum(lab.alice), 1)
    patient, tube = draw.patient, draw.tube_rows.get()
    proof = Proof(born=patient.birth_date, spoken=True)
    for volume, sure in (("100", False), ("100", True), ("8.9", False), ("11.1", False)):
        with pytest.raises(SerumRefusedError, match="a tube holds 9 to 11 mL"):
            drawing.draw_blood(lab.form(), draw, proof, {tube: Decimal(volume)}, sure=sure)
    said = {
        "mL_1": "7,5", "identifier": f"{patient.birth_date:%d/%m/%Y}", "spoken": "on",
    }  # fmt: skip
    page, browser = f"/draws/{draw.public_id}/steps/draw/", browser_of(lab.bob)
    asked = browser.post(page, {"token": str(uuid.uuid4()), **said})
    assert asked.status_code == 422
    assert 'name="sure"' in asked.content.decode()
    assert browser.post(page, {"token": str(uuid.uuid4()), **said, "sure": "on"}).status_code == 302
    tube.refresh_from_db()
    assert (tube.state, tube.volume) == ("drawn", Decimal("7.5"))
