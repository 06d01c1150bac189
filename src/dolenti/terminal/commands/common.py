"""What the commands share: their options, how they answer, and how they refuse."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TextIO

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from dolenti.config.place import Place
    from dolenti.guideline.errors import InputError
    from dolenti.guideline.knowledge import Edition

Files = Annotated[list[str], typer.Argument(help="Files, or - for the standard input.")]
Lang = Annotated[str, typer.Option("--lang", envvar="DOLENTI_LANG", help="fr or en.")]
AsJson = Annotated[
    bool,
    typer.Option(
        "--json", help="Plain JSON, as documented in docs/json.md; --format json says the same."
    ),
]
AsLines = Annotated[
    bool, typer.Option("--jsonl", help="JSON lines: one answer, or one refusal, for each line.")
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="Day of the assessment; today if absent.")
]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", help="A clinic's choice, as NAME=OPTION. Repeatable."),
]


def said_language() -> str:
    """The language of help, refusals and answers without ``--lang``: ``DOLENTI_LANG``, else that of
    the locale where it is English or French, else French."""
    names = ("DOLENTI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    said = next((value for name in names if (value := os.environ.get(name))), "")
    return "en" if said.lower().startswith("en") else "fr"


@contextmanager
def answering(lang: str = "fr", *, as_json: bool = False) -> Iterator[None]:
    """Bad input is exit code 2 and one sentence on the error output; for machines, as JSON."""
    from dolenti.guideline.errors import InputError

    try:
        yield
    except InputError as error:
        _refuse(error, lang, as_json=as_json)
    except BrokenPipeError:  # the reader of our output has had enough
        raise typer.Exit(0) from None
    except Exception as error:
        from dolenti.terminal.troubles import said

        refusal = said(error)
        if refusal is None:
            raise  # a fault of ours: whoever mends it needs the whole of it
        _refuse(refusal, lang, as_json=as_json)


def _refuse(error: InputError, lang: str, *, as_json: bool) -> NoReturn:
    if as_json:
        write_json({"error": refusal_as_json(error)}, sys.stderr)
    else:
        _say(error, lang)
    raise typer.Exit(2) from None


def _say(error: InputError, lang: str) -> None:
    # A language that nobody knows is refused in French.
    sys.stderr.write(f"dolenti: {error.in_language('en' if lang == 'en' else 'fr')}\n")


def refusal_as_json(error: InputError) -> dict[str, str]:
    """A refusal for machines: where, and what in both languages."""
    return {"where": error.where, "fr": error.fr, "en": error.what}


def each_of(
    files: list[str],
    lang: str,
    answers: Callable[[str], Iterator[Answer]],
    *,
    as_json: bool,
    as_lines: bool,
) -> None:
    """Answer for one file after another; one that is refused keeps no other from its answer.

    ``answers`` gives what it finds in a file: the JSON of it, and how it is shown to people. For
    machines one file is one JSON text, several are one line each, with the name of their file.
    Ends with exit code 2 where any was refused.
    """
    from dolenti.guideline.errors import InputError
    from dolenti.terminal.inputs import name_of

    alone = len(files) == 1 and not as_lines
    refused = False
    for file in files:
        try:
            for answer in answers(file):
                if alone and as_json:
                    write_json(answer.as_json())
                elif as_json or as_lines:
                    _write_line({"file": name_of(file), **answer.as_json()})
                else:
                    if not alone:
                        console().rule(name_of(file))
                    answer.show()
        except InputError as error:
            if alone:
                raise
            refused = True
            if as_json or as_lines:
                _write_line({"file": name_of(file), "error": refusal_as_json(error)})
            else:
                _say(error, lang)
    if refused:
        raise typer.Exit(2)


@dataclass(frozen=True)
class Answer:
    """What a command found: for machines, and for people."""

    as_json: Callable[[], dict[str, Any]]
    show: Callable[[], None]


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


def write_json(content: Any, out: TextIO | None = None) -> None:
    """The answer, for machines; to the standard output unless another is named."""
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(content), indent=2).decode()
    (out or sys.stdout).write(text + "\n")


def _write_line(content: Any) -> None:
    import msgspec

    sys.stdout.write(msgspec.json.encode(content).decode() + "\n")


def say_site(place: Place, language: str = "fr", out: TextIO | None = None) -> None:
    """Which site a command works on, on the error output: the answer stays for machines."""
    word = "Site: " if language == "en" else "Site\u00a0: "
    (out or sys.stderr).write(f"{word}{place}\n")


def site_here() -> Place | None:
    """The site that stands here; ``None`` where none does, or where nothing but what judges is
    installed."""
    try:
        from dolenti.config import place
    except ModuleNotFoundError:
        return None
    there = place.here()
    return there if there.is_there() else None


def enter_site(language: str = "fr", out: TextIO | None = None) -> None:
    """Make ready to work on the site that stands here, and say which it is. Raises ``InputError``
    where none does, and makes nothing."""
    from dolenti.config import place

    there = place.insist()
    place.insist_on_tables(there)
    say_site(there, language, out)
