"""One command, ``dolenti``. It reads files, calls the pure core, prints, and chooses the exit code.

Exit code 0 is an answer, 2 is bad input (one sentence on the error output, in the language of
``--lang``, and French where a command has no such option), 1 is a finding of
``knowledge check`` or ``coverage``. Django is loaded by ``serve``, ``demo`` and
what touches the database alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from dolenti.guideline.knowledge import Edition

app = typer.Typer(
    name="dolenti",
    help="Dolenti: cited rules for local treatment of joint, tendon, muscle and nerve pain.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
knowledge_app = typer.Typer(no_args_is_help=True, help="The knowledge: check it, read it.")
app.add_typer(knowledge_app, name="knowledge")
audit_app = typer.Typer(help="The trail of who did what.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
medicines_app = typer.Typer(no_args_is_help=True, help="The medicines of France: find, explain.")
app.add_typer(medicines_app, name="medicines")

File = Annotated[str, typer.Argument(help="A file, or - for the standard input.")]
Lang = Annotated[str, typer.Option("--lang", help="fr or en.")]
AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON, as documented in docs/json.md.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="Day of the assessment; today if absent.")
]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", help="A clinic's choice, as NAME=OPTION. Repeatable."),
]


@contextmanager
def _bad_input_is_exit_2(lang: str = "fr") -> Iterator[None]:
    from dolenti.guideline.errors import InputError

    try:
        yield
    except InputError as error:
        # A language that nobody knows is refused in French.
        sys.stderr.write(f"dolenti: {error.in_language('en' if lang == 'en' else 'fr')}\n")
        raise typer.Exit(2) from None
    except BrokenPipeError:  # the reader of our output has had enough
        raise typer.Exit(0) from None


@contextmanager
def _population_engines() -> Iterator[None]:
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


def _language(lang: str) -> str:
    from dolenti.guideline.errors import InputError

    if lang not in ("fr", "en"):
        raise InputError(
            f"“{lang}” is not a language of this program; write fr or en",
            "--lang",
            fr=f"«\u00a0{lang}\u00a0» n’est pas une langue de ce programme\u00a0; écrivez fr ou en",
        )
    return lang


def _day(text: str | None, option: str = "--as-of") -> date:
    from dolenti.guideline.dates import read_near_date
    from dolenti.guideline.errors import InputError

    if text is None:
        return date.today()
    try:
        return read_near_date(text)
    except InputError as error:
        raise error.under(option) from None


def _chosen(pairs: list[str] | None) -> dict[str, str]:
    from dolenti.guideline.errors import InputError

    for pair in pairs or []:
        if "=" not in pair:
            raise InputError(
                f"“{pair}” is not NAME=OPTION",
                "--policy",
                fr=f"«\u00a0{pair}\u00a0» n’est pas de la forme NOM=OPTION",
            )
    return dict(pair.split("=", 1) for pair in pairs or [])


def _edition() -> Edition:
    from dolenti.guideline.loading import load_folder

    return load_folder()


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def _write_json(content: Any) -> None:
    import msgspec

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(content), indent=2).decode() + "\n")


@app.command()
def assess(
    file: File,
    complaint: Annotated[str | None, typer.Option(help="Which complaint, by its id.")] = None,
    nothing_else: Annotated[
        bool,
        typer.Option(
            "--nothing-else", help="Suppose what remains, where that may be supposed; ask the rest."
        ),
    ] = False,
    as_of: AsOf = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
    policy: Policies = None,
    meanings: Annotated[
        str | None,
        typer.Option(
            help="What entries of the record are: a YAML file of lines “item: [answers]”."
        ),
    ] = None,
) -> None:
    """Judge the four therapies for one complaint of a FHIR R4 Bundle or a plain file."""
    with _bad_input_is_exit_2(lang):
        from dolenti.guideline.judge import Judge
        from dolenti.terminal.inputs import choose, name_of, read_meanings, read_patient

        language, day = _language(lang), _day(as_of)
        edition = _edition()
        site = read_meanings(meanings, edition) if meanings else None
        patient = read_patient(file, edition, day, site)
        case = choose(patient.cases, complaint, name_of(file))
        judge = Judge(edition, {**patient.policies, **_chosen(policy)})
        assessment = judge.assess(case, nothing_else=nothing_else)
        if as_json:
            from dolenti.guideline.report import as_json as written

            _write_json(written(assessment, language))
        else:
            from dolenti.terminal.assess import show_assessment

            show_assessment(_console(), assessment, language)


@app.command()
def mixture(
    file: File,
    as_of: AsOf = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
    policy: Policies = None,
) -> None:
    """Check a mixture before it is drawn up: products, doses, compatibility, patient."""
    with _bad_input_is_exit_2(lang):
        from dolenti.guideline.mixture import MixtureJudge, read_mixture_file
        from dolenti.terminal.inputs import read_document, with_names_read

        language, day = _language(lang), _day(as_of)
        edition = _edition()
        document, _ = with_names_read(read_document(file), edition)  # a mixture assumes nothing
        drawn_up = read_mixture_file(document, edition, day)
        judge = MixtureJudge(edition, {**drawn_up.policies, **_chosen(policy)})
        result = judge.judge(drawn_up)
        if as_json:
            from dolenti.guideline.mixture import mixture_as_json

            _write_json(mixture_as_json(result, language))
        else:
            from dolenti.terminal.mixture import show_mixture

            show_mixture(_console(), result, language)


@app.command()
def plan(
    file: File,
    therapy: Annotated[str, typer.Option(help="The therapy's id.")],
    start: Annotated[str, typer.Option(help="Day of the first session.")],
    responses: Annotated[
        str | None, typer.Option(help="A file with rows {date, nrs, pgic}.")
    ] = None,
    complaint: Annotated[str | None, typer.Option(help="Which complaint, by its id.")] = None,
    nothing_else: Annotated[
        bool,
        typer.Option(
            "--nothing-else", help="Suppose what remains, where that may be supposed; ask the rest."
        ),
    ] = False,
    as_of: AsOf = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
    policy: Policies = None,
) -> None:
    """Lay a protocol out as dated sessions, and say the next step from the responses so far."""
    with _bad_input_is_exit_2(lang):
        from dolenti.terminal.plan import make_plan

        language, day = _language(lang), _day(as_of)
        first = _day(start, "--start")
        made = make_plan(
            file, _edition(), therapy, first, responses, complaint, day, _chosen(policy),
            nothing_else=nothing_else,
        )  # fmt: skip
        if as_json:
            _write_json(made.as_json(language))
        else:
            made.show(_console(), language)


@app.command()
def population(
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
    with _bad_input_is_exit_2(lang), _population_engines():
        from dolenti.population.run import Request
        from dolenti.terminal import population as terminal

        language, day, edition = _language(lang), _day(as_of), _edition()
        request = Request(
            file, day, out, _chosen(policy), not statuses_only, summary or out is None, set_aside
        )
        with terminal.opened(terminal.EngineChoice(engine, master, threads)) as opened:
            outcome = terminal.judged_with_progress(opened, edition, request, language)
        if as_json:
            _write_json(terminal.population_as_json(outcome, edition, request, language))
        else:
            terminal.show_population(_console(), outcome, edition, request, language)


@knowledge_app.command("check")
def knowledge_check(
    folder: Annotated[
        str | None, typer.Argument(help="A folder of knowledge; the shipped one if absent.")
    ] = None,
    lang: Lang = "fr",
) -> None:
    """Check that every entry is sound, and run the example of every rule.

    What is found is said in English; ``--lang`` is for what stops the check.
    """
    with _bad_input_is_exit_2(lang):
        from pathlib import Path

        from dolenti.guideline.checking import check
        from dolenti.guideline.consent import check_told
        from dolenti.guideline.diary.checking import check_diary
        from dolenti.guideline.honesty import check_honesty
        from dolenti.guideline.loading import SHIPPED, entry_places, folder_texts, load_edition
        from dolenti.guideline.mixture import check_mixtures
        from dolenti.guideline.reviews import check_reviews
        from dolenti.guideline.session.checking import check_session
        from dolenti.terminal.knowledge import show_problems

        _language(lang)
        console = _console()
        with console.status("…"):
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
        if problems:
            show_problems(console, problems, entry_places(texts))
            console.print(f"{len(problems)} problem{'s' * (len(problems) > 1)}")
            raise typer.Exit(1)
        rules = sum(len(t.criteria) for t in edition.therapies)
        console.print(
            f"sound: {len(edition.facts)} facts, {rules} criteria, {len(edition.red_flags)} red "
            f"flags, {len(edition.products)} products, {len(edition.sources)} sources"
        )


@knowledge_app.command("show")
def knowledge_show(
    entry: Annotated[str, typer.Argument(metavar="ID", help="A rule, fact, product, source ...")],
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Show one entry: its condition in words, its sources, its examples."""
    with _bad_input_is_exit_2(lang):
        from dolenti.terminal.knowledge import entry_as_json, find_entry, show_entry

        language, edition = _language(lang), _edition()
        found = find_entry(edition, entry)
        if as_json:
            _write_json(entry_as_json(found))
        else:
            show_entry(_console(), found, edition, language)


@knowledge_app.command("changes")
def knowledge_changes(lang: Lang = "fr", as_json: AsJson = False) -> None:
    """Judge the site's last assessments again by the edition in force; list what it changes."""
    with _bad_input_is_exit_2(lang):
        language = _language(lang)
        from dolenti.config.serve import set_up

        set_up()
        from dolenti.records import engine
        from dolenti.records.judging import verdict_changes
        from dolenti.terminal import verdict_changes as terminal

        edition = engine.edition_in_force()
        with terminal.with_progress(language) as bar:
            if as_json:
                terminal.write_json(verdict_changes.find_everywhere(), bar, edition, sys.stdout)
            else:
                terminal.show(verdict_changes.find_everywhere(), bar, edition, _console(), language)


@knowledge_app.command("coverage")
def knowledge_coverage(lang: Lang = "fr", as_json: AsJson = False) -> None:
    """Show where every numbered statement went; exit 1 while one went nowhere."""
    with _bad_input_is_exit_2(lang):
        from dolenti.guideline.coverage import coverage
        from dolenti.terminal.knowledge import show_coverage

        language = _language(lang)
        covered = coverage(_edition())
        if as_json:
            _write_json(
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
            show_coverage(_console(), covered, language)
        if any(one.missing for one in covered):
            raise typer.Exit(1)


@knowledge_app.command("review")
def knowledge_review(lang: Lang = "fr", as_of: AsOf = None, as_json: AsJson = False) -> None:
    """List what is due for review, what nobody signed, and the rules that are gone past most."""
    with _bad_input_is_exit_2(lang):
        from dolenti.terminal import reviews as terminal

        language, day, edition = _language(lang), _day(as_of), _edition()
        passed = _passed_on_this_site()
        if as_json:
            _write_json(terminal.as_json(edition, day, passed, language))
        else:
            terminal.show(_console(), edition, day, passed, language)


def _passed_on_this_site() -> Any:
    from dolenti.config.serve import is_there, set_up

    if not is_there():
        return None
    set_up()
    from dolenti.records.judging.overridden import most_overridden

    return most_overridden()


@knowledge_app.command("sign")
def knowledge_sign(
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
    with _bad_input_is_exit_2(lang):
        from pathlib import Path

        from dolenti.guideline.loading import load_folder
        from dolenti.terminal.reviews import signatures

        _language(lang)
        edition = load_folder(Path(folder)) if folder else _edition()
        sys.stdout.write(signatures(edition, rules, by, profession, _day(on, "--on")))


@knowledge_app.command("contradictions")
def knowledge_contradictions(lang: Lang = "fr", as_json: AsJson = False) -> None:
    """Show what the sources contradict each other on, and the policy chosen."""
    with _bad_input_is_exit_2(lang):
        from dolenti.terminal.knowledge import entry_as_json, show_contradictions

        language, edition = _language(lang), _edition()
        if as_json:
            _write_json([entry_as_json(entry) for entry in edition.contradictions])
        else:
            show_contradictions(_console(), edition, language)


@knowledge_app.command("export")
def knowledge_export(
    cql: Annotated[str, typer.Option("--cql", help="The folder that receives the CQL.")],
    lang: Lang = "fr",
    policy: Policies = None,
) -> None:
    """Write the rules as CQL libraries, value sets and PlanDefinitions (see docs/cql.md)."""
    with _bad_input_is_exit_2(lang):
        from dolenti.cql import export
        from dolenti.terminal.export import write_files

        _language(lang)
        written = write_files(cql, export(_edition(), _chosen(policy)))
        sys.stdout.write("".join(f"{file}\n" for file in written))


@medicines_app.command("find")
def medicines_find(
    text: Annotated[list[str], typer.Argument(help="A name, a substance, a CIS, CIP or ATC code.")],
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="How many at most.")] = 20,
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Find medicines as one types them: accents, capitals and one slip of the keys are forgiven."""
    with _bad_input_is_exit_2(lang):
        from dolenti.terminal import medicines as terminal

        language, edition, provided = _language(lang), _edition(), terminal.site_bases()
        found = terminal.find(" ".join(text), provided.in_force, edition, most)
        if as_json:
            _write_json(
                {
                    "base": terminal.base_as_json(provided),
                    "unread": found.unread,
                    "slips": found.slips,
                    "medicines": [terminal.as_json(one, edition) for one in found.specialities],
                }
            )
        else:
            terminal.show_found(_console(), found, provided, language)


@medicines_app.command("show")
def medicines_show(
    text: Annotated[list[str], typer.Argument(help="A name, or a CIS or CIP code.")],
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Explain one medicine: substances, packs, status, classes, excipients, allergy."""
    with _bad_input_is_exit_2(lang):
        from dolenti.terminal import medicines as terminal

        language, edition, provided = _language(lang), _edition(), terminal.site_bases()
        found = terminal.find(" ".join(text), provided.in_force, edition, 10)
        if as_json:
            first, *others = found.specialities
            _write_json(
                {
                    "base": terminal.base_as_json(provided),
                    "unread": found.unread,
                    "slips": found.slips,
                    "medicine": terminal.as_json(first, edition),
                    "others": [{"cis": one.cis, "name": one.name} for one in others],
                }
            )
        else:
            terminal.show(_console(), found, edition, provided, language)


@medicines_app.command("update")
def medicines_update(
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
    with _bad_input_is_exit_2(lang):
        from pathlib import Path

        from dolenti.medicines.store import keep, write
        from dolenti.terminal import medicines as terminal

        language = _language(lang)
        loaded = terminal.load(paths, days or [])
        if out is None:
            keep(loaded.base, terminal.data_folder())
        else:
            write(loaded.base, Path(out))
        terminal.show_loaded(_console(), loaded, terminal.site_bases(), language)


@medicines_app.command("check")
def medicines_check(
    out: Annotated[
        str | None, typer.Option("--write", help="Write the statuses read to this file.")
    ] = None,
    lang: Lang = "fr",
) -> None:
    """Compare the status of our products with the base in use; exit 1 where one differs."""
    with _bad_input_is_exit_2(lang):
        from dolenti.medicines.status import differences, statuses_in_france
        from dolenti.terminal import medicines as terminal

        language, edition, provided = _language(lang), _edition(), terminal.site_bases()
        if out is not None:
            from pathlib import Path

            from dolenti.medicines.status_file import written

            statuses = statuses_in_france(edition.products, provided.in_force)
            Path(out).write_text(written(statuses), "utf-8")
            return
        found = differences(edition.products, edition.statuses, provided.in_force)
        terminal.show_differences(_console(), found, provided, language)
        if found:
            raise typer.Exit(1)


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
    """Load the invented clinic, with a login for each role. Running it again changes nothing."""
    with _bad_input_is_exit_2():
        from dolenti.config.serve import set_up

        set_up()
        from dolenti.demo import USUAL, load
        from dolenti.terminal.demo import with_progress

        with with_progress() as tell:
            load(sys.stdout, USUAL if patients is None else patients, tell)


@app.command()
def backup(
    out: Annotated[
        str | None, typer.Option("--out", help="The file; in the data folder if absent.")
    ] = None,
    with_secret_key: Annotated[
        bool, typer.Option("--with-secret-key", help="Put the site's secret key into it too.")
    ] = False,
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Save everything into one file while the site goes on, and check the file."""
    with _bad_input_is_exit_2(lang):
        language = _language(lang)
        from dolenti.config.serve import prepare

        prepare()
        from dolenti.safekeeping import site as safekeeping
        from dolenti.terminal import safekeeping as terminal

        with terminal.with_progress(language) as steps:
            saved = safekeeping.back_up(out, steps, with_secret_key=with_secret_key)
        if as_json:
            _write_json(terminal.saved_as_json(saved))
        else:
            terminal.show_saved(_console(), saved, language)


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
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the database, every row checked, or change nothing."""
    with _bad_input_is_exit_2(lang):
        language = _language(lang)
        from dolenti.config.serve import prepare

        prepare()
        from dolenti.safekeeping import site as safekeeping
        from dolenti.terminal import safekeeping as terminal

        with terminal.with_progress(language) as steps:
            if drill:
                done = safekeeping.drill(file, steps)
            else:
                done = safekeeping.restore(
                    file, steps, replace=replace, with_secret_key=with_secret_key
                )
        if as_json:
            _write_json(terminal.restored_as_json(done))
        elif drill:
            terminal.show_drilled(_console(), done, language)
        else:
            terminal.show_restored(_console(), done, language)


@app.command()
def move(
    to: Annotated[str, typer.Option("--to", help="postgres://…, sqlite:////PATH, or sqlite.")],
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Copy everything into another, empty database, and prove that it is the same."""
    with _bad_input_is_exit_2(lang):
        language = _language(lang)
        from dolenti.config.serve import prepare

        prepare()
        from dolenti.safekeeping import site as safekeeping
        from dolenti.terminal import safekeeping as terminal

        with terminal.with_progress(language) as steps:
            done = safekeeping.move(to, steps)
        if as_json:
            _write_json(terminal.restored_as_json(done))
        else:
            terminal.show_moved(_console(), done, language)


@audit_app.command("verify")
def audit_verify(
    head: Annotated[
        str | None,
        typer.Option("--head", help="The end as you noted it: “NUMBER HASH”. If absent, the file."),
    ] = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
) -> None:
    """Find any line of the trail that was edited, moved or removed; exit 1 where one was."""
    with _bad_input_is_exit_2(lang):
        language = _language(lang)
        from dolenti.config.serve import prepare

        prepare()
        from dolenti.terminal import audit as terminal

        verified = terminal.verify(head)
    if as_json:
        _write_json(terminal.as_json(verified))
    else:
        terminal.show(_console(), verified, language)
    raise typer.Exit(1 if verified.faults else 0)


@audit_app.command("keep-end")
def audit_keep_end(lang: Lang = "fr") -> None:
    """Keep the trail's end anew, where its file is gone and somebody has seen why."""
    with _bad_input_is_exit_2(lang):
        language = _language(lang)
        from dolenti.config.serve import prepare

        prepare()
        from dolenti.terminal import audit as terminal

        terminal.show_kept(_console(), terminal.keep_end(), language)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve the site, and print its address and the demo login."""
    with _bad_input_is_exit_2():
        from dolenti.config.serve import main as serve_site

        serve_site(host, port, sys.stdout)


@app.command()
def work() -> None:
    """Do the jobs that wait: messages, verdicts of a new edition. `serve` starts it too."""
    with _bad_input_is_exit_2():
        from dolenti.config.serve import work as do_work

        do_work()


def main() -> None:
    """The entry point of the ``dolenti`` command."""
    app()


if __name__ == "__main__":
    main()
