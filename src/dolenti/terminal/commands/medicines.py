"""``dolenti medicines``: the public base of medicines, found, explained, renewed."""

from __future__ import annotations

from typing import Annotated

import typer

from dolenti.terminal.commands.common import (
    AsJson,
    Lang,
    answering,
    console,
    edition_here,
    language_of,
    say_site,
    site_here,
    write_json,
)

app = typer.Typer(no_args_is_help=True, help="The medicines of France: find, explain.")


def _say_whose(language: str) -> None:
    """Which site's base is read; nothing where no site stands, and the base is the program's."""
    if (there := site_here()) is not None:
        say_site(there, language)


@app.command("find")
def find(
    text: Annotated[list[str], typer.Argument(help="A name, a substance, a CIS, CIP or ATC code.")],
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="How many at most.")] = 20,
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Find medicines as one types them: accents, capitals and one slip of the keys are forgiven."""
    with answering(lang, as_json=as_json):
        from dolenti.terminal import medicines as terminal

        language, edition, provided = language_of(lang), edition_here(), terminal.site_bases()
        _say_whose(language)
        found = terminal.find(" ".join(text), provided.in_force, edition, most)
        if as_json:
            write_json(
                {
                    "base": terminal.base_as_json(provided),
                    "unread": found.unread,
                    "slips": found.slips,
                    "medicines": [terminal.as_json(one, edition) for one in found.specialities],
                }
            )
        else:
            terminal.show_found(console(), found, provided, language)


@app.command("show")
def show(
    text: Annotated[list[str], typer.Argument(help="A name, or a CIS or CIP code.")],
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Explain one medicine: substances, packs, status, classes, excipients, allergy."""
    with answering(lang, as_json=as_json):
        from dolenti.terminal import medicines as terminal

        language, edition, provided = language_of(lang), edition_here(), terminal.site_bases()
        _say_whose(language)
        found = terminal.find(" ".join(text), provided.in_force, edition, 10)
        if as_json:
            first, *others = found.specialities
            write_json(
                {
                    "base": terminal.base_as_json(provided),
                    "unread": found.unread,
                    "slips": found.slips,
                    "medicine": terminal.as_json(first, edition),
                    "others": [{"cis": one.cis, "name": one.name} for one in others],
                }
            )
        else:
            terminal.show(console(), found, edition, provided, language)


@app.command("update")
def update(
    paths: Annotated[
        list[str], typer.Argument(metavar="FOLDER|FILES", help="The official files, downloaded.")
    ],
    days: Annotated[
        list[str] | None,
        typer.Option(
            "--date", help="The day of a file, as FILE=DAY; when it was written if absent."
        ),
    ] = None,
    out: Annotated[
        str | None, typer.Option("--out", help="Write the base there, not into the data folder.")
    ] = None,
    lang: Lang = "fr",
) -> None:
    """Load a newer public base of medicines from its official files: all of it, or nothing."""
    with answering(lang):
        from pathlib import Path

        from dolenti.guideline.apart import keep_apart
        from dolenti.medicines.store import keep, write
        from dolenti.terminal import medicines as terminal

        language = language_of(lang)
        if out is not None:
            keep_apart(out, paths)
        else:
            from dolenti.config import place

            say_site(place.insist(), language)
        loaded = terminal.load(paths, days or [])
        if out is None:
            keep(loaded.base, terminal.data_folder())
        else:
            write(loaded.base, Path(out))
        terminal.show_loaded(console(), loaded, terminal.site_bases(), language)


@app.command("check")
def check(
    out: Annotated[
        str | None, typer.Option("--write", help="Write the statuses read to this file.")
    ] = None,
    lang: Lang = "fr",
) -> None:
    """Compare the status of our products with the base in use; exit 1 where one differs."""
    with answering(lang):
        from dolenti.medicines.status import differences, statuses_in_france
        from dolenti.terminal import medicines as terminal

        language, edition, provided = language_of(lang), edition_here(), terminal.site_bases()
        _say_whose(language)
        if out is not None:
            from pathlib import Path

            from dolenti.medicines.status_file import written

            statuses = statuses_in_france(edition.products, provided.in_force)
            Path(out).write_text(written(statuses), "utf-8")
            return
        found = differences(edition.products, edition.statuses, provided.in_force)
        terminal.show_differences(console(), found, provided, language)
        if found:
            raise typer.Exit(1)
