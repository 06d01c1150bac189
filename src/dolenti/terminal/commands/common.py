"""What the commands share: their options, how they answer, and how they refuse."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from dolenti.config.place import Place
    from dolenti.guideline.errors import InputError
    from dolenti.guideline.knowledge import Edition

File = Annotated[str, typer.Argument(help="A file, or - for the standard input.")]
Lang = Annotated[str, typer.Option("--lang", envvar="DOLENTI_LANG", help="fr or en.")]
AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON, as documented in docs/json.md.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="Day of the assessment; today if absent.")
]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", help="A clinic's choice, as NAME=OPTION. Repeatable."),
]


def said_language() -> str:
    """The language of commands without ``--lang``: ``DOLENTI_LANG``, else French."""
    return "en" if os.environ.get("DOLENTI_LANG") == "en" else "fr"


@contextmanager
def answering(lang: str = "fr") -> Iterator[None]:
    """Bad input is exit code 2 and one sentence on the error output."""
    from dolenti.guideline.errors import InputError

    try:
        yield
    except InputError as error:
        _refuse(error, lang)
    except BrokenPipeError:  # the reader of our output has had enough
        raise typer.Exit(0) from None
    except Exception as error:
        from dolenti.terminal.troubles import said

        refusal = said(error)
        if refusal is None:
            raise  # a fault of ours: whoever mends it needs the whole of it
        _refuse(refusal, lang)


def _refuse(error: InputError, lang: str) -> NoReturn:
    # A language that nobody knows is refused in French.
    sys.stderr.write(f"dolenti: {error.in_language('en' if lang == 'en' else 'fr')}\n")
    raise typer.Exit(2) from None


@contextmanager
def population_engines() -> Iterator[None]:
    """What judges whole populations is installed by those who do; a clinic does without."""
    from dolenti.guideline.errors import InputError

    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        extra = "spark" if missing == "pyspark" else "population"
        if missing not in ("ibis", "duckdb", "pyarrow", "pandas", "numpy", "pyspark"):
            raise
        raise InputError(
            f"“{missing}” is not installed; populations need it: pip install dolenti[{extra}]",
            fr=f"«\u00a0{missing}\u00a0» n’est pas installé\u00a0; les populations entières en ont "
            f"besoin\u00a0: pip install dolenti[{extra}]",
        ) from None


def language_of(lang: str) -> str:
    """The language asked for. Raises ``InputError`` for one that nobody knows."""
    from dolenti.guideline.errors import InputError

    if lang not in ("fr", "en"):
        raise InputError(
            f"“{lang}” is not a language of this program; write fr or en",
            "--lang",
            fr=f"«\u00a0{lang}\u00a0» n’est pas une langue de ce programme\u00a0; écrivez fr ou en",
        )
    return lang


def day_of(text: str | None, option: str = "--as-of") -> date:
    """The day in an option, today without one. Raises ``InputError``."""
    from dolenti.guideline.dates import read_near_date
    from dolenti.guideline.errors import InputError

    if text is None:
        return date.today()
    try:
        return read_near_date(text)
    except InputError as error:
        raise error.under(option) from None


def chosen(pairs: list[str] | None) -> dict[str, str]:
    """Policies and their options, from NAME=OPTION. Raises ``InputError``."""
    from dolenti.guideline.errors import InputError

    for pair in pairs or []:
        if "=" not in pair:
            raise InputError(
                f"“{pair}” is not NAME=OPTION",
                "--policy",
                fr=f"«\u00a0{pair}\u00a0» n’est pas de la forme NOM=OPTION",
            )
    return dict(pair.split("=", 1) for pair in pairs or [])


def edition_here() -> Edition:
    """The knowledge that came with the program."""
    from dolenti.guideline.loading import load_folder

    return load_folder()


def console() -> Console:
    """The standard output, for people."""
    from rich.console import Console

    return Console(highlight=False)


def write_json(content: Any) -> None:
    """The answer, for machines."""
    import msgspec

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(content), indent=2).decode() + "\n")


def say_site(place: Place, language: str = "fr", out: TextIO | None = None) -> None:
    """Which site a command works on, on the error output: the answer stays for machines."""
    word = "Site: " if language == "en" else "Site\u00a0: "
    (out or sys.stderr).write(f"{word}{place}\n")


def enter_site(language: str = "fr", out: TextIO | None = None) -> None:
    """Make ready to work on the site that stands here, and say which it is. Raises ``InputError``
    where none does, and makes nothing."""
    from dolenti.config import place

    there = place.insist()
    place.insist_on_tables(there)
    say_site(there, language, out)
