"""A diagnosis that says the place of itself: the session reads it as if somebody had said it."""

from __future__ import annotations

import pytest

from dolenti.access.models import User
from dolenti.clinic.common.request import words
from dolenti.clinic.session.mapping import drawing
from dolenti.clinic.session.shown import Sheet
from dolenti.records.models import Complaint
from dolenti.records.places import zone_of
from dolenti.stock.items import Presentation
from dolenti.treatment import room, supplying
from dolenti.treatment.models import Course, Session, SessionRecord
from tests.web import room as make
from tests.web.world import clinic


@pytest.fixture
def session(alice: User, knee: Complaint) -> Session:
    assert (knee.zone, zone_of(knee)) == ("", "knee")
    return clinic(alice).with_complaint(knee).session


def test_the_targets_of_the_joint_come_first(alice: User, session: Session) -> None:
    form = Sheet(room.standing(alice, session), words(), alice).injected_form()
    assert form.fields["target"].choices[1][0] == "knee"  # type: ignore[attr-defined]


def test_the_map_opens_where_it_hurts_and_the_usual_mixtures_are_of_there(
    alice: User, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    Course.objects.filter(pk=session.course_id).update(therapy="mesotherapy")
    session.course.refresh_from_db()
    asked: list[str] = []
    monkeypatch.setattr(
        "dolenti.treatment.usual.offered", lambda _site, zone, *_: asked.append(zone) or ()
    )
    monkeypatch.setattr(
        "dolenti.clinic.session.mapping.control",
        lambda _places, about, **_: asked.append(about.zone),
    )
    sheet = Sheet(room.standing(alice, session), words(), alice)
    sheet.favourites()
    drawing(sheet, sheet.injected_form())
    assert asked == ["knee", "knee"]


@pytest.mark.parametrize("condition, offered", [("", 1), ("lateral-epicondylitis", 0)])
def test_the_usual_supplies_are_those_of_the_same_place(
    condition: str, offered: int, alice: User, session: Session
) -> None:
    needle = make.lot_of(alice, Presentation("needle", "Aiguille 21G"))
    make.drawn_up(alice, session, supplies=((needle.public_id, 1),))
    make.given_in(alice, session)
    other = Complaint.objects.get(pk=session.course.complaint_id)
    other.pk, other.condition, other.zone = None, condition, "" if condition else "knee"
    other.public_id = Complaint._meta.get_field("public_id").get_default()
    other.save()
    session.course.complaint = other
    assert SessionRecord.objects.exclude(delivered_at=None).count() == 1
    assert len(supplying.usual(session, "")) == offered
