"""What a site keeps beside its database is in its backups, or somebody said why not."""

from __future__ import annotations

import ast
import importlib
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec
import pytest

from dolenti.diary.questionnaires import FOLDER
from dolenti.guideline.errors import InputError
from dolenti.medicines.store import LOADED
from dolenti.safekeeping import beside, manifest
from dolenti.safekeeping.databases import sqlite
from dolenti.safekeeping.operations import back_up, check_file, drill, restore
from dolenti.safekeeping.places import connected
from dolenti.safekeeping.steps import silent
from tests.web.archive.conftest import dolenti, rewritten

SOURCE = Path(beside.__file__).parents[1]
_FOLDERS = frozenset({"data", "DATA"})


def is_told(name: str) -> bool:
    return name in beside.CARRIED or any(fnmatchcase(name, kind) for kind in beside.NOT_CARRIED)


def named_in_the_data_folder() -> dict[str, str]:
    """Every name that the program gives to something in the data folder (``data / NAME``), and
    where it does. What begins a name that goes on (``f"demo.{day}"``) stands with a star."""
    found = {}
    for file in SOURCE.rglob("*.py"):
        text = file.read_text()
        if file == Path(beside.__file__) or not ("data /" in text or "DATA /" in text):
            continue  # ``beside`` names what the others put there
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)):
                continue
            left, right = node.left, node.right
            said = left.attr if isinstance(left, ast.Attribute) else getattr(left, "id", "")
            if said.lstrip("_") not in _FOLDERS:
                continue
            where = ".".join(("dolenti", *file.relative_to(SOURCE).with_suffix("").parts))
            found[_value(right, where)] = f"{where}:{node.lineno}"
    return found


def _value(node: ast.expr, module: str) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name):
        value = getattr(importlib.import_module(module), node.id, None)
        return value if isinstance(value, str) else "*"
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else _value(part.value, module)  # type: ignore[attr-defined]
            for part in node.values
        )
    return "*"


def test_whatever_the_program_puts_into_the_data_folder_is_carried_or_said_why_not() -> None:
    found = named_in_the_data_folder()
    assert len(found) > 8, "the names are found at all"
    strange = {name: where for name, where in found.items() if not is_told(name)}
    assert not strange


def test_what_is_carried_is_what_the_rooms_keep() -> None:
    assert set(beside.CARRIED) == {FOLDER, LOADED}


def test_the_folder_of_a_site_holds_nothing_that_nobody_knows(clinic: Path) -> None:
    assert beside.unknown(clinic) == []
    (clinic / "formulary").mkdir()
    assert beside.unknown(clinic) == ["formulary"]


@pytest.fixture
def kept(clinic: Path) -> Path:
    """A clinic with a questionnaire of its own and a newer base of medicines."""
    (clinic / FOLDER / "own").mkdir(parents=True)
    (clinic / FOLDER / "own" / "questionnaire.yaml").write_text("licence: held by the site\n")
    (clinic / LOADED).write_bytes(bytes(range(256)) * 999)
    return clinic


def saved(here: str, kept: Path) -> Path:
    file = kept.parent / "backup.zip"
    back_up(here, file, silent, data=kept)
    return file


def test_it_comes_back_and_what_stood_there_is_kept_aside(
    here: str, kept: Path, tmp_path: Path
) -> None:
    file = saved(here, kept)
    new = tmp_path / "new"
    (new / FOLDER / "other").mkdir(parents=True)
    (new / FOLDER / "other" / "questionnaire.yaml").write_text("another\n")
    with connected(sqlite(new / "dolenti.sqlite3")) as there:
        done = restore(there, file, silent, data=new)
    assert done.files == 2
    text = (new / FOLDER / "own" / "questionnaire.yaml").read_text()
    assert text == "licence: held by the site\n"
    assert (new / LOADED).read_bytes() == (kept / LOADED).read_bytes()
    (aside,) = done.files_aside
    assert (Path(aside) / "other" / "questionnaire.yaml").read_text() == "another\n"
    assert not (new / FOLDER / "other").exists()
    assert beside.unknown(new) == []


def test_what_is_the_same_is_left_as_it_is(here: str, kept: Path) -> None:
    file = saved(here, kept)
    before = (kept / LOADED).stat().st_ino
    with connected(sqlite(kept / "other.sqlite3")) as there:
        done = restore(there, file, silent, data=kept)
    assert done.files_aside == ()
    assert (kept / LOADED).stat().st_ino == before


@pytest.mark.parametrize("change", ["changed", "gone", "elsewhere"])
def test_a_file_that_is_not_what_it_was_stops_check_drill_and_restore_before_anything(
    here: str, kept: Path, tmp_path: Path, change: str
) -> None:
    file = saved(here, kept)
    name = f"beside/{FOLDER}/own/questionnaire.yaml"

    def other(entry: str, content: bytes) -> bytes | None:
        if change == "elsewhere" and entry == "manifest.json":
            said = msgspec.json.decode(content, type=manifest.Manifest)
            files = (msgspec.structs.replace(said.files[0], name="../secret-key"),)
            return manifest.sealed(msgspec.structs.replace(said, files=files))
        if entry == name and change != "elsewhere":
            return None if change == "gone" else b"licence: somebody else\n"
        return content

    broken = rewritten(file, other)
    new = tmp_path / "new"
    with pytest.raises(InputError, match="damaged"):
        check_file(broken, silent)
    with pytest.raises(InputError, match="damaged"):
        drill(broken, sqlite(tmp_path / "drill.sqlite3"), tmp_path, silent)
    with (
        connected(sqlite(new / "dolenti.sqlite3")) as there,
        pytest.raises(InputError, match="damaged"),
    ):
        restore(there, broken, silent, data=new)
    assert not (new / "dolenti.sqlite3").exists()
    assert list(new.iterdir()) == []
    assert not (tmp_path / "secret-key").exists()


def test_a_backup_of_before_is_still_read(here: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    back_up(here, file, silent)

    def older(entry: str, content: bytes) -> bytes:
        if entry != "manifest.json":
            return content
        said = msgspec.json.decode(content, type=manifest.Manifest)
        old = msgspec.to_builtins(msgspec.structs.replace(said, format=1, sha256=""))
        del old["files"]
        sha256 = manifest.hashlib.sha256(msgspec.json.encode(old)).hexdigest()
        return msgspec.json.encode({**old, "sha256": sha256})

    first = rewritten(file, older)
    assert check_file(first, silent).files == ()


def test_the_commands_carry_it_and_say_what_is_left_out(kept: Path, tmp_path: Path) -> None:
    (kept / "letterheads").mkdir()
    out = tmp_path / "all.zip"
    made = dolenti(kept, "backup", "--out", str(out), "--drill", "--json")
    assert made.returncode == 0, made.stderr
    told = msgspec.json.decode(made.stdout)
    assert told["left_out"] == ["letterheads"]
    assert told["files"] == [f"{FOLDER}/own/questionnaire.yaml", LOADED]
    assert told["drilled"]["files"] == 2
    with zipfile.ZipFile(out) as zipped:
        assert f"beside/{LOADED}" in zipped.namelist()
    new = tmp_path / "new"
    back = dolenti(new, "restore", str(out))
    assert back.returncode == 0, back.stderr
    assert (new / FOLDER / "own" / "questionnaire.yaml").is_file()
