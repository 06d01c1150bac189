"""``dolenti population``: whole populations judged, and the table for it made."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dolenti.terminal.commands.common import (
    AsJson,
    AsOf,
    Lang,
    Policies,
    answering,
    chosen,
    console,
    day_of,
    edition_here,
    language_of,
    population_engines,
    write_json,
)


class _JudgeIsMeant(TyperGroup):
    """What is no command is a file to judge: ``dolenti population patients.parquet``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["judge", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_JudgeIsMeant,
    no_args_is_help=True,
    help="Whole populations: judge a parquet file, or make it from a hospital's data.",
)


@app.command("flatten")
def flatten(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="FILES|FOLDERS",
            help="FHIR bundles, ndjson of a bulk export, an OMOP CDM, tables.",
        ),
    ],
    out: Annotated[str, typer.Option("--out", help="The parquet file to write.")],
    mapping: Annotated[
        str | None, typer.Option("--mapping", help="Which column of a table is which fact (YAML).")
    ] = None,
    closed: Annotated[
        list[str] | None,
        typer.Option("--closed", help="FACT=REASON: silence means no, and why. Repeatable."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="How many processes; a core each if absent."),
    ] = None,
    as_of: AsOf = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Make one wide table of a hospital's data, and say what of it was not understood."""
    with answering(lang, as_json=as_json), population_engines():
        from dolenti.flattening.closed import read_closed
        from dolenti.flattening.mapping import read_mapping
        from dolenti.flattening.run import Request
        from dolenti.flattening.run import flatten as flattened
        from dolenti.guideline.loading import SHIPPED, folder_texts
        from dolenti.terminal import flatten as terminal
        from dolenti.terminal.inputs import read_document

        language, day, edition = language_of(lang), day_of(as_of), edition_here()
        request = Request(
            paths=paths,
            out=out,
            as_of=day,
            texts=folder_texts(SHIPPED),
            mapping=read_mapping(read_document(mapping), edition, day) if mapping else None,
            closed=read_closed(closed or [], edition),
            workers=workers or os.cpu_count() or 1,
            mapping_file=mapping,
        )
        with terminal.progress(language) as progress:
            report = flattened(edition, request, progress)
        if as_json:
            write_json(terminal.as_json(report, request))
        else:
            terminal.show(console(), report, request, language)


@app.command("judge")
def judge(
    file: Annotated[str, typer.Argument(help="Parquet: one row per complaint of a patient.")],
    out: Annotated[str | None, typer.Option(help="Where the verdicts go, as parquet.")] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Count the statuses and the missing facts.")
    ] = False,
    statuses_only: Annotated[
        bool, typer.Option("--statuses-only", help="Leave out the columns of the criteria.")
    ] = False,
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Take impossible values as unknown.")
    ] = False,
    engine: Annotated[str, typer.Option(help="duckdb or spark.")] = "duckdb",
    master: Annotated[str | None, typer.Option(help="Address of the Spark cluster.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="How many; all if absent.")] = None,
    as_of: AsOf = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
    policy: Policies = None,
) -> None:
    """Judge every patient of a parquet file (docs/population.md says which columns)."""
    with answering(lang, as_json=as_json), population_engines():
        from dolenti.population.run import Request
        from dolenti.terminal import population as terminal

        language, day, edition = language_of(lang), day_of(as_of), edition_here()
        request = Request(
            file, day, out, chosen(policy), not statuses_only, summary or out is None, set_aside
        )
        with terminal.opened(terminal.EngineChoice(engine, master, threads)) as opened:
            outcome = terminal.judged_with_progress(opened, edition, request, language)
        if as_json:
            write_json(terminal.population_as_json(outcome, edition, request, language))
        else:
            terminal.show_population(console(), outcome, edition, request, language)
