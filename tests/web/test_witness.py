"""The end of the trail is kept in two places: either shows a cut, and a lost one is an alarm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import checks
from typer.testing import CliRunner

from dolenti.access import audit, chain, heads
from dolenti.access.chain import Fault, Head
from dolenti.access.models import AuditEntry, User
from dolenti.clinic.site import checklist
from dolenti.config.checks import the_witness_is_a_second_one
from dolenti.guideline.errors import InputError
from dolenti.safekeeping import site as safekeeping
from dolenti.safekeeping.file import BackupWriter
from dolenti.safekeeping.manifest import FORMAT, Manifest
from dolenti.site_terminal import audit as terminal
from dolenti.terminal.commands import keeping
from tests.web.tampering import change, without_triggers

pytestmark = pytest.mark.each


@pytest.fixture
def kept(tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any) -> Iterator[Any]:
    """A data folder and a second place, where each line is followed by its head."""
    settings.DATA, other = tmp_path / "data", tmp_path / "elsewhere"
    for folder in (settings.DATA, other):
        folder.mkdir()
    settings.WITNESS = other / "dolenti-end"
    with django_capture_on_commit_callbacks(execute=False):
        yield SimpleNamespace(first=settings.DATA / "audit-head", second=settings.WITNESS)


def write(alice: User, count: int = 1) -> None:
    for _ in range(count):
        audit.record("read", actor=alice, kind="complaint", object_id="c")
        head = chain.end()
        assert head is not None
        heads.write_head(head, begins=head.sequence == 1)


def cut(count: int) -> None:
    without_triggers()
    last = AuditEntry.objects.order_by("-sequence")[0].sequence
    change("DELETE FROM access_auditentry WHERE sequence > %s", last - count)


def test_both_follow_the_chain(alice: User, kept: Any) -> None:
    write(alice, 3)
    assert kept.first.read_text() == kept.second.read_text() == f"{chain.end()}\n"
    assert kept.second.stat().st_mode & 0o777 == 0o600
    assert heads.verify() == (3, [])
    heads.write_head(Head(1, AuditEntry.objects.get(sequence=1).sha256))  # none goes back
    assert kept.first.read_text() == kept.second.read_text() == f"{chain.end()}\n"


@pytest.mark.parametrize("fooled", ["first", "second"])
def test_either_place_shows_a_cut_by_itself(alice: User, kept: Any, fooled: str) -> None:
    """Whoever cuts the trail and makes one of the two agree is shown by the other."""
    write(alice, 5)
    cut(3)
    getattr(kept, fooled).write_text(f"{chain.end()}\n")
    assert heads.verify() == (2, [Fault(5, "cut")])
    write(alice, 20)
    assert heads.verify()[1] == [Fault(5, "head-broken")]
    assert len(heads.witnesses_of_a_cut()) == 1


def test_a_cut_is_told_once_and_stays_in_both(alice: User, kept: Any) -> None:
    """No file of the program's own making has to be kept for it: neither witness ever shrinks."""
    write(alice, 5)
    before = kept.first.read_text()
    cut(3)
    assert heads.verify() == (2, [Fault(5, "cut")])
    terminal.verify(None)
    write(alice, 9)
    assert heads.broken_files() == []
    for place in (kept.first, kept.second):
        assert place.read_text() == f"{before}{chain.end()}\n"
    kept.first.unlink()
    assert heads.verify()[1] == [Fault(5, "head-broken"), Fault(12, "head-missing")]


@pytest.mark.parametrize(
    "place, text, what",
    [
        ("first", None, "head-missing"),
        ("first", "x", "head-unreadable"),
        ("second", None, "witness-missing"),
        ("second", "x", "witness-unreadable"),
    ],
)
def test_a_lost_witness_is_a_fault_that_no_writing_heals(
    alice: User, kept: Any, place: str, text: str | None, what: str
) -> None:
    write(alice, 2)
    file: Path = getattr(kept, place)
    file.unlink() if text is None else file.write_text(text)
    assert heads.verify() == (2, [Fault(2, what)])
    verified = terminal.verify(None)
    assert verified.is_lost
    write(alice, 3)
    assert heads.verify()[1], "healed by what was to be witnessed"
    assert heads.broken_files() == []
    assert terminal.keep_end() is not None
    assert heads.verify()[1] == []
    assert kept.first.read_text() == kept.second.read_text()


def test_a_cut_beside_a_lost_witness_is_a_cut(alice: User, kept: Any) -> None:
    write(alice, 5)
    cut(2)
    kept.first.unlink()
    verified = terminal.verify(None)
    assert not verified.is_lost
    assert {one.what for one in verified.faults} == {"cut", "head-missing"}


@pytest.mark.parametrize(
    "broken, code", [(None, 0), ("lost", keeping.WITNESS_LOST), ("cut", keeping.TAMPERED)]
)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_lost_witness_ends_with_a_code_of_its_own(
    alice: User,
    kept: Any,
    monkeypatch: pytest.MonkeyPatch,
    broken: str | None,
    code: int,
    lang: str,
) -> None:
    write(alice, 4)
    if broken == "lost":
        kept.second.unlink()
    elif broken == "cut":
        cut(2)
    monkeypatch.setattr(keeping, "enter_site", lambda language: None)
    answer = CliRunner().invoke(keeping.audit_app, ["verify", "--lang", lang])
    assert answer.exit_code == code, answer.output
    assert (keeping.WITNESS_LOST, keeping.TAMPERED) == (4, 3)
    if broken == "lost":
        assert str(kept.second) in answer.output.replace("\n", "")


def test_a_place_that_cannot_be_written_keeps_it_from_no_other(
    alice: User, kept: Any, settings: Any, tmp_path: Path
) -> None:
    write(alice)
    settings.WITNESS = tmp_path  # a folder
    with pytest.raises(OSError, match="directory"):
        write(alice)
    assert heads.last_head() == chain.end()


@pytest.mark.parametrize("how", ["itself", "a link", "by its other name"])
@pytest.mark.usefixtures("kept")
def test_the_first_place_is_no_second_one(
    alice: User, settings: Any, tmp_path: Path, how: str
) -> None:
    write(alice)
    first = heads.head_file()
    other = tmp_path / "other"
    if how == "a link":
        other.symlink_to(first)
    elif how == "by its other name":
        other.hardlink_to(first)
    settings.WITNESS = first if how == "itself" else other
    with pytest.raises(InputError, match="already"):
        heads.witness_file()
    (found,) = the_witness_is_a_second_one()
    assert found.level == checks.CRITICAL


def test_a_restore_puts_both_aside(alice: User, kept: Any) -> None:
    write(alice)
    heads.set_aside("before_now")
    for place in (kept.first, kept.second):
        assert not place.exists()
        assert place.with_name(f"{place.name}.before_now").exists()


@pytest.mark.usefixtures("kept")
def test_the_checklist_asks_for_a_verification_and_a_second_place(
    alice: User, nina: User, settings: Any
) -> None:
    def point() -> checklist.Point:
        return checklist._trail(checklist.Looked.at(nina))

    write(alice)
    assert (point().done, point().command) == (False, "dolenti audit verify")
    terminal.verify(None)
    assert point().done
    settings.WITNESS = None
    assert (point().done, point().command) == (False, "DOLENTI_WITNESS")


@pytest.fixture
def nina(alice: User) -> User:
    from tests.web.world import administrator

    return administrator(alice.site, "Nina")


def test_the_timer_that_is_shipped_verifies() -> None:
    folder = Path(__file__).parents[2] / "deploy/systemd"
    service = (folder / "dolenti-verify.service").read_text()
    assert "ExecStart=/opt/dolenti/bin/dolenti audit verify\n" in service
    assert "OnCalendar=*-*-* 03:30" in (folder / "dolenti-verify.timer").read_text()


# --- A backup, as a third one --------------------------------------------------------------------


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("then, held", [("grown", True), ("cut", False), ("replaced", False)])
def test_a_backup_tells_of_a_trail_that_was_cut_since(
    alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str, held: bool
) -> None:
    write(alice, 5)
    end = str(chain.end())
    file = tmp_path / "b.zip"
    with BackupWriter(file) as writer:
        writer.finish(
            Manifest("dolenti", FORMAT, "0", "2026-01-01T00:00:00Z", "", False, (), (), "", end)
        )
    monkeypatch.setattr(safekeeping, "_stands", lambda: True)
    if then == "grown":
        write(alice, 2)
    else:
        cut(1)
    if then == "replaced":
        write(alice, 3)
    assert safekeeping._trail_holds(file) is held
