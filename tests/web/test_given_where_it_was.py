"""What was given stays where it was given: condition, zone and side are kept with the record, under
its seal, are printed from there and count there, whatever becomes of the pain afterwards."""

from __future__ import annotations

import pytest
from django.utils import timezone

from dolenti.access.models import User
from dolenti.clinic.common.lookup import lookup
from dolenti.clinic.session.report import Reporter
from dolenti.guideline import load_folder
from dolenti.records.judging import complaints
from dolenti.records.models import Complaint
from dolenti.treatment import earlier, given, recorded, recording, room, treated
from dolenti.treatment.models import Session, SessionRecord
from tests.web import room as make
from tests.web.world import clinic, sent

pytestmark = pytest.mark.any_database
OF_JOINT = "corticosteroid-sessions-of-joint-on-record-12-months"
LAST = "last-corticosteroid-on-record"


def changed(user: User, session: Session, **values: str) -> None:
    pain = Complaint.objects.get(pk=session.course.complaint_id)
    complaints.change(user, pain, pain.version, values)


def as_kept(session: Session) -> SessionRecord:
    rows = SessionRecord.objects.select_related(
        "session__course__complaint", "edition", "signed_by"
    )
    return rows.get(session=session, amended_by=None)


def said(record: SessionRecord) -> str:
    words = lookup(load_folder(), "fr")
    return "\n".join(
        f"{name}: {value}"
        for chapter in Reporter(record, words).of_the_act()
        for name, value in chapter.lines
    )


@pytest.mark.parametrize("when", ["before-signing", "after-signing"])
def test_a_signed_report_says_the_side_that_was_given(
    alice: User, knee: Complaint, when: str
) -> None:
    session = clinic(alice).with_complaint(knee).session
    record = make.given_in(alice, session)
    if when == "before-signing":
        changed(alice, session, side="left")
    recording.happen(sent(alice), session, record.version, make.NOTHING, sign=True)
    if when == "after-signing":
        changed(alice, session, side="left", condition="hip-osteoarthritis", zone="hip")
    kept = as_kept(session)
    assert kept.treated == {"condition": "knee-osteoarthritis", "zone": "", "side": "right"} | {
        "zone": knee.zone or ""
    }
    assert given.is_sealed(kept)
    assert "à droite" in said(kept)
    assert "à gauche" not in said(kept)
    kept.treated = {**kept.treated, "side": "left"}
    assert not given.is_sealed(kept), "the side is under the seal"


def test_an_amendment_keeps_where_it_was_given(alice: User, knee: Complaint) -> None:
    session = clinic(alice).with_complaint(knee).session
    make.signed_off(alice, session)
    changed(alice, session, side="left")
    given.amend(sent(alice), as_kept(session), "One word was wrong")
    assert treated.of_record(as_kept(session)).side == "right"
    assert room.standing(alice, session).treated.side == "right"


def test_what_was_given_counts_where_it_was_given(alice: User, knee: Complaint) -> None:
    """A side, a zone or a condition corrected afterwards takes nothing out of the rules."""
    session = clinic(alice).with_complaint(knee).session
    make.signed_off(alice, session)
    other = Complaint.objects.create(
        patient=knee.patient, condition=knee.condition, zone=knee.zone, side="right",
        author=knee.author,
    )  # fmt: skip
    before = recorded.facts_of(other, timezone.localdate())
    assert before[OF_JOINT].value == 1
    assert LAST in before
    changed(alice, session, side="left", zone="elbow", condition="lateral-epicondylitis")
    assert recorded.facts_of(other, timezone.localdate()) == before
    records = room.records_of(session)
    assert earlier.times_infiltrated("knee", "right", records) == 1
    assert earlier.times_infiltrated("knee", "left", records) == 0
    day = timezone.localdate()
    edition = room.standing(alice, session).edition
    assert earlier.large_joints_on(edition, ("knee", "right"), records, day) == 0
    assert earlier.large_joints_on(edition, ("knee", "left"), records, day) == 1
