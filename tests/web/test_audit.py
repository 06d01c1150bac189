"""The trail: everything leaves a line, and no line can be changed unseen."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from dolenti.access import audit
from dolenti.access.append_only import EVENTS
from dolenti.access.models import AppendOnlyError, AuditEntry, User
from dolenti.records.models import Complaint


@pytest.fixture
def lines(alice: User) -> list[AuditEntry]:
    for number in range(4):
        audit.record("read", actor=alice, kind="complaint", object_id=f"c{number}")
    return list(AuditEntry.objects.order_by("sequence"))


def without_triggers() -> None:
    """What someone with the database's password could do."""
    table = " ON access_auditentry" if connection.vendor == "postgresql" else ""
    for event in EVENTS:
        change(f"DROP TRIGGER access_auditentry_no_{event.lower()}{table}")


def change(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_untouched_trail_is_sound(lines: list[AuditEntry]) -> None:
    assert audit.verify(audit.end()) == (len(lines), [])


@pytest.mark.parametrize(
    "statement",
    ["UPDATE access_auditentry SET action = 'x'", "DELETE FROM access_auditentry"],
)
def test_the_database_refuses_to_change_a_line(lines: list[AuditEntry], statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(statement)
    assert audit.verify(audit.end()) == (len(lines), [])


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
    _, faults = audit.verify(audit.end())
    assert faults == [audit.Fault(lines[1].sequence, "edited")]


def test_a_removed_line_is_found(lines: list[AuditEntry]) -> None:
    without_triggers()
    change("DELETE FROM access_auditentry WHERE sequence = %s", lines[1].sequence)
    _, faults = audit.verify(audit.end())
    assert audit.Fault(lines[1].sequence, "missing") in faults


def test_reordered_lines_are_found(lines: list[AuditEntry]) -> None:
    without_triggers()
    first, second = lines[1].sequence, lines[2].sequence
    for old, new in ((first, -1), (second, first), (-1, second)):
        change("UPDATE access_auditentry SET sequence = %s WHERE sequence = %s", new, old)
    _, faults = audit.verify(audit.end())
    assert {fault.sequence for fault in faults} >= {first, second}


def test_a_cut_tail_is_found_with_the_last_head_and_only_with_it(lines: list[AuditEntry]) -> None:
    head = audit.end()
    without_triggers()
    change("DELETE FROM access_auditentry WHERE sequence = %s", lines[-1].sequence)
    assert audit.verify()[1] == []
    assert audit.verify(head)[1] == [audit.Fault(lines[-1].sequence, "cut")]


def test_the_head_is_kept_outside_the_database_and_never_goes_back(lines: list[AuditEntry]) -> None:
    audit.write_head(audit.Head(7, "a" * 64))
    audit.write_head(audit.Head(6, "b" * 64))
    assert audit.last_head() == audit.Head(7, "a" * 64)
    audit.head_file().unlink()


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


def test_what_is_committed_is_no_error_where_the_file_of_the_head_is_full(
    transactional_db: None, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: audit.Head) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    audit.head_file().unlink(missing_ok=True)  # a live site of an earlier test may have ended late
    monkeypatch.setattr(audit, "write_head", full)
    audit.record("read", actor=alice, kind="complaint", object_id="c")
    monkeypatch.undo()
    audit.record("read", actor=alice, kind="complaint", object_id="d")
    assert audit.verify(audit.last_head()) == (2, [])
