"""The JSON Schemas of what is told of a site: backups, restorations, keys, the trail, changes."""

from __future__ import annotations

from typing import Annotated

import msgspec

from dolenti.guideline.judge import Status
from dolenti.terminal.schemas_judged import EditionUsed

Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Head = Annotated[str, msgspec.Meta(pattern="^[0-9]+ [0-9a-f]{64}$")]


class SavedTable(msgspec.Struct):
    """A table in a backup, and the hash of its rows."""

    table: str
    rows: int
    sha256: Hash


class Proof(msgspec.Struct):
    """A table on both sides."""

    table: str
    rows: int
    sha256: Hash
    rows_there: int
    sha256_there: Hash
    equal: bool


class Restoration(msgspec.Struct):
    """The answer of ``dolenti restore --json`` and of ``dolenti move --json``.

    `aside` and `files_aside` are where what stood there is kept. `trail_held` is null where no
    end of the trail could be compared, `photos_opened` where none was there, the three `sealed_…`
    where nothing was tried with the site's secret key: of `apps`, `photos` and `links` those that
    opened, those of which there is none, and those that stay shut.
    """

    rows: int
    equal: bool
    aside: str | None
    trail_held: bool | None
    photos_opened: bool | None
    sealed_opened: list[str] | None
    sealed_none: list[str] | None
    sealed_shut: list[str] | None
    files: int
    files_aside: list[str]
    tables: list[Proof]


class Saved(msgspec.Struct):
    """The answer of ``dolenti backup --json``; `left_out` is what of the data folder is not in."""

    file: str
    made_at: str
    version: str
    database: str
    secret_key: bool
    sealed: bool
    copy: str | None
    drilled: Restoration | None
    rows: int
    tables: list[SavedTable]
    files: list[str]
    left_out: list[str]
    sha256: Hash


class KeyPair(msgspec.Struct):
    """The answer of ``dolenti backup --new-key FILE --json``: the public key, and that file."""

    public: Annotated[str, msgspec.Meta(pattern="^age1[0-9a-z]+$")]
    private: str


class KeyChange(msgspec.Struct, rename="kebab"):
    """The answer of ``dolenti key change --json``: how many were sealed anew."""

    second_steps: int
    photos: int


class Fault(msgspec.Struct):
    """A fault of the trail: the line, where it is of one, and what is wrong."""

    line: int | None
    what: str


class Trail(msgspec.Struct):
    """The answer of ``dolenti audit verify --json``: the end that was known, and that there is."""

    lines: int
    faults: list[Fault]
    known: Head | None
    end: Head | None


class Change(msgspec.Struct):
    """A verdict that the edition in force changes; `now` is null where the therapy is gone."""

    assessment: str
    patient: str
    therapy: str
    was: Status
    now: Status | None


class Changes(msgspec.Struct):
    """The answer of ``dolenti knowledge changes --json``."""

    edition: EditionUsed
    changes: list[Change]
    complaints: int
