"""The commands that judge: an assessment, a mixture, a plan, a population."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Annotated

import typer

from dolenti.terminal.commands.common import (
    Answer,
    AsJson,
    AsLines,
    AsOf,
    Files,
    Lang,
    Policies,
    answering,
    chosen,
    console,
    day_of,
    each_of,
    edition_here,
    language_of,
    population_engines,
    write_json,
)

app = typer.Typer()


@app.command()
def assess(
    files: Files,
    complaint: Annotated[str | None, typer.Option(help="Which complaint, by its id.")] = None,
    nothing_else: Annotated[
        bool,
        typer.Option(
            "--nothing-else", help="Suppose what remains, where that may be supposed; ask the rest."
        ),
    ] = False,
    wanted: Annotated[
        list[str] | None,
        typer.Option(
            "--for",
            help="A therapy that is thought of: only its questions are asked. May be repeated.",
        ),
    ] = None,
    as_of: AsOf = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
    as_lines: AsLines = False,
    policy: Policies = None,
    meanings: Annotated[
        str | None,
        typer.Option(
            help="What entries of the record are: a YAML file of lines “item: [answers]”."
        ),
    ] = None,
) -> None:
    """Judge the four therapies for one complaint of each FHIR R4 Bundle or plain file."""
    with answering(lang, as_json=as_json or as_lines):
        from dolenti.guideline.judge import Assessment, Judge
        from dolenti.guideline.report import as_json as written
        from dolenti.terminal.asking import asked_first, therapies_of
        from dolenti.terminal.inputs import cases_of, name_of, read_meanings, read_patient

        language, day, policies = language_of(lang), day_of(as_of), chosen(policy)
        edition = edition_here()
        site = read_meanings(meanings, edition) if meanings else None
        in_play = therapies_of(edition, wanted or ())
        every_complaint = as_lines or len(files) > 1

        @cache
        def judge(policies: frozenset[tuple[str, str]]) -> Judge:
            return Judge(edition, dict(policies))

        def show(made_by: Judge, assessment: Assessment) -> None:
            from dolenti.terminal.assess import show_assessment

            # What is supposed is listed with what may not be: that list is the whole.
            first = None if nothing_else else asked_first(made_by, assessment, in_play)
            show_assessment(console(), assessment, language, first)

        def found(file: str) -> Iterator[Answer]:
            patient = read_patient(file, edition, day, site)
            chosen_here = frozenset({**patient.policies, **policies}.items())
            for case in cases_of(patient, complaint, name_of(file), every=every_complaint):
                judging = judge(chosen_here)
                made = judging.assess(case, nothing_else=nothing_else)
                yield Answer(partial(written, made, language), partial(show, judging, made))

        each_of(files, lang, found, as_json=as_json, as_lines=as_lines)


@app.command()
def mixture(
    files: Files,
    as_of: AsOf = None,
    lang: Lang = "fr",
    as_json: AsJson = False,
    as_lines: AsLines = False,
    policy: Policies = None,
) -> None:
    """Check a mixture before it is drawn up: products, doses, compatibility, patient."""
    with answering(lang, as_json=as_json or as_lines):
        from dolenti.guideline.mixture import (
            MixtureJudge,
            MixtureResult,
            mixture_as_json,
            read_mixture_file,
        )
        from dolenti.terminal.inputs import read_document, with_names_read

        language, day, policies = language_of(lang), day_of(as_of), chosen(policy)
        edition = edition_here()

        def show(result: MixtureResult) -> None:
            from dolenti.terminal.mixture import show_mixture

            show_mixture(console(), result, language)

        def found(file: str) -> Iterator[Answer]:
            document, _ = with_names_read(read_document(file), edition)  # it assumes nothing
            drawn_up = read_mixture_file(document, edition, day)
            judge = MixtureJudge(edition, {**drawn_up.policies, **policies})
            made = judge.judge(drawn_up)
            yield Answer(partial(mixture_as_json, made, language), partial(show, made))

        each_of(files, lang, found, as_json=as_json, as_lines=as_lines)


@app.command()
def plan(
    files: Files,
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
    as_lines: AsLines = False,
    policy: Policies = None,
) -> None:
    """Lay a protocol out as dated sessions, and say the next step from the responses so far."""
    with answering(lang, as_json=as_json or as_lines):
        from dolenti.guideline.judge import Judge
        from dolenti.terminal.inputs import cases_of, name_of, read_patient
        from dolenti.terminal.plan import MadePlan, make_plan, responses_of

        language, day, policies = language_of(lang), day_of(as_of), chosen(policy)
        first, edition = day_of(start, "--start"), edition_here()
        answers = responses_of(responses, files, day)
        every_complaint = responses is None and (as_lines or len(files) > 1)

        @cache
        def judge(policies: frozenset[tuple[str, str]]) -> Judge:
            return Judge(edition, dict(policies))

        def show(made: MadePlan) -> None:
            made.show(console(), language)

        def found(file: str) -> Iterator[Answer]:
            patient = read_patient(file, edition, day)
            judging = judge(frozenset({**patient.policies, **policies}.items()))
            for case in cases_of(patient, complaint, name_of(file), every=every_complaint):
                made = make_plan(case, judging, therapy, first, answers, nothing_else=nothing_else)
                yield Answer(partial(made.as_json, language), partial(show, made))

        each_of(files, lang, found, as_json=as_json, as_lines=as_lines)


@app.command()
def schema(
    name: Annotated[str | None, typer.Argument(help="Which; all their names if absent.")] = None,
    lang: Lang = "fr",
) -> None:
    """Print the JSON Schema of what a command reads or writes."""
    with answering(lang), population_engines():
        from dolenti.terminal import schemas

        language_of(lang)
        if name is None:
            for one in schemas.NAMES:
                console().print(one)
        else:
            write_json(schemas.schema(name, edition_here()))
