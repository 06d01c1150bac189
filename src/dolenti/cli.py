"""One command, ``dolenti``: its parts, each a file of ``terminal.commands``.

Exit code 0 is an answer, 2 is bad input or a state in which nothing can be done (one sentence on
the error output), 1 is a finding of ``knowledge check``, ``knowledge coverage`` or
``medicines check``, 3 is a trail that was tampered with, and nothing else, and 70 is a fault of
ours. Django is loaded by what touches a site's database alone.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer
import typer.main

from dolenti.terminal.commands import judging, keeping, knowledge, medicines, population, site
from dolenti.terminal.commands.common import answering, edition_here, said_language, write_json

app = typer.Typer(
    name="dolenti",
    help="Dolenti: cited rules for local treatment of joint, tendon, muscle and nerve pain.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(judging.app)
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(population.app, name="population")
app.add_typer(medicines.app, name="medicines")
app.add_typer(site.app)
app.add_typer(keeping.app)
app.add_typer(keeping.audit_app, name="audit")
app.add_typer(keeping.key_app, name="key")


@app.callback(invoke_without_command=True, no_args_is_help=True)
def start(
    version: Annotated[
        bool, typer.Option("--version", help="Say the program, the engine and the edition.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --version: for machines.")] = False,
) -> None:
    """Dolenti: cited rules for local treatment of joint, tendon, muscle and nerve pain."""
    if not version:
        return
    with answering(said_language(), as_json=as_json):
        from dolenti import __version__
        from dolenti.guideline.report import edition_as_json

        edition = edition_as_json(edition_here())
        if as_json:
            write_json({"program": __version__, "edition": edition})
        else:
            sys.stdout.write(
                f"dolenti {__version__} (engine {edition['engine']}, "
                f"edition {edition['version']} {edition['sha256'][:12]})\n"
            )
    raise typer.Exit(0)


def main() -> None:
    """The entry point of the ``dolenti`` command."""
    from dolenti.terminal import faults, french_help

    # One language for help, refusals and the answers of commands that have --lang.
    os.environ["DOLENTI_LANG"] = os.environ.get("DOLENTI_LANG") or said_language()
    command = typer.main.get_command(app)
    if said_language() == "fr":
        french_help.translate(command)
    with faults.ours(), faults.usage(sys.argv[1:]):
        code = command(faults.with_json(command, sys.argv[1:]), standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
