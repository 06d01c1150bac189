"""What a command could not be asked, and what is a fault of ours, for machines and for people.

A wrong option is a refusal like any other: JSON for whoever asked for JSON. A fault of ours ends
with an exit code of its own, a sentence, and a file for the report. The file holds the places in
the program and the kinds of the errors; never their texts, which may hold what a record says.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, Final

from dolenti.terminal.asked_wrongly import refusal
from dolenti.terminal.commands.common import refusal_as_json, said_language, write_json

FAULT: Final = 70
"""The exit code of a fault of ours (EX_SOFTWARE), and of nothing else."""
_JSON: Final = frozenset({"--json", "--jsonl", "--format=json"})


@contextmanager
def usage(arguments: Sequence[str]) -> Iterator[None]:
    """Say what was wrong with the options of a command that is not standalone, as any other
    refusal is said: on the error output, in the language asked for, with exit code 2; as JSON where
    JSON was asked for."""
    try:
        yield
    except Exception as error:
        if type(error).__name__ == "Abort":  # somebody had enough
            sys.exit(1)
        if not hasattr(error, "format_message"):
            raise
        if type(error).__name__ == "NoArgsIsHelpError" and not _wants_json(arguments):
            sys.exit(2)  # the help was the answer
        said = refusal(error)
        if _wants_json(arguments):
            write_json({"error": refusal_as_json(said)}, sys.stderr)
        else:
            sys.stderr.write(f"dolenti: {said.in_language(said_language())}\n")
        sys.exit(2)


def with_json(command: Any, arguments: Sequence[str]) -> list[str]:
    """The arguments with ``--json`` for ``--format json``, which says the same wherever a command
    has no ``--format`` of its own."""
    found = command
    for one in arguments:
        found = getattr(found, "commands", {}).get(one, found)
    if any("--format" in param.opts for param in found.params):
        return list(arguments)
    written: list[str] = []
    waiting = iter(arguments)
    for one in waiting:
        if one == "--":
            return [*written, one, *waiting]
        if one == "--format=json":
            written.append("--json")
        elif written[-1:] == ["--format"] and one == "json":
            written[-1] = "--json"
        else:
            written.append(one)
    return written


def _wants_json(arguments: Sequence[str]) -> bool:
    return not _JSON.isdisjoint(arguments) or ("--format", "json") in pairwise(arguments)


@contextmanager
def ours() -> Iterator[None]:
    """A fault of ours is one sentence with where its report lies. With ``DOLENTI_DEBUG=1`` it is
    the whole of it."""
    try:
        yield
    except Exception as error:
        if os.environ.get("DOLENTI_DEBUG") == "1":
            raise
        sys.stderr.write(_sentence(_written(error)))
        sys.exit(FAULT)


def _written(error: BaseException) -> str:
    """The file of a report; empty where none can be written."""
    from dolenti import __version__

    lines = [f"dolenti {__version__}, python {sys.version.split()[0]}"]
    seen: BaseException | None = error
    while seen is not None:
        kind = type(seen)
        lines.append(f"{kind.__module__}.{kind.__qualname__}")
        frames = traceback.extract_tb(seen.__traceback__)
        lines += [f"  {one.filename}:{one.lineno} {one.name}" for one in frames]
        seen = seen.__cause__ or seen.__context__
    try:
        # The system's own: the folder of a site is no place for what goes into a report.
        with tempfile.NamedTemporaryFile(
            "w", prefix="dolenti-fault-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write("\n".join(lines) + "\n")
    except OSError:
        return ""
    return file.name


def _sentence(file: str) -> str:
    if said_language() == "en":
        where = f"; send this file with what you did: {file}" if file else ""
        return f"dolenti: a fault of the program; nothing more was done{where}\n"
    where = (
        f"\u00a0; envoyez ce fichier en disant ce que vous faisiez\u00a0: {file}" if file else ""
    )
    return f"dolenti: une erreur du programme\u00a0; rien de plus n’a été fait{where}\n"


__all__ = ["FAULT", "ours", "usage"]
