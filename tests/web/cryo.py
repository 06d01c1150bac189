"""A course of cryoneurolysis, its freezes and its diagnostic blocks, step by step."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from msgspec.structs import replace

from dolenti.access.models import User
from dolenti.agenda.models import Appointment
from dolenti.guideline import session as guided
from dolenti.treatment import consents, recording
from dolenti.treatment.content import Block, Cycle, Freezing, Happened, Injected, ToFreeze
from dolenti.treatment.models import Course, Session, SessionRecord
from tests.web import room as make
from tests.web.world import allow, begun, clinic, ready, sent, signed, workday

KNEE = """
patient: {birth-date: 1958-03-02, sex: male}
complaint: {condition: knee-osteoarthritis, side: right, since: 2025-03-15}
facts: {anticoagulant: none, weight: 82, kellgren-lawrence: 3, pain-nrs: 7, cardiac-device: false}
"""
NERVE = "infrapatellar-branch"
FREEZE = Freezing(
    nerve=NERVE, guidance="ultrasound", device="iovera", probe="", nadir_c=Decimal(-88),
    cycles=(Cycle(freeze_s=Decimal(106), thaw_s=Decimal(60)),), depth_mm=Decimal(12),
    probe_to_skin_mm=Decimal(12), tested_before=True, sensory_before="Normale.",
    sensory_after="Anesthésie antéro-médiale.", moves=True,
)  # fmt: skip


def course_of_freezing(alice: User) -> Course:
    """Two sessions of a cryoneurolysis, the patient there: one for the block, one to freeze."""
    made = clinic(alice).with_complaint(KNEE)
    ready(made.assessment)
    allow(alice, "cryoneurolysis")
    found = begun(alice, made.assessment, "cryoneurolysis", [workday()], ())
    signed(alice, found)
    found.refresh_from_db()
    consents.activate(alice, found, found.version)
    return found


def another(course: Course) -> Session:
    """One more session of a course, its patient there."""
    last = Session.objects.filter(course=course).latest("number")
    if not SessionRecord.objects.filter(session=last).exists():
        made = last
    else:
        copy = Appointment.objects.get(session=last)
        copy.pk, copy.public_id, copy._state.adding = None, uuid.uuid4().hex[:16], True
        copy.save()
        made = Session.objects.create(course=course, number=last.number + 1, appointment=copy)
    now = timezone.now()
    Appointment.objects.filter(session=made).update(
        state="arrived", arrived_at=now, start=now, end=now + timedelta(minutes=30)
    )
    return Session.objects.select_related(
        "course__patient__site", "course__complaint__document", "appointment__room"
    ).get(pk=made.pk)


def probe() -> str:
    from dolenti.guideline import load_folder

    return guided.content(load_folder()).cryoneurolysis.skin.probes[0].id


def frozen(
    user: User, session: Session, freezing: Freezing = FREEZE, **reasons: str
) -> SessionRecord:
    freezing = replace(freezing, probe=freezing.probe or probe())
    said = reasons or {"block-not-positive": "Douleur typique, bloc fait ailleurs."}
    planned(user, session, freezing, said)
    record = make.answered(user, session)
    what = Injected(freezing=freezing)
    return recording.inject(sent(user), session, record.version, what, said)


def planned(
    user: User, session: Session, freezing: Freezing = FREEZE, reasons: dict[str, str] | None = None
) -> SessionRecord:
    """What is said of a freeze before it: in the preparation."""
    record = SessionRecord.objects.filter(session=session).first()
    before = {name: getattr(freezing, name) for name in ToFreeze.__struct_fields__}
    said = recording.Asked(
        nerve=freezing.nerve,
        to_freeze=ToFreeze(**before | {"probe": freezing.probe or probe()}),
        reasons=reasons or {},
    )
    return recording.prepare(sent(user), session, record.version if record else 0, said)


def block(
    user: User, session: Session, *, volume: str = "1", lot: Any = None, **happened: Any
) -> SessionRecord:
    lot = lot or make.lot_of(user, make.LIDOCAINE)
    record = SessionRecord.objects.filter(session=session).first()
    record = recording.choose(sent(user), session, record.version if record else 0, "block")
    make.drawn_up(user, session, lot=lot, rows=((lot.public_id, Decimal(volume)),), nerve=NERVE)
    record = make.answered(user, session)
    what = Injected(block=Block(nerve=NERVE, guidance="ultrasound"), volume_ml=Decimal(volume))
    record = recording.inject(sent(user), session, record.version, what, make.Always())
    said = Happened(**{"events": (), **make.SEEN_TO, **happened})
    return recording.happen(sent(user), session, record.version, said, sign=True)


def a_day_ago(record: SessionRecord) -> None:
    SessionRecord.objects.filter(pk=record.pk, state="delivered").update(
        delivered_at=timezone.now() - timedelta(days=1, minutes=1)
    )
