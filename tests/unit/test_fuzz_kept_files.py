"""The readers of what an operator hands in (a backup, a sealed one, meanings, a folder of
knowledge, a list of leaked passwords), given their examples changed at random: each answers, or
refuses by one sentence. ``make fuzz`` tries fifty times as many changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import django
import pyrage
import pytest

django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402 - the site is set up first

from dolenti.access import leaked  # noqa: E402
from dolenti.guideline.loading import load_folder  # noqa: E402
from dolenti.safekeeping import keys, sealing  # noqa: E402
from dolenti.safekeeping.file import Backup, BackupWriter  # noqa: E402
from dolenti.safekeeping.manifest import FORMAT, Manifest  # noqa: E402
from dolenti.safekeeping.tables import Table  # noqa: E402
from dolenti.terminal.inputs import read_meanings  # noqa: E402
from tests.nasty import LARGE, answers, mutations  # noqa: E402
from tests.small_edition import TEXTS  # noqa: E402
from tests.spec.strategies import EDITION  # noqa: E402

CHANGES: Final = 400 if LARGE else 8
TABLE: Final = Table("contenttypes.ContentType", ContentType)
KEY: Final = pyrage.x25519.Identity.generate()
FACTS: Final = next(name for name in TEXTS if "fact" in name)
MEANINGS: Final = "PREVISCAN 20 mg: [anticoagulant=vka]\nNothing: []\n"


def backup(folder: Path) -> bytes:
    photo = folder / "photo"
    photo.write_bytes(b"\xff\xd8" + b"p" * 300)
    file = folder / "whole.zip"
    with BackupWriter(file) as writer:
        writer.table(TABLE, [b'[1,"a","b"]', b'[2,"c","d"]'])
        writer.file("photos/1", photo)
        writer.secret_key("k" * 60)
        writer.finish(
            Manifest(
                "dolenti", FORMAT, "0", "2026-01-01T00:00:00Z", "", True, (), writer.tables,
                "", f"1 {'0' * 64}", writer.files,
            )
        )  # fmt: skip
    return file.read_bytes()


def read_backup(file: Path) -> None:
    with Backup(file) as found:
        found.check_tables([TABLE])
        for _ in found.lines(TABLE):
            pass
        for said in found.manifest.files:
            for _ in found.file(said):
                pass
        found.secret_key()


def sealed(folder: Path) -> bytes:
    return bytes(pyrage.encrypt(backup(folder), [KEY.to_public()]))


def read_sealed(file: Path) -> None:
    with sealing.unsealed(file, [KEY], file.parent) as plain:
        read_backup(plain)


def passwords(_: Path) -> bytes:
    made = (hashlib.sha1(word, usedforsecurity=False) for word in (b"azerty", b"123456", b"soleil"))
    return "".join(f"{one.hexdigest().upper()}:7\n" for one in made).encode()


def read_passwords(file: Path) -> None:
    if leaked.is_list(file):
        leaked.holds(file, "azerty")


def read_key(file: Path) -> None:
    keys.identities(file)


def knowledge(_: Path) -> bytes:
    return TEXTS[FACTS].encode()


def read_knowledge(file: Path) -> None:
    """A folder of it, one file of which was changed."""
    folder = file.parent / "knowledge"
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (folder / FACTS).write_bytes(file.read_bytes())
    load_folder(folder)


READERS: dict[str, tuple[Callable[[Path], bytes], Callable[[Path], Any]]] = {
    "backup": (backup, read_backup),
    "sealed backup": (sealed, read_sealed),
    "private key": (lambda _: f"# made today\n{KEY}\n".encode(), read_key),
    "knowledge": (knowledge, read_knowledge),
    "meanings": (lambda _: MEANINGS.encode(), lambda file: read_meanings(str(file), EDITION)),
    "leaked passwords": (passwords, read_passwords),
}


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_changed_file_is_read_or_refused(name: str, tmp_path: Path) -> None:
    make, read = READERS[name]
    seed, file = make(tmp_path), tmp_path / "changed.yaml"
    file.write_bytes(seed)
    read(file)

    def changed(data: bytes) -> None:
        file.write_bytes(data)
        read(file)

    for data in mutations(seed, CHANGES, name):
        answers(changed, data)
        assert not list(tmp_path.glob(".unsealed-*"))
