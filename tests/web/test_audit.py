"""The trail: everything leaves a line, and no line can be changed unseen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from dolenti.access import audit, chain
from dolenti.access.models import AppendOnlyError, AuditEntry, User
from dolenti.records.models import Complaint
from tests.web.tampering import change, without_triggers

pytestmark = pytest.mark.each


@pytest.fixture
def lines(alice: User) -> list[AuditEntry]:
    for number in range(4):
        audit.record("read", actor=alice, kind="complaint", object_id=f"c{number}")
    return list(AuditEntry.objects.order_by("sequence"))


def ends() -> list[chain.Head]:
    head = chain.end()
    assert head is not None
    return [head]


def test_an_untouched_trail_is_sound(lines: list[AuditEntry]) -> None:
    assert chain.verify(*ends()) == (len(lines), [])


@pytest.mark.parametrize(
    "statement",
    ["UPDATE access_auditentry SET action = 'x'", "DELETE FROM access_auditentry"],
)
def test_the_database_refuses_to_change_a_line(lines: list[AuditEntry], statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(statement)
    assert chain.verify(*ends()) == (len(lines), [])


def test_a_line_is_not_changed_by_the_program_either(lines: list[AuditEntry]) -> None:
    with pytest.raises(AppendOnlyError):
        lines[0].save()
    with pytest.raises(AppendOnlyError):
        lines[0].delete()


def test_an_edited_line_is_found(lines: list[AuditEntry]) -> None:
    without_triggers()
    change(
        "UPDATE access_auditentry SET object_id = 'other' WHERE sequence = %s", lines[1].sequence
    )
    _, faults = chain.verify(*ends())
    assert faults == [chain.Fault(lines[1].sequence, "edited")]


@pytest.mark.parametrize("column, value", [("sites", '["x"]'), ("patients", '["x"]')])
def test_what_a_line_is_found_by_is_hashed_with_it(
    lines: list[AuditEntry], column: str, value: str
) -> None:
    without_triggers()
    statement = f"UPDATE access_auditentry SET {column} = %s WHERE sequence = %s"
    change(statement, value, lines[1].sequence)
    _, faults = chain.verify(*ends())
    assert chain.Fault(lines[1].sequence, "edited") in faults


def test_a_line_that_is_found_no_longer_by_its_patient_is_named(alice: User) -> None:
    audit.record("read", actor=alice, kind="record", object_id="p", patient_id="p")
    assert chain.verify() == (1, [])
    without_triggers()
    change("DELETE FROM access_auditkey")
    assert chain.verify() == (1, [chain.Fault(1, "unfindable")])


def test_a_removed_line_is_found(lines: list[AuditEntry]) -> None:
    without_triggers()
    change("DELETE FROM access_auditentry WHERE sequence = %s", lines[1].sequence)
    _, faults = chain.verify(*ends())
    assert chain.Fault(lines[1].sequence, "missing") in faults


def test_reordered_lines_are_found(lines: list[AuditEntry]) -> None:
    without_triggers()
    first, second = lines[1].sequence, lines[2].sequence
    for old, new in ((first, -1), (second, first), (-1, second)):
        change("UPDATE access_auditentry SET sequence = %s WHERE sequence = %s", new, old)
    _, faults = chain.verify(*ends())
    assert {fault.sequence for fault in faults} >= {first, second}


def test_opening_a_record_leaves_a_line_with_the_patient(
    at_alice: Client, alice: User, knee: Complaint
) -> None:
    at_alice.get(reverse("complaint", args=[knee.public_id]))
    line = AuditEntry.objects.filter(action="read", kind="complaint").first()
    assert line is not None
    assert (line.actor, line.patient, line.outcome) == (
        alice.public_id,
        knee.patient.public_id,
        audit.DONE,
    )


def test_being_refused_leaves_a_line(
    chloe: User, knee: Complaint, browser_of: Callable[[User], Client]
) -> None:
    browser_of(chloe).get(reverse("complaint", args=[knee.public_id]))
    line = AuditEntry.objects.filter(outcome=audit.REFUSED).first()
    assert line is not None
    assert (line.actor, line.object_id) == (chloe.public_id, knee.public_id)
