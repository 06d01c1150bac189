"""The base delivered, a newer one loaded, and which of them counts."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import msgspec
import pytest

from dolenti.guideline.errors import InputError
from dolenti.medicines.base import Base, base_of, from_bytes, to_bytes
from dolenti.medicines.store import DELIVERED, LOADED, bases, delivered, keep
from dolenti.medicines.values import Provenance


def of_day(day: date, *, share: float = 1.0) -> Base:
    ours = delivered()
    kept = [ours.speciality(cis) for cis in ours.codes[: int(len(ours) * share)]]
    return base_of(Provenance(day, day, day, "test"), kept)


def test_the_delivered_base_is_whole_and_says_its_days() -> None:
    base = delivered()
    assert len(base) == 15_848
    assert base.provenance.specialities == date(2026, 7, 7)
    assert base.provenance.packs == date(2026, 7, 24)
    assert base.provenance.compositions == date(2023, 11, 18)
    assert sum(len(one.packs) for one in base) == 20_871
    known = [one.substances_from for one in base]
    assert (known.count("composition"), known.count("generic-group"), known.count("nothing")) == (
        14_473, 704, 671,
    )  # fmt: skip


def test_the_delivered_file_is_small_and_is_what_our_own_code_writes() -> None:
    written = DELIVERED.read_bytes()
    assert len(written) < 2_000_000
    assert to_bytes(base_of(delivered().provenance, delivered())) == to_bytes(delivered())
    assert from_bytes(to_bytes(delivered()), "again").codes == delivered().codes


def test_a_newer_base_is_preferred_and_both_days_are_known(tmp_path: Path) -> None:
    assert bases(tmp_path).in_force is delivered()
    keep(of_day(date(2026, 10, 1)), tmp_path)
    mode = (tmp_path / LOADED).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600, "what lies in the data folder is its owner's"
    now = bases(tmp_path)
    assert now.in_force.provenance.specialities == date(2026, 10, 1)
    assert now.delivered.provenance.specialities == date(2026, 7, 7)


def test_a_base_delivered_later_is_preferred_to_one_loaded_before(tmp_path: Path) -> None:
    (tmp_path / LOADED).write_bytes(to_bytes(of_day(date(2026, 1, 1))))
    assert bases(tmp_path).in_force is delivered()


def test_an_older_base_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="older"):
        keep(of_day(date(2025, 1, 1)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_base_that_lost_a_fifth_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    keep(of_day(date(2026, 10, 1)), tmp_path)
    before = (tmp_path / LOADED).read_bytes()
    with pytest.raises(InputError, match="cut short"):
        keep(of_day(date(2026, 11, 1), share=0.79), tmp_path)
    assert (tmp_path / LOADED).read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [LOADED]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-100],
        lambda data: b"",
        lambda data: b"not gzip",
        lambda data: data[:2000] + bytes(100) + data[2100:],
    ],
)
def test_a_damaged_base_says_what_to_do(tmp_path: Path, spoil: object) -> None:
    assert callable(spoil)
    (tmp_path / LOADED).write_bytes(spoil(DELIVERED.read_bytes()))
    with pytest.raises(InputError, match="dolenti medicines update"):
        bases(tmp_path)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        keep(of_day(date(2026, 10, 1)), tmp_path / "file")


def test_values_are_plain_enough_for_json() -> None:
    one = delivered().speciality("65061047")
    assert msgspec.json.decode(msgspec.json.encode(one))["cis"] == "65061047"
