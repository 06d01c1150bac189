"""The map of points on the page of a session: kept whole, sealed, printed, held against the last;
and every point that may not be."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.guideline import load_folder
from dolenti.guideline import session as guided
from dolenti.guideline.body import Point
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import DrawnMap, DrawnPoint, as_text_of
from dolenti.ledger.versions import StaleEditError
from dolenti.treatment import aftercare, consents, given, mapped, recording, room
from dolenti.treatment.content import Block, Injected, read
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.models import Session, SessionRecord
from dolenti.ui.print import session as printed
from tests.printed import Print
from tests.web import room as make
from tests.web.session_page import at, send
from tests.web.stock import in_stock
from tests.web.world import allow, begun, clinic, ready, sent, signed, workday

pytestmark = pytest.mark.any_database

PLACES = guided.places(load_folder())
BACK = """
patient: {birth-date: 1975-03-02, sex: male}
complaint: {condition: low-back-pain, since: 2026-03-15}
facts: {anticoagulant: none, weight: 82}
"""


def point(x: int = 400, y: int = 1300, **changes: Any) -> DrawnPoint:
    said = {
        "figure": "spine", "technique": "nappage", "depth_mm": Decimal(1),
        "volume_ml": Decimal("0.02"), "needle": "n4-27",
    }  # fmt: skip
    return DrawnPoint(**{**said, "x": x, "y": y, **changes})


def drawn(*points: DrawnPoint, **changes: Any) -> DrawnMap:
    return DrawnMap(edition=PLACES.body.edition, points=points or (point(),), **changes)


FORTY = drawn(*(point(x=300 + 10 * n) for n in range(40)))


def made_once(alice: User) -> list[Session]:
    """Two sessions of a mesotherapy, the patient there at both."""
    made = clinic(alice).with_complaint(BACK)
    ready(made.assessment)
    allow(alice, "mesotherapy")
    course = begun(alice, made.assessment, "mesotherapy", [workday(), workday(14)], ("lidocaine",))
    signed(alice, course)
    course.refresh_from_db()
    consents.activate(alice, course, course.version)
    Appointment.objects.update(state="arrived", arrived_at=timezone.now())
    return list(Session.objects.filter(course=course).order_by("number"))


@pytest.fixture
def sessions(standing: Any) -> list[Session]:
    found: list[Session] = standing.made
    return found


def syringe(user: User, session: Session) -> None:
    lot = make.lot_of(user, make.LIDOCAINE)
    make.drawn_up(
        user, session, lot=lot, rows=((lot.public_id, Decimal(2)),), technique="nappage",
        fluid="saline", fluid_ml=Decimal(2),
    )  # fmt: skip


def given_with(user: User, session: Session, on: DrawnMap, **reasons: str) -> SessionRecord:
    syringe(user, session)
    record = make.answered(user, session)
    return recording.inject(
        sent(user), session, record.version, Injected(), {**make.Always(), **reasons}, on
    )


def off(user: User, session: Session, on: DrawnMap = FORTY) -> SessionRecord:
    record = given_with(user, session, on)
    return recording.happen(sent(user), session, record.version, make.NOTHING, sign=True)


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Print:
    found = Print()
    monkeypatch.setattr(printed, "pdf", found.pdf)
    monkeypatch.setattr(printed, "fitted", found.fitted)
    return found


def test_the_whole_map_is_kept_and_says_the_rest(alice: User, sessions: list[Session]) -> None:
    record = given_with(alice, sessions[0], FORTY)
    assert mapped.read(record.points) == FORTY
    injected = read(Injected, record.injected)
    assert (injected.points, injected.volume_ml) == (40, Decimal("0.80"))
    assert (injected.needle, injected.depth_mm, injected.per_point_ml, injected.device) == (
        "n4-27", Decimal(1), Decimal("0.02"), "by-hand",
    )  # fmt: skip


def test_the_seal_is_of_the_map_too(alice: User, sessions: list[Session]) -> None:
    record = off(alice, sessions[0])
    assert given.is_sealed(record)
    record.points["points"][0]["x"] += 1
    assert not given.is_sealed(record)


def test_the_signed_page_and_its_document_show_the_map(
    alice: User, sessions: list[Session], browser_of: Callable[[User], Client], paper: Print
) -> None:
    off(alice, sessions[0])
    browser = browser_of(alice)
    page = browser.get(at("session", sessions[0])).content.decode()
    assert "imap-shown" in page
    assert "0,8\u00a0mL" in page
    browser.get(at("session-report", sessions[0]))
    assert paper.drawing.count("M300.5 1300.5h0") == 1
    assert "× Nappage" in paper.words


def test_the_page_begins_with_the_last_map_and_compares_with_it(
    alice: User, sessions: list[Session], browser_of: Callable[[User], Client]
) -> None:
    off(alice, sessions[0])
    syringe(alice, sessions[1])
    browser = browser_of(alice)
    page = browser.get(at("session", sessions[1])).content.decode()
    assert "Repris de la carte de la dernière séance" in page
    assert page.count("&quot;figure&quot;: ") + page.count("&quot;figure&quot;:") >= 40
    less = drawn(*FORTY.points[:30], point(y=1200))
    make.answered(alice, sessions[1])
    record = SessionRecord.objects.get(session=sessions[1])
    recording.inject(sent(alice), sessions[1], record.version, Injected(), make.Always(), less)
    compared = browser.get(at("session-maps", sessions[1])).content.decode()
    assert "Ajoutés" in compared or "Ajouté" in compared
    assert browser.get(at("session-maps", sessions[0])).status_code == 200


def test_a_map_that_needs_more_than_was_prepared_is_not_begun_with(
    alice: User, sessions: list[Session], browser_of: Callable[[User], Client]
) -> None:
    off(alice, sessions[0])
    page = browser_of(alice).get(at("session", sessions[1])).content.decode()
    assert "Repris de la carte de la dernière séance" not in page


def _in(area: str, figure: str) -> tuple[int, int]:
    y, ((x, _), *_rest) = next(iter(PLACES.mask(area, figure).spans.items()))
    return x, y


FORBIDDEN = dict(zip(("x", "y"), _in("popliteal-fossa", "back"), strict=True))


@pytest.mark.parametrize(
    "changes, number",
    [
        ({"figure": "front", "x": 5, "y": 5}, "points[2]"),
        ({"figure": "back", **FORBIDDEN}, "points[2]"),  # drawn on an enlargement, met on the whole
        ({"depth_mm": Decimal(40)}, "points[2]"),
    ],
)
def test_a_point_that_may_not_be_is_refused_by_service_and_page_with_its_number(
    changes: dict[str, Any], number: str, alice: User, sessions: list[Session],
    browser_of: Callable[[User], Client],
) -> None:  # fmt: skip
    wrong = drawn(point(), point(**{"y": 1310, **changes}))
    syringe(alice, sessions[0])
    record = make.answered(alice, sessions[0])
    with pytest.raises(InputError) as refused:
        recording.inject(sent(alice), sessions[0], record.version, Injected(), make.Always(), wrong)
    assert refused.value.where == number
    answer = send(browser_of(alice), "session-injected", sessions[0], map=as_text_of(wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="map-errors"' in page
    assert json.dumps(as_text_of(wrong))[1:20].replace('\\"', "&quot;") in page  # nothing is lost
    record.refresh_from_db()
    assert (record.state, record.points) == ("prepared", [])


def test_no_more_is_drawn_than_was_prepared(alice: User, sessions: list[Session]) -> None:
    much = drawn(*(point(x=300 + 10 * n, volume_ml=Decimal("0.11")) for n in range(40)))
    syringe(alice, sessions[0])
    record = make.answered(alice, sessions[0])
    with pytest.raises(InputError, match=r"4\.4 mL"):
        recording.inject(sent(alice), sessions[0], record.version, Injected(), make.Always(), much)


@pytest.mark.parametrize("typed", ["{", '{"edition": "1999.1"}', "x" * 400_001])
def test_a_map_that_cannot_be_meant_comes_back_as_it_was_sent(
    typed: str, alice: User, sessions: list[Session], browser_of: Callable[[User], Client]
) -> None:
    syringe(alice, sessions[0])
    make.answered(alice, sessions[0])
    answer = send(browser_of(alice), "session-injected", sessions[0], map=typed)
    assert answer.status_code == 422
    assert 'id="map-errors"' in answer.content.decode()


def test_two_people_do_not_move_each_other_s_points(alice: User, sessions: list[Session]) -> None:
    record = given_with(alice, sessions[0], FORTY)
    moved = drawn(*FORTY.points[:-1], point(x=301, y=1290))
    seen = record.version
    record = recording.inject(sent(alice), sessions[0], seen, Injected(), make.Always(), moved)
    assert record.points != mapped.kept(FORTY)
    with pytest.raises(StaleEditError):
        recording.inject(sent(alice), sessions[0], seen, Injected(), make.Always(), FORTY)


def test_a_correction_meets_the_same_rules(alice: User, sessions: list[Session]) -> None:
    record = given_with(alice, sessions[0], FORTY)
    wrong = drawn(point(figure="front", x=5, y=5))
    with pytest.raises(InputError):
        recording.inject(sent(alice), sessions[0], record.version, Injected(), make.Always(), wrong)


def test_what_is_not_where_the_pain_is_asks_for_a_reason_that_the_papers_keep(
    alice: User, sessions: list[Session], browser_of: Callable[[User], Client], paper: Print
) -> None:
    """The knee, for the back; the right side, for the left; an infiltration, and a nerve, too."""
    knee = drawn(point(figure="knee-front-right", x=300, y=700))
    with pytest.raises(RecordRefusedError) as refused:
        given_with(alice, sessions[0], knee)
    assert refused.value.where == "reason-outside-the-zone"
    why = "The knee hurts today, the patient agrees."
    record = given_with(alice, sessions[0], knee, **{"outside-the-zone": why})
    now = room.standing(alice, sessions[0])
    now.session.course.site.phone = "01 23 45 67 89"
    leaflet = aftercare.sheet_of(now)
    assert (
        "genou" in " ".join(line.words for part in leaflet.sections for line in part.lines).lower()
    )
    signed_off = recording.happen(sent(alice), sessions[0], record.version, make.NOTHING, sign=True)
    browser_of(alice).get(at("session-report", signed_off.session))
    assert why in paper.words
    assert now.where()[0].label.fr in paper.words
    left = guided.Meant(("lumbar-spine",), "left")
    right = guided.Where("lumbar-spine", "right", now.where()[0].label)
    said = guided.judge_places(now.edition, left, [right])
    assert [(one.rule, one.severity) for one in said] == [("outside-the-side", "override")]
    assert not guided.judge_places(now.edition, guided.Meant((), ""), [right])
    for elsewhere in (
        Injected(target="knee"),
        Injected(block=Block(nerve="infrapatellar-branch")),
    ):
        assert "outside-the-zone" in {one.rule for one in now.findings(elsewhere)}


def test_the_needle_that_was_taken_is_offered_first_and_another_one_is_said(
    alice: User, sessions: list[Session], browser_of: Callable[[User], Client]
) -> None:
    taken = in_stock(alice)
    lot = make.lot_of(alice, make.LIDOCAINE)
    make.drawn_up(
        alice, sessions[0], lot=lot, rows=((lot.public_id, Decimal(2)),), technique="nappage",
        fluid="saline", fluid_ml=Decimal(2), supplies=((taken.public_id, 1),),
    )  # fmt: skip
    now = room.standing(alice, sessions[0])

    def rules(needle: str) -> set[str]:
        on = drawn(point(needle=needle))
        return {one.rule for one in now.findings(Injected(), drawn=on)}

    assert "needle-not-taken" in rules("n4-27")
    assert "needle-not-taken" not in rules("n4-30")
    page = html.unescape(browser_of(alice).get(at("session", sessions[0])).content.decode())
    assert page.index('"id": "n4-30"') < page.index('"id": "n4-27"')


def test_nothing_is_injected_anywhere_on_the_front_of_the_neck() -> None:
    for y in range(290, 447, 6):
        for x in range(418, 584, 6):
            place = PLACES.at(Point("front", x, y))
            assert place.forbidden or not place.on_body, (x, y)


def test_nothing_to_compare_leads_back(
    alice: User, sessions: list[Session], browser_of: Callable[[User], Client]
) -> None:
    answer = browser_of(alice).get(at("session-maps", sessions[0]))
    assert answer["Location"] == reverse("session", args=[sessions[0].public_id])
