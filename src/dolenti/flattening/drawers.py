"""Resources laid out by patient, in files on the disk: however many there are, one drawer is held.

A patient's name says the drawer. One that is too large to be held is laid out again into drawers of
its own, so that memory does not grow with the number of patients; a single patient is held whole.
(DuckDB's sort, which stood here, gives up where there is some seven times more than its memory.)
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, Self, TypeVar

import msgspec

_One = TypeVar("_One")

_DRAWERS: Final = 64
_DEEPEST: Final = 4
"""A name is 32 bits: so often it can be laid out by six of them."""
MOST: Final = 48 * 1024 * 1024
"""Octets of a drawer that are held at once."""


class Kept(NamedTuple):
    """A resource as it was written, and the names of what it refers to."""

    needs: list[str]
    text: bytes


class Drawers:
    """Files of a folder, by patient. ``most`` octets at once are held of them."""

    def __init__(self, folder: Path, depth: int = 0, most: int = MOST) -> None:
        self._files = [folder / f"{depth}-{number}" for number in range(_DRAWERS)]
        self._folder, self._depth, self._most = folder, depth, most
        self._open = ExitStack()
        self._out: list[BinaryIO] = []

    def __enter__(self) -> Self:
        self._out = [self._open.enter_context(file.open("wb")) for file in self._files]
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def put(self, patient: str, kept: Kept) -> None:
        """Lay a resource to those of its patient."""
        bits = zlib.crc32(patient.encode("utf-8", "surrogatepass")) >> (6 * self._depth)
        write(self._out[bits % _DRAWERS], (patient, kept.needs), kept.text)

    def emptied(self) -> Iterator[dict[str, list[Kept]]]:
        """The patients of one drawer after the other, each with all that was put, in its order."""
        self._open.close()
        for file in self._files:
            if file.stat().st_size > self._most and self._depth < _DEEPEST:
                with Drawers(self._folder, self._depth + 1, self._most) as again:
                    with file.open("rb") as full:
                        for (patient, needs), text in read(full):
                            again.put(patient, Kept(needs, text))
                    file.unlink()
                    yield from again.emptied()
                continue
            people: dict[str, list[Kept]] = {}
            with file.open("rb") as one:
                for (patient, needs), text in read(one):
                    people.setdefault(patient, []).append(Kept(needs, text))
            file.unlink()
            if people:
                yield people


def write(file: BinaryIO, head: tuple[Any, ...], text: bytes) -> None:
    """Two lines: what is known of a resource, and the resource."""
    file.write(msgspec.json.encode(head) + b"\n" + text + b"\n")


def read(file: BinaryIO) -> Iterator[tuple[list[Any], bytes]]:
    """What ``write`` wrote."""
    for head in file:
        yield msgspec.json.decode(head), next(file).removesuffix(b"\n")


def batched(items: Iterable[_One], size: int) -> Iterator[list[_One]]:
    """Lists of so many of them; the last is shorter."""
    going = iter(items)
    while some := list(islice(going, size)):
        yield some
