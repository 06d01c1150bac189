"""The witness of the trail's end: it follows the chain, and never heals one that was cut."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from dolenti.access import accounts, audit, chain, heads
from dolenti.access.chain import Fault, Head
from dolenti.access.models import AuditEntry, User
from dolenti.demo import staff
from dolenti.site_terminal import audit as terminal
from tests.web.founding import pins
from tests.web.tampering import change, without_triggers


@pytest.fixture
def kept(tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any) -> Iterator[None]:
    """A data folder of its own, where each line is followed by its head as after a commit."""
    settings.DATA = tmp_path
    with django_capture_on_commit_callbacks(execute=False):
        yield


def write(alice: User, count: int = 1) -> None:
    for _ in range(count):
        audit.record("read", actor=alice, kind="complaint", object_id="c")
        head = chain.end()
        assert head is not None
        heads.write_head(head, begins=head.sequence == 1)


def cut(count: int, *, triggers: bool = True) -> None:
    if triggers:
        without_triggers()
    last = AuditEntry.objects.order_by("-sequence")[0].sequence
    change("DELETE FROM access_auditentry WHERE sequence > %s", last - count)


@pytest.mark.usefixtures("kept")
def test_the_file_follows_the_chain(alice: User) -> None:
    write(alice, 3)
    assert heads.last_head() == chain.end()
    assert heads.verify() == (3, [])


@pytest.mark.usefixtures("kept")
def test_the_file_never_goes_back(alice: User) -> None:
    write(alice, 2)
    first = AuditEntry.objects.get(sequence=1)
    heads.write_head(Head(1, first.sha256))
    assert heads.last_head() == chain.end()


@pytest.mark.usefixtures("kept")
def test_a_cut_end_does_not_heal_however_far_the_chain_grows_again(alice: User) -> None:
    write(alice, 5)
    cut(3)
    assert heads.verify() == (2, [Fault(5, "cut")])
    write(alice, 60)
    lost, _ = kept = heads.head_file().read_text("ascii").splitlines()
    assert lost.startswith("5 ")  # what was cut stays told
    assert kept[-1] == str(chain.end())  # and what was written since has its own
    assert heads.verify() == (62, [Fault(5, "head-broken")])
    terminal.verify(None)
    assert heads.verify()[1] == [Fault(5, "head-broken")]
    assert terminal.keep_end() == chain.end()  # a person has looked, and that is a line
    assert lost in AuditEntry.objects.get(action="keep-end").detail["head_before"]
    assert heads.verify()[1] == [Fault(5, "head-broken")]
    (witness,) = heads.broken_files()
    assert lost in witness.read_text("ascii")
    witness.unlink()  # they keep it elsewhere
    assert heads.verify() == (64, [])


@pytest.mark.usefixtures("kept")
def test_a_second_cut_is_told_beside_the_first(alice: User) -> None:
    write(alice, 5)
    cut(3)
    write(alice, 10)
    cut(6, triggers=False)
    write(alice, 10)
    assert heads.verify() == (16, [Fault(5, "head-broken"), Fault(12, "head-broken")])


@pytest.mark.usefixtures("kept")
def test_a_replaced_end_is_told_too(alice: User) -> None:
    write(alice, 3)
    cut(1)
    write(alice, 1)  # a third line again, which is another one
    assert heads.verify()[1] == [Fault(3, "head-broken")]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("text", [None, "", "abc def", "7", "12 nothash\n", "\x00\xff"])
def test_a_head_that_is_gone_or_unreadable_is_a_fault_that_stays(
    alice: User, text: str | None
) -> None:
    write(alice, 2)
    if text is None:
        heads.head_file().unlink()
    else:
        heads.head_file().write_text(text, "latin-1")
    what = "head-missing" if text is None else "head-unreadable"
    assert heads.verify() == (2, [Fault(2, what)])
    verified = terminal.verify(None)
    assert [one.what for one in verified.faults] == [what]
    write(alice, 3)  # the line of the verification, and others
    assert heads.verify()[1], "healed by what was to be witnessed"


@pytest.mark.usefixtures("kept")
def test_a_missing_head_is_kept_anew_only_by_a_person_and_that_is_a_line(alice: User) -> None:
    write(alice, 2)
    heads.head_file().unlink()
    assert terminal.keep_end() == chain.end()
    assert AuditEntry.objects.filter(action="keep-end").count() == 1
    assert heads.verify() == (3, [])


@pytest.mark.usefixtures("kept", "db")
def test_an_empty_trail_needs_no_head_before_a_house_stands() -> None:
    assert heads.verify() == (0, [])


@pytest.mark.usefixtures("kept")
def test_a_trail_that_was_emptied_with_its_head_is_no_sound_one(
    alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    write(alice, 5)
    cut(5)
    heads.head_file().unlink()
    assert heads.verify() == (0, [Fault(1, "missing")])
    with django_capture_on_commit_callbacks(execute=True):
        verified = terminal.verify(None)
    assert not verified.is_lost
    assert not heads.head_file().exists(), "begun again by the line of the verification"
    assert AuditEntry.objects.get(sequence=1).detail["named"] == ["1 missing"]
    assert heads.verify() == (1, [Fault(1, "head-missing")])
    with django_capture_on_commit_callbacks(execute=True):
        audit.record("read", actor=alice, kind="complaint", object_id="c")
    assert heads.verify() == (2, [Fault(2, "head-missing")])


@pytest.mark.usefixtures("kept", "db")
@pytest.mark.parametrize("how", ["set up", "the demo", "a stranger first"])
def test_a_house_that_is_founded_begins_the_head(
    how: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        if how == "a stranger first":
            audit.record("log-in", actor=None, outcome=audit.FAILED)
    with django_capture_on_commit_callbacks(execute=True):
        if how == "the demo":
            staff.furnish("correct horse battery", timezone.localdate())
        else:
            accounts.found(pins())
    assert heads.verify()[1] == []
    assert heads.last_head() == chain.end()


@pytest.mark.usefixtures("kept")
def test_a_head_noted_elsewhere_is_held_against_the_chain_as_well(alice: User) -> None:
    write(alice, 3)
    head = chain.end()
    assert terminal.verify(str(head)).faults == []
    assert [one.what for one in terminal.verify(f"9 {'a' * 64}").faults] == ["cut"]


# --- Damaged rows --------------------------------------------------------------------------------

DAMAGES = {
    "a moment that is none": ("at", "'hello'"),
    "text that is no UTF-8": ("action", "CAST(x'ff' AS TEXT)"),
    "patients that are no list": ("patients", "'7'"),
    "a hash that is none": ("sha256", "''"),
}


@pytest.mark.sqlite  # a PostgreSQL column holds nothing of another type
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.usefixtures("kept")
def test_a_damaged_row_is_named_and_the_rest_is_looked_at(alice: User, damage: str) -> None:
    write(alice, 6)
    without_triggers()
    column, value = DAMAGES[damage]
    change(f"UPDATE access_auditentry SET {column} = {value} WHERE sequence = 2")
    change("UPDATE access_auditentry SET object_id = 'other' WHERE sequence = 5")
    count, faults = heads.verify()
    assert count == 6
    assert {one.sequence for one in faults} >= {2, 5}
    assert Fault(5, "edited") in faults


@pytest.mark.sqlite  # a PostgreSQL column holds nothing of another type
@pytest.mark.usefixtures("kept")
def test_a_row_whose_number_is_none_is_named_by_its_key(alice: User) -> None:
    write(alice, 3)
    without_triggers()
    row = AuditEntry.objects.get(sequence=2).pk
    change("UPDATE access_auditentry SET sequence = 'abc' WHERE sequence = 2")
    count, faults = heads.verify()
    assert count == 3
    assert set(faults) == {Fault(2, "missing"), Fault(row, "unnumbered")}


# --- After a commit ------------------------------------------------------------------------------


def test_what_is_committed_is_no_error_where_the_file_of_the_head_is_full(
    transactional_db: None, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Head, *, begins: bool) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    audit.record(audit.FOUNDED, actor=alice, kind="site", object_id="b")
    monkeypatch.setattr(heads, "write_head", full)
    audit.record("read", actor=alice, kind="complaint", object_id="c")
    monkeypatch.undo()
    audit.record("read", actor=alice, kind="complaint", object_id="d")
    head = chain.end()
    assert head is not None
    assert heads.last_head() == head
    assert chain.verify(head) == (3, [])
