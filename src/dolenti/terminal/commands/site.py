"""What makes a site and serves it: setup, demo, serve, work; what it adds of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dolenti.terminal.commands.common import (
    Lang,
    answering,
    enter_site,
    language_of,
    said_language,
    say_site,
)

app = typer.Typer()


@app.command()
def setup(
    site: Annotated[str | None, typer.Option("--site", help="Name of the site.")] = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", help="Where it stands: Europe/Paris if absent.")
    ] = None,
    address: Annotated[
        str | None, typer.Option("--address", help="As it stands on letters.")
    ] = None,
    administrator: Annotated[
        str | None, typer.Option("--administrator", help="The first administrator’s e-mail.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The first administrator’s name.")
    ] = None,
    leave_demo: Annotated[
        bool, typer.Option("--leave-demo", help="Set the invented clinic aside first, whole.")
    ] = False,
    lang: Lang = "fr",
) -> None:
    """Make a real clinic: its first site and administrator, and the link to their password."""
    with answering(lang):
        language = language_of(lang)
        from dolenti.config import place
        from dolenti.config.serve import prepare, set_up
        from dolenti.site_terminal import setup as terminal

        there = place.here()
        stands = there.is_there()
        if stands:
            prepare()
            terminal.refuse_where_one_stands(leave_demo=leave_demo)
        given = terminal.Given(site, time_zone, address, name, administrator)
        asked = terminal.ask(given, language)
        say_site(there, language)
        prepare()
        aside = None
        if stands and leave_demo:
            from dolenti.demo.leaving import set_aside

            aside = set_aside()
        terminal.tell_making(language)
        set_up()
        terminal.show(terminal.make(asked), aside, language)


@app.command("let-in")
def let_in(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The account’s address.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Why, and how you know that it is they; it is kept.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Even where another administrator could do it.")
    ] = False,
    lang: Lang = "fr",
) -> None:
    """Give who is locked out a link to a new password, and remove their second step."""
    with answering(lang):
        from dolenti.config.serve import read_only

        language = language_of(lang)
        enter_site(language)
        read_only()
        from dolenti.access.letting_in import let_in as give_a_way_in
        from dolenti.site_terminal import setup as terminal

        terminal.show_let_in(give_a_way_in(email, reason, forced=force), language)


@app.command()
def demo(
    patients: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=1_000_000,
            help="How many patients in all: 0 for the example cases only, 100000 to measure with.",
        ),
    ] = None,
) -> None:
    """Load the invented clinic, with a login for each role; again, only its agenda of today."""
    with answering(said_language()):
        from dolenti.config import place
        from dolenti.config.serve import set_up

        say_site(place.here(), said_language())
        set_up()
        from dolenti.demo import USUAL, leaving, load, topping
        from dolenti.site_terminal.demo import with_progress

        leaving.refuse_beside_a_clinic()
        language = said_language()
        with with_progress(language) as tell:
            load(sys.stdout, USUAL if patients is None else patients, tell, language)
        topping.top_up()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the site, and print its address and the demo login."""
    with answering(said_language()):
        from dolenti.config.serve import main as serve_site

        serve_site(host, port, sys.stdout, said_language())


@app.command()
def questionnaires() -> None:
    """Say which questionnaires of this site are asked, and what is wrong with the others."""
    with answering(said_language()):
        language = said_language()
        enter_site(language, sys.stderr)
        from dolenti.diary import questionnaires as asked

        found = asked.installed()
        for one in found.there.values():
            sys.stdout.write(f"{one.id}: {one.short}, {len(one.items)}\n")
        for fault in found.faults:
            sys.stdout.write(f"{fault.in_language(language)}\n")
        if not found.there and not found.faults:
            none = {"fr": "Aucun questionnaire dans", "en": "No questionnaire in"}[language]
            sys.stdout.write(f"{none} {asked.folder()}\n")
        if found.faults:
            raise typer.Exit(1)


@app.command()
def bounces(
    box: Annotated[Path, typer.Argument(metavar="MAILBOX", help="A maildir, or an mbox file.")],
) -> None:
    """Read the mail that came back, and say which addresses of patients take none."""
    with answering(said_language()):
        language = said_language()
        enter_site(language, sys.stderr)
        from dolenti.diary import bounces as returned

        heard = returned.hear_all(box)
        said = {
            "fr": "{returned}\u00a0retour(s) noté(s)\u00a0; {left}\u00a0message(s) laissé(s)",
            "en": "{returned} returned, noted; {left} left as they lie",
        }[language]
        sys.stdout.write(said.format(returned=heard.returned, left=heard.left) + "\n")


@app.command()
def work() -> None:
    """Do the jobs that wait: messages, verdicts of a new edition. `serve` starts it too."""
    with answering(said_language()):
        from dolenti.config.serve import work as do_work

        enter_site(said_language(), sys.stdout)  # its error output is the site’s log
        do_work()
