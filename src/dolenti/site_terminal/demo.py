"""The demo at the terminal: how far its making is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

_INVENTING: Final = {"fr": "Invention des patients", "en": "Inventing patients"}


@contextmanager
def with_progress(language: str) -> Iterator[Callable[[float], None]]:
    """A bar on the error output, with the time left; nothing where no person watches it."""
    console = Console(stderr=True)
    columns = (
        TextColumn(_INVENTING[language]),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_interactive
    ) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda part: bar.update(task, completed=part)
