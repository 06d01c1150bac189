"""Curves as they come: two files of one warm night, files that overlap, a box that warmed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from dolenti.access.actors import worker_at
from dolenti.access.models import User
from dolenti.serum import freezing, pairs, silence, temperature
from dolenti.serum.models import Excursion, Place, Unit
from dolenti.serum.opening import SerumRefusedError
from tests.web.serum import DAY, HOUR, MINUTE, Bench, course_of_serum, log_of, session_now, states


def carried(lab: Bench, *, read: str, **at: float) -> Unit:
    """A unit that came out of its box, whose recorder was read ``before`` that or ``after``."""
    (unit,) = lab.released(course_of_serum(lab.alice), units=1)
    freezing.pack(lab.form(), unit.draw, lab.proof(unit), lab.box, seal="S-1", recorder=True)
    left = timezone.now()
    lab.passes(2 * HOUR)
    file = log_of(left, timezone.now(), -25, 5 * MINUTE, **at)
    if read == "before":
        temperature.take_in(lab.form(), lab.box, file)
    where = (lab.freezer, lab.slot(unit))
    freezing.receive(lab.form(), unit.draw, lab.proof(unit), where, sealed=True)
    if read == "after":
        temperature.take_in(lab.form(), lab.box, file)
    return lab.anew(unit)


@pytest.mark.parametrize("read", ["before", "after"])
def test_a_box_is_held_to_the_cold_of_a_freezer(lab: Bench, read: str) -> None:
    """Above 0 °C at any time it has thawed, above −10 °C it is held; read on arrival or after."""
    warm = carried(lab, read=read, m60=12, m65=12, m70=12)
    assert (warm.state, warm.warmed) == ("held", True)
    with pytest.raises(SerumRefusedError, match=r"destroys it.*Colis 1: 12 °C"):
        lab.both(warm, "lift-to-quarantine", note="only ten minutes", slot="A-1")


def test_a_box_above_minus_ten_is_held_and_may_be_lifted(lab: Bench) -> None:
    unit = carried(lab, read="before", m60=-9)
    assert (unit.state, unit.warmed) == ("held", False)
    assert "lift-to-quarantine" in pairs.possible(unit)
    lab.both(unit, "lift-to-quarantine", note="the plates were changed there", slot="A-7")
    lab.cold()
    lab.both(lab.anew(unit), "release")
    assert states([unit]) == ["frozen"]


def test_a_warm_stretch_that_two_files_share_is_one(lab: Bench) -> None:
    (unit,) = lab.released(course_of_serum(lab.alice), units=1)
    start = timezone.now()
    lab.passes(2 * HOUR)
    first = log_of(start, start + HOUR, -20, MINUTE, **{f"m{n}": -15 for n in range(48, 61)})
    second = log_of(
        start + 61 * MINUTE, start + 2 * HOUR, -20, MINUTE, **{f"m{n}": -15 for n in range(10)}
    )
    temperature.take_in(lab.form(), lab.freezer, first)
    assert states([unit]) == ["frozen"]
    temperature.take_in(lab.form(), lab.freezer, second)
    unit = lab.anew(unit)
    assert (unit.state, unit.held_for) == ("held", "freezer-major")


def test_files_that_overlap_leave_no_gap_and_a_hole_that_is_filled_holds_nothing_again(
    lab: Bench,
) -> None:
    (unit,) = lab.released(course_of_serum(lab.alice), units=1)
    start = timezone.now()
    lab.passes(50 * DAY)

    def read(first: int, last: int) -> None:
        file = log_of(start + first * DAY, start + last * DAY, -20, 30 * MINUTE)
        temperature.take_in(lab.form(), lab.freezer, file)

    read(0, 20)
    read(10, 30)
    read(25, 40)
    assert not Excursion.objects.filter(rule="log-gap").exists()
    read(45, 50)
    assert lab.anew(unit).held_for == "log-gap"
    lab.both(lab.anew(unit), "lift-to-quarantine", note="its own display", slot="A-1")
    read(41, 44)
    assert states([unit]) == ["quarantined"], "two people answered for the whole of it"


def test_the_page_says_which_recorder_is_to_be_read_before_a_unit_leaves(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    course = course_of_serum(lab.alice)
    lab.released(course)
    lab.passes(2 * HOUR)
    session = session_now(course)
    pages = [f"/serum/sessions/{session.public_id}/{end}" for end in ("", "issue/")]
    for page in pages:
        said = browser_of(lab.bob).get(page).content.decode()
        assert "Importez d’abord le fichier de l’enregistreur" in said
        assert f"/places/{lab.freezer.public_id}/" in said
    lab.cold()
    for page in pages:
        assert "Importez d’abord" not in browser_of(lab.bob).get(page).content.decode()


@pytest.mark.parametrize("first", ["cold", "warm"])
def test_a_cold_file_never_hides_a_warm_one(lab: Bench, first: str) -> None:
    """Two recorders of one freezer, or one file under the wrong name: seven minutes apart, one of
    them says −12 °C for hours."""
    (unit,) = lab.released(course_of_serum(lab.alice), units=1)
    start = timezone.now()
    lab.passes(10 * HOUR)
    files = {
        "cold": log_of(start, timezone.now(), -20, 15 * MINUTE),
        "warm": log_of(start + 7 * MINUTE, timezone.now(), -12, 15 * MINUTE),
    }
    for name in sorted(files, reverse=first == "warm"):
        temperature.take_in(lab.form(), lab.freezer, files[name])
    assert (lab.anew(unit).state, lab.anew(unit).held_for) == ("held", "freezer-major")


def test_a_freezer_that_nobody_reads_is_said_everywhere_and_told_once(
    lab: Bench, browser_of: Callable[[User], Client], mailoutbox: list[EmailMessage]
) -> None:
    """A recorder that is silent warns of nothing: no unit is called usable on its word."""
    (unit,) = lab.released(course_of_serum(lab.alice), units=1)
    browser, at = browser_of(lab.alice), f"/units/{unit.public_id}/"
    assert "utilisable jusqu" in browser.get(at).content.decode()
    assert silence.tell_of_silence(worker_at(lab.alice.site), timezone.now()) == 0
    lab.passes(25 * HOUR)
    browser = browser_of(lab.alice)
    for where in ("/serum/", at):
        page = browser.get(where).content.decode()
        assert "utilisable jusqu" not in page
        assert "À vérifier" in page
    assert "Aucune mesure depuis le" in browser.get("/serum/cold/").content.decode()
    assert "relevé" in browser.get("/agenda/").content.decode()
    assert silence.tell_of_silence(worker_at(lab.alice.site), timezone.now()) == 1
    assert silence.tell_of_silence(worker_at(lab.alice.site), timezone.now()) == 0
    lab.cold()
    browser = browser_of(lab.alice)
    assert "utilisable jusqu" in browser.get(at).content.decode()
    lab.passes(25 * HOUR)
    assert silence.tell_of_silence(worker_at(lab.alice.site), timezone.now()) == 1


def test_no_blood_is_drawn_that_could_not_be_incubated(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    Place.objects.filter(kind="freezer").update(closed=True)
    with pytest.raises(SerumRefusedError, match="no freezer is in use"):
        lab.planned(course, 2)
    Place.objects.filter(kind="incubator").update(closed=True)
    with pytest.raises(SerumRefusedError, match="no incubator is in use"):
        lab.planned(course, 1)


def test_whoever_decides_of_a_held_unit_sees_how_long_and_how_warm(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    (unit,) = lab.released(course_of_serum(lab.alice), units=1)
    start = timezone.now()
    lab.passes(3 * HOUR)
    warm = {f"m{n}": -12 for n in range(60, 100, 5)}
    temperature.take_in(
        lab.form(), lab.freezer, log_of(start, timezone.now(), -20, 5 * MINUTE, **warm)
    )
    assert states([unit]) == ["held"]
    browser = browser_of(lab.alice)
    at = f"/units/{unit.public_id}/"
    asked = browser.get(f"{at}ask/lift-to-quarantine/").content.decode().replace("\u00a0", " ")
    assert "Lever le blocage : remettre en quarantaine" in asked
    assert re.search(r"\b[34][05] min", asked)
    assert "−12 °C" in asked
    assert "Températures mesurées à l’étuve" in asked
    assert "utilisable jusqu" not in browser.get(at).content.decode()
