"""Loading an edition: file, line, what is wrong and what was expected; the cache; the hash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.loading import edition_hash, load_edition, load_folder
from tests.small_edition import TEXTS, small_edition


def refusal(name: str, text: str) -> str:
    with pytest.raises(InputError) as caught:
        small_edition({name: text})
    return str(caught.value)


@pytest.mark.parametrize(
    "name,text,message",
    [
        (
            "zones.yaml",
            "- id: knee\n  labell: x",
            "zones.yaml:2: Object contains unknown field `labell`",
        ),
        ("zones.yaml", "- id: knee", "zones.yaml:1: Object missing required field"),
        ("zones.yaml", "- {id: 3}", "zones.yaml:1: Expected `str`, got `int`"),
        ("zones.yaml", "id: knee", "zones.yaml:1: Expected `array`, got `object`"),
        (
            "red-flags/all.yaml",
            "- id: a\n  when: fever\n  effect: halts",
            "red-flags/all.yaml:3: Invalid enum value 'halts'",
        ),
        (
            "red-flags/all.yaml",
            "- id: a\n  when:\n    inr: {above: 3}",
            "red-flags/all.yaml:2: “above” is no operator",
        ),
        ("red-flags/all.yaml", "- id: a\n  when: [\n", "red-flags/all.yaml:3: this is not YAML"),
        ("drawings/a.yaml", "[]", "drawings/a.yaml: this file is no part of an edition"),
        (
            "therapies/needling/therapy.yaml",
            TEXTS["therapies/freezing/therapy.yaml"],
            "therapies/needling/therapy.yaml: the id must be the folder's name, “needling”",
        ),
        (
            "therapies/warming/therapy.yaml",
            TEXTS["therapies/freezing/therapy.yaml"].replace("freezing", "warming"),
            "therapies/warming/criteria.yaml: the therapy lacks criteria.yaml",
        ),
    ],
)
def test_errors_give_file_line_and_what_was_expected(name: str, text: str, message: str) -> None:
    assert message in refusal(name, text)


def test_therapies_stand_in_their_order() -> None:
    assert [therapy.id for therapy in small_edition().therapies] == ["needling", "freezing"]


def test_the_hash_is_of_names_and_contents_and_not_of_their_order() -> None:
    texts = {"a": "1", "b": "2"}
    assert edition_hash(texts) == edition_hash(dict(reversed(texts.items())))
    assert len({edition_hash(t) for t in (texts, {"a": "12", "b": ""}, {"a": "1", "c": "2"})}) == 3


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name, text in TEXTS.items():
        file = tmp_path / "knowledge" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path / "knowledge"


def load_anew(folder: Path) -> object:
    load_folder.cache_clear()
    return load_folder(folder)


def test_the_cache_gives_the_same_edition(folder: Path) -> None:
    first = load_anew(folder)
    assert len(list((folder.parent / "cache/dolenti").iterdir())) == 1
    assert load_anew(folder) == first == small_edition()


def test_a_damaged_cache_is_no_harm(folder: Path) -> None:
    first = load_anew(folder)
    (cached,) = (folder.parent / "cache/dolenti").iterdir()
    for damage in (b"", b"\xc1", b"\x81\xa1a\x01"):
        cached.write_bytes(damage)
        assert load_anew(folder) == first


def test_a_changed_file_is_a_new_edition(folder: Path) -> None:
    first = small_edition()
    (folder / "zones.yaml").write_text(TEXTS["zones.yaml"] + " # a word", "utf-8")
    changed = load_anew(folder)
    assert changed.zones == first.zones  # type: ignore[attr-defined]
    assert changed.sha256 != first.sha256  # type: ignore[attr-defined]


def test_a_folder_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder of knowledge"):
        load_anew(tmp_path / "nowhere")
    (tmp_path / "edition.yaml").write_bytes(b"version: \xff")
    with pytest.raises(InputError, match=r"edition\.yaml: byte 9 is not UTF-8"):
        load_anew(tmp_path)


def test_an_edition_needs_its_manifest() -> None:
    with pytest.raises(InputError, match=r"has no edition\.yaml"):
        load_edition({})


TOGETHER = """
import sys, threading
from dolenti.guideline.loading import load_folder
sys.setswitchinterval(1e-6)
line = threading.Barrier(8)
threads = [threading.Thread(target=lambda: (line.wait(), load_folder())) for _ in range(8)]
[one.start() for one in threads]
[one.join() for one in threads]
"""


def test_threads_that_load_the_knowledge_together_do_not_end_the_process() -> None:
    """What a site meets when its first requests come at once. In a process of its own."""
    done = [subprocess.run([sys.executable, "-c", TOGETHER], check=False) for _ in range(3)]
    assert [one.returncode for one in done] == [0, 0, 0]
