"""What the database itself refuses of serum, whichever door it comes by."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from dolenti.serum import (
    chain,
)
from dolenti.serum.labels import EVENTS
from dolenti.serum.models import (
    Draw,
    Injection,
    Label,
    Statement,
    Step,
    TemperatureLog,
    Tube,
    Unit,
)
from tests.web.serum import (
    HOUR,
    TWO,
    Bench,
    course_of_serum,
    session_now,
)

pytestmark = pytest.mark.each

triggers = import_module("dolenti.serum.migrations.0002_one_patient_one_end")


def refused(statement: Any) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        statement()
    return str(error.value)


def test_the_database_keeps_since_when_something_waits(lab: Bench) -> None:
    """So that no deadline is put off by another time, nor lost with its time."""
    course = course_of_serum(lab.alice)
    (unit, *_) = lab.portioned(course)
    _, (spun,) = lab.incubated(course, 1)
    later = timezone.now() + HOUR
    for at in ("drawn_at", "incubated_to", "lifted_at"):
        said = refused(lambda at=at: Tube.objects.filter(pk=spun.pk).update(**{at: later}))
        assert "stays as it was written" in said, at
    for at, value in (("portioned_at", later), ("expires", later.date())):
        said = refused(
            lambda at=at, value=value: Unit.objects.filter(pk=unit.pk).update(**{at: value})
        )
        assert "stays as it was written" in said, at
    refused(lambda: Tube.objects.filter(pk=spun.pk).update(incubated_to=None))
    refused(lambda: Unit.objects.filter(pk=unit.pk).update(state="quarantined"))


def test_the_database_lets_no_unit_reach_another_patient(lab: Bench) -> None:
    course, other = course_of_serum(lab.alice), course_of_serum(lab.alice)
    (unit, *_) = lab.portioned(course)
    mine, theirs = session_now(course), session_now(other)

    def injection(**said: Any) -> Injection:
        row = {
            "unit": unit, "patient": course.patient, "session": mine, "volume": TWO,
            "target": "x", "at": timezone.now(), "author": lab.alice, **said,
        }  # fmt: skip
        return Injection.objects.create(**row)

    units, tubes, draws = Unit.objects.filter(pk=unit.pk), Tube.objects, Draw.objects
    assert "another patient" in refused(lambda: injection(patient=other.patient))
    assert "another patient" in refused(lambda: injection(session=theirs))
    assert "another patient" in refused(lambda: injection(session=theirs, patient=other.patient))
    assert "stays whose" in refused(lambda: units.update(patient=other.patient))
    assert "stays whose" in refused(lambda: units.update(number="X"))
    assert "stays whose" in refused(lambda: tubes.update(patient=other.patient))
    assert "stays whose" in refused(lambda: draws.update(patient=other.patient))
    assert "into whom" in refused(lambda: units.update(state="injected"))
    assert "another patient" in refused(
        lambda: draws.create(
            site=lab.bob.site, patient=other.patient, course=course, code="LILA",
            day=timezone.localdate(), number=99, tubes=1, author=lab.bob,
        )
    )  # fmt: skip
    copy = Unit.objects.get(pk=unit.pk)
    copy.pk, copy.public_id, copy.number, copy.patient = None, "x" * 16, "N", other.patient
    copy._state.adding = True
    assert "another patient" in refused(copy.save)


def test_the_database_knows_the_paths_of_the_machine(lab: Bench) -> None:
    known = chain.in_force()
    for machine, pairs_ in ((known.tube, triggers.TUBE), (known.unit, triggers.UNIT)):
        assert {tuple(pair.split(">")) for pair in pairs_.split()} == machine.moves()
    assert set(EVENTS) == {one.id for one in known.said.events}
    (unit, *_) = lab.released(course_of_serum(lab.alice))
    rows = Unit.objects.filter(pk=unit.pk)
    for state in ("thawed", "fresh", "portioned", "nowhere"):
        assert "no such step" in refused(lambda state=state: rows.update(state=state))
    assert "no such step" in refused(lambda: Tube.objects.update(state="drawn"))


def test_what_has_thawed_or_ended_stays_so_by_the_database(lab: Bench) -> None:
    course = course_of_serum(lab.alice)
    thawed, ended = lab.released(course)
    lab.both(ended, "discard", reason="expired")
    lab.thawed(thawed, session_now(course))
    rows = Unit.objects.filter(pk=thawed.pk)
    assert "never cold again" in refused(lambda: rows.update(warmed=False))
    rows.update(state="held", origin="thawed")
    assert "never cold again" in refused(lambda: rows.update(state="quarantined"))
    over = Unit.objects.filter(pk=ended.pk)
    for state in ("held", "frozen", "injected"):
        assert refused(lambda state=state: over.update(state=state))


def test_what_is_written_once_stays(lab: Bench) -> None:
    lab.frozen(lab.portioned(course_of_serum(lab.alice))[0])
    lab.measured(lab.freezer, timezone.now() - HOUR, -20)
    for model, change in (
        (Step, {"event": "inject"}), (Label, {"serial": 9}), (TemperatureLog, {"low": 0}),
        (Statement, {"opened": False}),
    ):  # fmt: skip
        assert refused(lambda model=model, change=change: model.objects.update(**change))
    for model in (TemperatureLog, Statement, Unit, Step, Draw):
        assert refused(lambda model=model: model.objects.all()._raw_delete("default"))


def test_no_label_is_kept_without_its_mark(lab: Bench) -> None:
    """So that a number that was typed is never a scan."""
    draw = lab.drawn(course_of_serum(lab.alice), 1)
    number = draw.tube_rows.get().number
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(draw=draw, number=number, mark="", author=lab.bob)
