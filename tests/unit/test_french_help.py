"""Every command and option has its help, in English and in French."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from dolenti.cli import app
from dolenti.terminal.french_help import TEXTS, french


def helps(command: Any, path: str = "dolenti") -> Iterator[tuple[str, str | None]]:
    yield path, command.help
    for param in command.params:
        yield f"{path} {param.opts[0]}", getattr(param, "help", None)
    for name, one in getattr(command, "commands", {}).items():
        yield from helps(one, f"{path} {name}")


SAID = dict(helps(typer.main.get_command(app)))


@pytest.mark.parametrize("place", SAID)
def test_each_has_help_and_it_is_there_in_french(place: str) -> None:
    assert SAID[place]
    assert SAID[place] in TEXTS, f"{place} has no French help: {SAID[place]!r}"


def test_no_french_is_left_of_what_is_gone() -> None:
    assert set(TEXTS) - set(SAID.values()) == {"Show this message and exit."}


def test_the_french_is_set_as_french_is() -> None:
    for text in TEXTS:
        said = french(text) or ""
        assert not re.search(r" [;:?!»]|« |[^ \u00a0/`][;?!»]|\w:(?= )", said.replace(
            "élément:", "")), said  # fmt: skip
        assert said.endswith((".", "».", "…")), said


def shown(*words: str, by: str = "--help", **said: str) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "DOLENTI_"))}
    done = subprocess.run(
        [sys.executable, "-m", "dolenti.cli", *words, by],
        env={**kept, "PYTHONIOENCODING": "utf-8", "TERM": "dumb", "COLUMNS": "120", **said},
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("words", [(), ("assess",), ("population", "flatten")])
def test_help_has_a_short_name_in_both_languages(words: tuple[str, ...], language: str) -> None:
    long, short = (shown(*words, by=by, DOLENTI_LANG=language) for by in ("--help", "-h"))
    assert short == long
    assert "-h" in long.split()


@pytest.mark.parametrize(
    "said,is_french",
    [
        ({"DOLENTI_LANG": "fr"}, True),
        ({"DOLENTI_LANG": "en", "LANG": "fr_FR.UTF-8"}, False),
        ({"LANG": "fr_FR.UTF-8"}, True),
        ({"LC_ALL": "fr_CA.UTF-8", "LANG": "en_GB.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "C.UTF-8"}, True),
        ({}, True),
    ],
)
def test_the_language_of_the_help_is_that_of_whoever_asks(
    said: dict[str, str], is_french: bool
) -> None:
    told = shown("population", "flatten", **said)
    assert ("Le fichier Parquet à écrire." in told) is is_french
    assert ("[obligatoire]" in told) is is_french
    assert ("Afficher cette aide." in told) is is_french
    assert ("The parquet file to write." in told) is not is_french
