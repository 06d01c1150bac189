"""The schemas that the command prints are those of what it reads and writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer.main

from dolenti.cli import app
from dolenti.flattening.mapping import read_mapping
from dolenti.guideline import load_folder
from dolenti.guideline.errors import InputError
from dolenti.guideline.mixture import read_mixture_file
from dolenti.guideline.patient_file import read_patient_file
from dolenti.guideline.reading import read_yaml
from dolenti.guideline.responses import read_responses
from dolenti.terminal.entries import by_id
from dolenti.terminal.inputs import read_meanings
from dolenti.terminal.knowledge import entry_as_json
from dolenti.terminal.schemas import NAMES
from dolenti.terminal.schemas_in import READ
from dolenti.terminal.schemas_knowledge import kinds
from tests.answered import ALONE, ON_A_SITE
from tests.flattened import MAPPING
from tests.json_schemas import closed, mistakes
from tests.unit.typed import AS_OF, KNEE, MIXTURE, run

EXAMPLES = Path(__file__).parents[2] / "examples"
EDITION = load_folder()
FILES = sorted(EXAMPLES.glob("*.yaml"))


def schema(name: str) -> Any:
    done = run("schema", name)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def fits(name: str, *arguments: str, stdin: str | None = None, error: bool = False) -> None:
    """A real answer is as its schema says, and has no key that the schema does not name."""
    done = run(*arguments, "--json", stdin=stdin)
    assert done.exit_code == (2 if error else 0), done.stderr
    found = json.loads(done.stderr if error else done.stdout)
    assert list(mistakes(closed(schema(name)), found)) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
@pytest.mark.parametrize("options", [(), ("--nothing-else", "--lang", "en")], ids=["", "else"])
def test_assessments_fit(file: Path, options: tuple[str, ...]) -> None:
    fits("assessment", "assess", str(file), *AS_OF, *options)


@pytest.mark.parametrize("file", sorted((EXAMPLES / "fhir").glob("*.json")), ids=lambda f: f.stem)
def test_assessments_of_records_fit(file: Path) -> None:
    whole = schema("assessment")
    for line in run("assess", str(file), *AS_OF, "--jsonl").stdout.splitlines():
        assert list(mistakes(closed(whole), json.loads(line))) == []


def test_mixtures_fit() -> None:
    fits("mixture", "mixture", "-", *AS_OF, stdin=MIXTURE)
    fits("mixture", "mixture", str(EXAMPLES / "mixtures" / "elbow.yaml"), *AS_OF)


@pytest.mark.parametrize("therapy", [therapy.id for therapy in EDITION.therapies])
def test_plans_fit(therapy: str) -> None:
    knee, answers = EXAMPLES / "knee-osteoarthritis.yaml", EXAMPLES / "responses" / "knee.yaml"
    for more in ((), ("--responses", str(answers), "--nothing-else")):
        fits("plan", "plan", str(knee), "--therapy", therapy, "--start", "2026-10-01", *AS_OF,
             *more)  # fmt: skip


def test_populations_fit(tmp_path: Path) -> None:
    table = str(tmp_path / "table.parquet")
    fits("flattening", "population", "flatten", str(EXAMPLES / "fhir"), "--out", table, *AS_OF,
         "--workers", "1")  # fmt: skip
    fits("population", "population", table, *AS_OF, "--summary")
    fits("population", "population", table, *AS_OF, "--out", str(tmp_path / "verdicts.parquet"))


def commands(group: Any, *words: str) -> Iterator[tuple[str, set[str]]]:
    """Each command of the program, and its options."""
    for name, one in getattr(group, "commands", {}).items():
        yield from commands(one, *words, name)
    if not getattr(group, "commands", None):
        yield " ".join(words), {option for param in group.params for option in param.opts}


COMMANDS = dict(commands(typer.main.get_command(app)))
ANSWERING = sorted(name for name, options in COMMANDS.items() if "--json" in options)
KNEE_FILE = str(EXAMPLES / "knee-osteoarthritis.yaml")
ASKED = {
    "--version": (),
    "assess": (KNEE_FILE, *AS_OF),
    "mixture": (str(EXAMPLES / "mixtures" / "elbow.yaml"), *AS_OF),
    "plan": (KNEE_FILE, "--therapy", "mesotherapy", "--start", "2026-11-23", *AS_OF),
    "knowledge check": (),
    "knowledge show": ("mesotherapy-pregnancy",),
    "knowledge list": (),
    "knowledge search": ("grossesse",),
    "knowledge coverage": (),
    "knowledge review": AS_OF,
    "knowledge contradictions": (),
    "medicines find": ("paracetamol",),
    "medicines show": ("previscan",),
}
BY_TABLES = {"population judge", "population flatten"}


def test_each_command_that_answers_as_json_has_its_schema() -> None:
    told = {name.partition(" --")[0] for name in (*ALONE, *ON_A_SITE)} - {"--version"}
    assert told == set(ANSWERING)
    assert {*ALONE.values(), *ON_A_SITE.values(), "refusal"} == set(NAMES) - set(READ)
    assert {*ASKED, *BY_TABLES} == set(ALONE)
    json_md = (EXAMPLES.parent / "docs" / "json.md").read_text("utf-8")
    assert [name for name in NAMES if f"`{name}`" not in json_md] == []


@pytest.mark.parametrize("command", ASKED)
def test_what_it_answers_fits(command: str) -> None:
    fits(ALONE[command], *command.split(), *ASKED[command])


@pytest.mark.parametrize("command", ["assess", "mixture", "plan"])
def test_each_line_of_several_files_fits_the_answer_or_the_refusal(command: str) -> None:
    done = run(command, ASKED[command][0], "nowhere.yaml", *ASKED[command][1:], "--jsonl")
    answer, refused = (json.loads(line) for line in done.stdout.splitlines())
    assert list(mistakes(closed(schema(ALONE[command])), answer)) == []
    assert list(mistakes(closed(schema("refusal")), refused)) == []


def test_every_entry_fits_its_kind() -> None:
    whole = closed(schema("entry"))
    its = dict(zip(kinds(EDITION), whole["anyOf"], strict=True))
    for name, one in by_id(EDITION).items():
        said = json.loads(msgspec.json.encode(entry_as_json(one)))
        assert list(mistakes(its[type(one)], said, whole)) == [], name


@pytest.mark.parametrize("command", ANSWERING)
def test_refusals_fit(command: str) -> None:
    """A language that nobody knows, of every command; it touches nothing before it says so."""
    needed = {"restore": ("x",), "move": ("--to", "sqlite"), "population judge": ("x",),
              "population flatten": ("x", "--out", "y")}  # fmt: skip
    asked = ASKED.get(command, needed.get(command, ()))
    fits("refusal", *command.split(), *asked, "--lang", "xx", error=True)


class TestCase:
    SCHEMA = schema("case")

    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
    def test_what_is_read_fits(self, file: Path) -> None:
        content = read_yaml(file.read_text("utf-8"), file.name).content
        assert list(mistakes(self.SCHEMA, json.loads(json.dumps(content, default=str)))) == []

    @pytest.mark.parametrize(
        "before,after",
        [
            ("weight: 62", "wieght: 62"), ("weight: 62", "weight: 9000"),
            ("anticoagulant: none", "anticoagulant: warfarin"), ("allergy: []", "allergy: [soap]"),
            ("side: right", "side: above"), ("sex: female", "sex: f"), ("patient:", "person:"),
            ("weight: 62", "weight: {value: 62, on: 2026-01-01}"), ("weight: 62", "weight: heavy"),
        ],
    )  # fmt: skip
    def test_what_is_refused_does_not(self, before: str, after: str) -> None:
        text = KNEE.replace(before, after)
        document = read_yaml(text, "knee.yaml")
        if "9000" not in text:  # kilograms may be grams: the bound is checked when it is read
            content = json.loads(json.dumps(document.content, default=str))
            assert list(mistakes(self.SCHEMA, content))
        with pytest.raises(InputError):
            read_patient_file(document, EDITION, date(2026, 11, 22))


def plain(text: str) -> Any:
    """A YAML text as JSON has it."""
    return json.loads(json.dumps(read_yaml(text, "file.yaml").content, default=str))


MEANINGS = "PREVISCAN 20 mg: [anticoagulant=vka]\nSOMETHING: []\n"
RESPONSES = "- {date: 2026-10-01, nrs: 8}\n- {date: 2026-10-12, pgic: 3, session: true}\n"
WRITTEN = {
    "mixture-file": [MIXTURE, *(f.read_text("utf-8") for f in (EXAMPLES / "mixtures").iterdir())],
    "responses": [
        RESPONSES,
        "",
        *(f.read_text("utf-8") for f in (EXAMPLES / "responses").iterdir()),
    ],
    "mapping": [MAPPING],
    "meanings": [MEANINGS, ""],
}
WRONG = {
    "mixture-file": [
        ("technique", "tecnique"), ("nappage", "napage"), ("lidocaine", "lidocaïne"), ("FR", "fr"),
        ("volume: 2", "volume: 200"), ("strength: 10", "strength: 1 %"), ("saline", "wine"),
        ("preparation:", "prep:"), ("weight: 70", "weight: heavy"), ("mesotherapy", "surgery"),
    ],
    "responses": [
        ("nrs: 8", "nrs: 11"), ("nrs:", "eva:"), ("true", "maybe"), ("pgic: 3", "pgic: 3.5"),
        ("2026-10-01", "2026-13-01"),
    ],
    "mapping": [
        ("weight:", "wieght:"), ("unit: kg", "unit: stone"), ("columns:", "colums:"),
        ("vka", "vkas"), ("no: [non]", "maybe: [non]"), ("patient: PAT", "patient: [PAT]"),
        ("unit: kg", "yes: [kg]"), ("patient: PAT", "patient: PAT\nemtpy: [x]"),
    ],
    "meanings": [("anticoagulant=vka", "anticoagulant=vkas"), ("[anticoagulant=vka]", "vka")],
}  # fmt: skip


def read_as(name: str, text: str, folder: Path) -> None:
    """Read a text as the command does. Raises ``InputError``."""
    document, day = read_yaml(text, "file.yaml"), date(2026, 11, 22)
    if name == "mixture-file":
        read_mixture_file(document, EDITION, day)
    elif name == "responses":
        read_responses(document, day)
    elif name == "mapping":
        read_mapping(document, EDITION, day)
    else:
        (folder / "meanings.yaml").write_text(text, "utf-8")
        read_meanings(str(folder / "meanings.yaml"), EDITION)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_file_that_is_read_fits_its_schema(name: str, tmp_path: Path) -> None:
    whole = schema(name)
    for text in WRITTEN[name]:
        read_as(name, text, tmp_path)
        assert list(mistakes(whole, plain(text))) == []


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_is_refused_does_not_fit_its_schema(name: str, tmp_path: Path) -> None:
    whole = schema(name)
    for before, after in WRONG[name]:
        text = WRITTEN[name][0].replace(before, after)
        assert text != WRITTEN[name][0]
        assert list(mistakes(whole, plain(text))), after
        with pytest.raises(InputError):
            read_as(name, text, tmp_path)


def test_the_names_are_told_and_a_wrong_one_is_answered_by_the_near_ones() -> None:
    assert run("schema").stdout.split() == list(NAMES)
    done = run("schema", "assesment", "--lang", "en")
    assert done.exit_code == 2
    assert "did you mean assessment" in done.stderr
