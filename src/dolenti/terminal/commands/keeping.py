"""What keeps a site safe: backup, restore, move, and the trail verified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from dolenti.terminal.commands.common import (
    AsJson,
    Lang,
    answering,
    console,
    enter_site,
    language_of,
    say_site,
    write_json,
)

TAMPERED: Final = 3
"""The exit code of a trail that was tampered with, and of nothing else."""
WITNESS_LOST: Final = 4
"""The exit code of a trail whose witness is lost, and of nothing else."""
WITHOUT_KEY: Final = "Go on without the site's secret key: what is sealed stays shut."
KEY: Final = "The file of the private key, where the backup is sealed."

app = typer.Typer()
key_app = typer.Typer(help="The key of the site.", no_args_is_help=True)
audit_app = typer.Typer(help="The trail of who did what.", no_args_is_help=True)


@app.command()
def backup(
    out: Annotated[
        str | None, typer.Option("--out", help="The file; in the data folder if absent.")
    ] = None,
    with_secret_key: Annotated[
        bool, typer.Option("--with-secret-key", help="Put the site's secret key into it too.")
    ] = False,
    seal_for: Annotated[
        list[str] | None,
        typer.Option(
            "--seal-for",
            envvar="DOLENTI_BACKUP_SEAL_FOR",
            help="Seal it for this public key (age1…); may be given several times.",
        ),
    ] = None,
    also: Annotated[
        str | None, typer.Option("--also", help="Copy it into this folder too, and compare.")
    ] = None,
    drill: Annotated[
        bool, typer.Option("--drill", help="Restore it at once, in a database that is thrown away.")
    ] = False,
    key: Annotated[str | None, typer.Option("--key", help=KEY)] = None,
    make_key: Annotated[
        str | None,
        typer.Option("--new-key", help="Only make a key pair: the private key into this file."),
    ] = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Save everything into one file while the site goes on, and check the file."""
    with answering(lang, as_json=as_json):
        language = language_of(lang)
        if make_key is not None:
            _make_key(Path(make_key), language, as_json=as_json)
            return
        enter_site(language)
        from dolenti.safekeeping import site as safekeeping
        from dolenti.site_terminal import safekeeping as terminal

        how = safekeeping.Backing(with_secret_key, tuple(seal_for or ()), also, drill, key)
        with terminal.with_progress(language) as steps:
            saved = safekeeping.back_up(out, steps, how)
        if as_json:
            write_json(terminal.saved_as_json(saved))
        else:
            terminal.show_saved(console(), saved, language)


def _make_key(file: Path, language: str, *, as_json: bool) -> None:
    from dolenti.safekeeping import keys
    from dolenti.site_terminal import safekeeping as terminal

    public = keys.new_key(file.absolute())
    if as_json:
        write_json({"public": public, "private": str(file)})
    else:
        terminal.show_key(console(), public, file, language)


@app.command()
def restore(
    file: Annotated[str, typer.Argument(help="A file that `dolenti backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put the database that is there aside.")
    ] = False,
    drill: Annotated[
        bool, typer.Option("--drill", help="Only try it, in a database that is thrown away.")
    ] = False,
    with_secret_key: Annotated[
        bool, typer.Option("--with-secret-key", help="Use the secret key in the file from now on.")
    ] = False,
    without_key: Annotated[bool, typer.Option("--without-key", help=WITHOUT_KEY)] = False,
    key: Annotated[str | None, typer.Option("--key", help=KEY)] = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the database, every row checked, or change nothing."""
    with answering(lang, as_json=as_json):
        language = language_of(lang)
        from dolenti.access import secret
        from dolenti.config import place
        from dolenti.config.serve import prepare

        say_site(place.named_or_there(), language)
        secret.make_none()
        prepare()
        from dolenti.safekeeping import site as safekeeping
        from dolenti.site_terminal import safekeeping as terminal

        with terminal.with_progress(language) as steps:
            if drill:
                done = safekeeping.drill(file, steps, key, without_key=without_key)
            else:
                done = safekeeping.restore(
                    file, steps, replace=replace, with_secret_key=with_secret_key, key_file=key,
                    without_key=without_key,
                )  # fmt: skip
        if as_json:
            write_json(terminal.restored_as_json(done))
        elif drill:
            terminal.show_drilled(console(), done, language)
        else:
            terminal.show_restored(console(), done, language)


@app.command()
def move(
    to: Annotated[str, typer.Option("--to", help="postgres://…, sqlite:////PATH, or sqlite.")],
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Copy everything into another, empty database, and prove that it is the same."""
    with answering(lang, as_json=as_json):
        language = language_of(lang)
        enter_site(language)
        from dolenti.safekeeping import site as safekeeping
        from dolenti.site_terminal import safekeeping as terminal

        with terminal.with_progress(language) as steps:
            done = safekeeping.move(to, steps)
        if as_json:
            write_json(terminal.restored_as_json(done))
        else:
            terminal.show_moved(console(), done, language)


@key_app.command("change")
def key_change(lang: Lang = "fr", as_json: AsJson = False) -> None:
    """Make a new key of the site, and seal by it what the former one sealed."""
    with answering(lang, as_json=as_json):
        language = language_of(lang)
        enter_site(language)
        from dolenti.safekeeping import rekeying
        from dolenti.site_terminal import safekeeping as terminal

        done = rekeying.change()
        if as_json:
            write_json({"second-steps": done.secrets, "photos": done.photos})
        else:
            terminal.show_key_changed(console(), done, language)


@audit_app.command("verify")
def audit_verify(
    head: Annotated[
        str | None,
        typer.Option("--head", help="The end as you noted it: “NUMBER HASH”. If absent, the file."),
    ] = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Find any line of the trail that was edited, moved or removed: exit 3; 4, a lost witness."""
    with answering(lang, as_json=as_json):
        from dolenti.config.serve import read_only

        language = language_of(lang)
        enter_site(language)
        read_only()
        from dolenti.site_terminal import audit as terminal

        verified = terminal.verify(head)
        if as_json:
            write_json(terminal.as_json(verified))
        else:
            terminal.show(console(), verified, language)
        if verified.is_lost:
            raise typer.Exit(WITNESS_LOST)
        raise typer.Exit(TAMPERED if verified.faults else 0)


@audit_app.command("keep-end")
def audit_keep_end(lang: Lang = "fr") -> None:
    """Keep the trail's end anew, where its file is gone and somebody has seen why."""
    with answering(lang):
        from dolenti.config.serve import read_only

        language = language_of(lang)
        enter_site(language)
        read_only()
        from dolenti.site_terminal import audit as terminal

        terminal.show_kept(console(), terminal.keep_end(), language)


@app.command()
def alarm(
    unit: Annotated[str, typer.Argument(help="What failed: the name of a unit of systemd.")],
    lang: Lang = "fr",
) -> None:
    """Tell whom DOLENTI_ALARM_TO names, by mail, that a unit of the system failed."""
    with answering(lang):
        from dolenti.config import place
        from dolenti.config.serve import prepare

        language = language_of(lang)
        there = place.here()
        if not (there.is_there() or (there.data / "secret-key").is_file()):  # the base may be gone
            raise place.nothing_here(there)
        say_site(there, language)
        prepare()
        from dolenti.site_terminal.alarm import send

        told = ", ".join(send(unit))
        console().print(f"Prévenu\u00a0: {told}" if language == "fr" else f"Told: {told}")
