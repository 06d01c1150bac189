"""``dolenti knowledge``: check it, read it, sign it."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import Annotated, Any

import typer

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
    enter_site,
    language_of,
    population_engines,
    site_here,
    write_json,
)

app = typer.Typer(no_args_is_help=True, help="The knowledge: check it, read it.")


@app.command("check")
def check(
    folder: Annotated[
        str | None, typer.Argument(help="A folder of knowledge; the shipped one if absent.")
    ] = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Check that every entry is sound, and run the example of every rule.

    What is found is said in English; ``--lang`` is for what stops the check.
    """
    with answering(lang, as_json=as_json):
        from pathlib import Path

        from dolenti.guideline.checking import check
        from dolenti.guideline.consent import check_told
        from dolenti.guideline.diary.checking import check_diary
        from dolenti.guideline.honesty import check_honesty
        from dolenti.guideline.loading import SHIPPED, entry_places, folder_texts, load_edition
        from dolenti.guideline.mixture import check_mixtures
        from dolenti.guideline.reviews import check_reviews
        from dolenti.guideline.session.checking import check_session
        from dolenti.terminal.knowledge import problems_as_json, show_problems

        language_of(lang)
        terminal = console()
        with nullcontext() if as_json else terminal.status("…"):
            texts = folder_texts(Path(folder) if folder else SHIPPED)
            edition = load_edition(texts)
            problems = (
                [*check(edition), *check_told(edition)]
                or check_session(edition)
                or check_diary(edition)
                or [
                    *check_honesty(edition),
                    *check_reviews(edition),
                    *check_mixtures(edition),
                ]
            )
        if as_json:
            write_json(problems_as_json(problems, entry_places(texts)))
            raise typer.Exit(1 if problems else 0)
        if problems:
            show_problems(terminal, problems, entry_places(texts))
            terminal.print(f"{len(problems)} problem{'s' * (len(problems) > 1)}")
            raise typer.Exit(1)
        rules = sum(len(t.criteria) for t in edition.therapies)
        terminal.print(
            f"sound: {len(edition.facts)} facts, {rules} criteria, {len(edition.red_flags)} red "
            f"flags, {len(edition.products)} products, {len(edition.sources)} sources"
        )


@app.command("show")
def show(
    entry: Annotated[str, typer.Argument(metavar="ID", help="A rule, fact, product, source ...")],
    lang: Lang = "fr",
    as_json: AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
) -> None:
    """Show one entry: its condition in words, its sources, its examples."""
    with answering(lang, as_json=as_json):
        from dolenti.terminal.entries import find_entry
        from dolenti.terminal.knowledge import entry_as_json, show_entry
        from dolenti.terminal.markdown import entry_as_markdown

        language, edition = language_of(lang), edition_here()
        found = find_entry(edition, entry)
        if as_json:
            write_json(entry_as_json(found))
        elif markdown:
            typer.echo(entry_as_markdown(found, edition, language), nl=False)
        else:
            show_entry(console(), found, edition, language)


@app.command("list")
def list_entries(lang: Lang = "fr", as_json: AsJson = False) -> None:
    """List every entry by its id: rules, facts, products, sources, statements."""
    _search("", lang, as_json)


@app.command("search")
def search(
    words: Annotated[list[str], typer.Argument(help="Words of an id or a name, in any language.")],
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Find entries by words; accents and capitals are forgiven."""
    _search(" ".join(words), lang, as_json)


def _search(words: str, lang: str, as_json: bool) -> None:
    with answering(lang, as_json=as_json):
        from dolenti.guideline.knowledge import Text
        from dolenti.terminal import entries as terminal

        language, edition = language_of(lang), edition_here()
        said = {
            key: (type(entry).__name__.lower(), terminal.title(entry))
            for key, entry in terminal.search(edition, words).items()
        }
        rows = [
            {
                "id": key,
                "kind": kind,
                "says": says.in_language(language) if isinstance(says, Text) else says,
            }
            for key, (kind, says) in said.items()
        ]
        if as_json:
            write_json(rows)
        else:
            sys.stdout.write("".join(f"{row['id']}  {row['says']}\n" for row in rows))
        if words and not rows:
            terminal.find_entry(edition, words)  # refuses, and names what is near


@app.command("changes")
def changes(lang: Lang = "fr", as_json: AsJson = False) -> None:
    """Judge the site's last assessments again by the edition in force; list what it changes."""
    with answering(lang, as_json=as_json):
        language = language_of(lang)
        from dolenti.config.serve import read_only

        enter_site(language)
        read_only()
        from dolenti.records import engine
        from dolenti.records.judging import verdict_changes
        from dolenti.site_terminal import verdict_changes as terminal

        edition = engine.edition_in_force()
        with terminal.with_progress(language) as bar:
            if as_json:
                terminal.write_json(verdict_changes.find_everywhere(), bar, edition, sys.stdout)
            else:
                terminal.show(verdict_changes.find_everywhere(), bar, edition, console(), language)


@app.command("dictionary")
def dictionary(
    form: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    out: Annotated[
        str | None, typer.Option("--out", help="The file; the standard output if absent.")
    ] = None,
    lang: Lang = "fr",
) -> None:
    """Write every fact as a table: type, unit, answers, codes, column of a population."""
    with answering(lang), population_engines():
        from dolenti.terminal.dictionary import write

        language_of(lang)
        write(edition_here(), form, out)


@app.command("coverage")
def coverage(lang: Lang = "fr", as_json: AsJson = False) -> None:
    """Show where every numbered statement went; exit 1 while one went nowhere."""
    with answering(lang, as_json=as_json):
        from dolenti.guideline.coverage import coverage
        from dolenti.terminal.knowledge import show_coverage

        language = language_of(lang)
        covered = coverage(edition_here())
        if as_json:
            write_json(
                [
                    {
                        "statement": one.statement,
                        "encoded_in": list(one.encoded_in),
                        "left_out": one.left_out and one.left_out.because.in_language(language),
                        "reason": one.left_out and one.left_out.reason,
                    }
                    for one in covered
                ]
            )
        else:
            show_coverage(console(), covered, language)
        if any(one.missing for one in covered):
            raise typer.Exit(1)


@app.command("review")
def review(lang: Lang = "fr", as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List what is due for review, what nobody signed, and the rules that are overridden most."""
    with answering(lang, as_json=as_json):
        from dolenti.terminal import reviews as terminal

        language, day, edition = language_of(lang), day_of(as_of), edition_here()
        passed = _passed_on_this_site(language)
        if as_json:
            write_json(terminal.as_json(edition, day, passed, language))
        else:
            terminal.show(console(), edition, day, passed, language)


def _passed_on_this_site(language: str) -> Any:
    if site_here() is None:
        return None
    from dolenti.config.serve import read_only

    enter_site(language)
    read_only()
    from dolenti.records.judging.overridden import most_overridden

    return most_overridden()


@app.command("sign")
def sign(
    rules: Annotated[list[str], typer.Argument(metavar="RULE", help="The rules, by their ids.")],
    by: Annotated[str, typer.Option("--by", help="Your name, as it is to be read.")],
    profession: Annotated[str, typer.Option("--profession", help="Your profession.")],
    on: Annotated[str | None, typer.Option("--on", help="The day; today if absent.")] = None,
    folder: Annotated[
        str | None, typer.Option("--folder", help="A folder of knowledge; the shipped one.")
    ] = None,
    lang: Lang = "fr",
) -> None:
    """Write the lines that sign rules, for signatures.yaml (see docs/governance.md)."""
    with answering(lang):
        from pathlib import Path

        from dolenti.guideline.loading import load_folder
        from dolenti.terminal.reviews import signatures

        language_of(lang)
        edition = load_folder(Path(folder)) if folder else edition_here()
        sys.stdout.write(signatures(edition, rules, by, profession, day_of(on, "--on")))


@app.command("contradictions")
def contradictions(lang: Lang = "fr", as_json: AsJson = False) -> None:
    """Show what the sources contradict each other on, and the policy chosen."""
    with answering(lang, as_json=as_json):
        from dolenti.terminal.knowledge import entry_as_json, show_contradictions

        language, edition = language_of(lang), edition_here()
        if as_json:
            write_json([entry_as_json(entry) for entry in edition.contradictions])
        else:
            show_contradictions(console(), edition, language)


@app.command("export")
def export(
    cql: Annotated[str, typer.Option("--cql", help="The folder that receives the CQL.")],
    lang: Lang = "fr",
    policy: Policies = None,
) -> None:
    """Write the rules as CQL libraries, value sets and PlanDefinitions (see docs/cql.md)."""
    with answering(lang):
        from dolenti.cql import export
        from dolenti.terminal.export import write_files

        language_of(lang)
        written = write_files(cql, export(edition_here(), chosen(policy)))
        sys.stdout.write("".join(f"{file}\n" for file in written))
