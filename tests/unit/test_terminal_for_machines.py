"""What programs ask of the command line: several files, lines, refusals as JSON, the dictionary."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import typer.main
from rich.console import Console

from dolenti.cli import app
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.loading import load_folder
from dolenti.population import wide_schema
from dolenti.terminal.entries import by_id
from dolenti.terminal.faults import FAULT
from dolenti.terminal.knowledge import show_entry
from dolenti.terminal.markdown import entry_as_markdown
from tests.unit.typed import AS_OF, KNEE, MIXTURE, run

TWO_PAINS = """
patient: {birth-date: 1968-03-02, sex: female}
complaints:
  - {id: knee, condition: knee-osteoarthritis, side: right}
  - {id: elbow, condition: lateral-epicondylitis, side: left}
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    written = {"knee.yaml": KNEE, "two.yaml": TWO_PAINS, "wrong.yaml": "complaint: {zone: moon}"}
    for name, text in written.items():
        (tmp_path / name).write_text(text, "utf-8")
    return [str(tmp_path / name) for name in (*written, "absent.yaml")]


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("option", ["--json", "--jsonl"])
def test_several_files_are_one_line_for_each_pain_or_refusal(files: list[str], option: str) -> None:
    done = run("assess", *files, *AS_OF, option)
    assert done.exit_code == 2
    told = [(line["file"], line.get("complaint", line.get("error"))) for line in lines(done.stdout)]
    assert [(file, says.get("id")) for file, says in told[:3]] == [
        ("knee.yaml", "complaint-1"), ("two.yaml", "knee"), ("two.yaml", "elbow"),
    ]  # fmt: skip
    (wrong, mistake), (absent, missing) = told[3:]
    assert (wrong, mistake["where"]) == ("wrong.yaml", "wrong.yaml:1")
    assert (absent, missing["where"]) == ("absent.yaml", files[-1])
    assert missing["en"] == "there is no such file"
    assert missing["fr"].startswith("ce fichier n’existe pas")
    assert done.stderr == ""


def test_a_line_says_what_the_file_alone_would(files: list[str]) -> None:
    alone = json.loads(run("assess", files[0], *AS_OF, "--json").stdout)
    (line,) = lines(run("assess", files[0], *AS_OF, "--jsonl").stdout)
    assert line == {"file": "knee.yaml", **alone}


def test_people_read_each_file_under_its_name_and_the_refusals_apart(files: list[str]) -> None:
    done = run("assess", *files, *AS_OF, "--lang", "en")
    assert done.exit_code == 2
    assert all(name in done.stdout for name in ("knee.yaml", "two.yaml"))
    wrong, absent = done.stderr.splitlines()
    assert wrong.startswith("dolenti: wrong.yaml:1: ")
    assert absent.endswith("absent.yaml: there is no such file")


def test_one_file_with_two_pains_asks_which_as_before(files: list[str]) -> None:
    done = run("assess", files[1], *AS_OF, "--lang", "en")
    assert done.exit_code == 2
    assert "several complaints; choose one" in done.stderr


PLAN = ["--therapy", "mesotherapy", "--start", "2026-11-23"]


def test_plans_are_laid_one_after_another_with_the_same_words_and_codes(files: list[str]) -> None:
    done = run("plan", *files, *PLAN, *AS_OF, "--json")
    assert done.exit_code == 2
    told = [(line["file"], line.get("complaint", line.get("error"))) for line in lines(done.stdout)]
    assert [(file, says.get("id")) for file, says in told[:3]] == [
        ("knee.yaml", "complaint-1"), ("two.yaml", "knee"), ("two.yaml", "elbow"),
    ]  # fmt: skip
    assert [file for file, _ in told[3:]] == ["wrong.yaml", "absent.yaml"]
    assert told[4][1]["en"] == "there is no such file"
    one = run("plan", "-", *PLAN, *AS_OF, "--jsonl", stdin=KNEE)
    alone = json.loads(run("plan", "-", *PLAN, *AS_OF, "--json", stdin=KNEE).stdout)
    assert (one.exit_code, lines(one.stdout)) == (0, [{"file": "stdin", **alone}])
    people = run("plan", *files, *PLAN, *AS_OF, "--lang", "en")
    assert people.exit_code == 2
    assert all(name in people.stdout for name in ("knee.yaml", "two.yaml"))
    assert people.stderr.splitlines()[1].endswith("absent.yaml: there is no such file")


def test_the_answers_of_one_patient_are_not_read_for_another(
    files: list[str], tmp_path: Path
) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("- {date: 2026-11-20, nrs: 8}\n", "utf-8")
    told = ("--responses", str(answers), *AS_OF, "--lang", "en")
    assert run("plan", files[0], *PLAN, *told).exit_code == 0
    several = run("plan", files[0], files[1], *PLAN, *told)
    assert several.exit_code == 2
    assert "the answers of one patient" in several.stderr
    two_pains = run("plan", files[1], *PLAN, *told, "--jsonl")
    assert two_pains.exit_code == 2
    assert "choose one by --complaint" in two_pains.stdout


def test_what_judges_a_file_takes_several() -> None:
    """Each command that reads what a patient is, by the same argument."""
    reading = {
        name: command
        for name, command in typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]
        if any(one.name in ("file", "files") for one in command.params)
    }
    several = {name for name, one in reading.items() if any(p.name == "files" for p in one.params)}
    assert several == {"assess", "mixture", "plan"}
    assert set(reading) - several == {"restore"}  # one site, one backup


def test_mixtures_are_judged_one_after_another(tmp_path: Path) -> None:
    for name, text in (("a.yaml", MIXTURE), ("b.yaml", MIXTURE.replace("10,", "1000,"))):
        (tmp_path / name).write_text(text, "utf-8")
    done = run("mixture", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"), *AS_OF, "--jsonl")
    first, second = lines(done.stdout)
    assert first["verdict"] == "allowed"
    assert "error" in second or second["verdict"] == "blocked"


@pytest.mark.parametrize(
    "arguments",
    [
        ["assess", "nowhere.yaml"], ["mixture", "nowhere.yaml"],
        ["plan", "-", "--therapy", "none", "--start", "2026-11-22"],
        ["population", "nowhere.parquet"], ["knowledge", "show", "mesotherapy-pregnanc"],
        ["medicines", "find", "qqqqqqq"], ["assess", "-", "--as-of", "soon"],
    ],
)  # fmt: skip
def test_a_refusal_is_json_where_json_was_asked_for(arguments: list[str]) -> None:
    done = run(*arguments, "--json", stdin=KNEE)
    assert done.exit_code == 2
    assert done.stdout == ""
    told = json.loads(done.stderr)["error"]
    assert set(told) == {"where", "fr", "en"}
    assert all((told["fr"], told["en"]))
    assert told["fr"] != told["en"]


def test_a_near_name_is_said_instead_of_forty() -> None:
    wrong = KNEE.replace("knee-osteoarthritis", "knee-osteoartritis")
    said = run("assess", "-", *AS_OF, "--lang", "en", stdin=wrong).stderr
    assert "did you mean knee-osteoarthritis" in said
    assert "neck-pain" not in said
    assert len(said) < 200


def test_where_no_name_is_near_the_first_are_said_and_how_many_there_are() -> None:
    wrong = KNEE.replace("knee-osteoarthritis", "xyzzy")
    said = run("assess", "-", *AS_OF, "--lang", "en", stdin=wrong).stderr
    assert "known are: neck-pain" in said
    assert said.rstrip().endswith(f"… ({len(load_folder().conditions)})")


class TestDictionary:
    def test_it_has_every_fact_and_every_column_of_a_population(self) -> None:
        edition = load_folder()
        rows = list(csv.DictReader(io.StringIO(run("knowledge", "dictionary").stdout)))
        assert {row["fact"] for row in rows} == {fact.id for fact in edition.facts}
        told = {row["column"] for row in rows}
        wanted = {c.name for c in wide_schema(edition).values() if c.fact and not c.dates}
        assert told == wanted

    def test_a_row_says_type_unit_bounds_words_and_codes(self) -> None:
        rows = csv.DictReader(io.StringIO(run("knowledge", "dictionary").stdout))
        told = {(row["fact"], row["answer"]): row for row in rows}
        weight = told["weight", ""]
        assert (weight["type"], weight["unit"], weight["lowest"]) == ("number", "kg", "1.0")
        assert "loinc|29463-7" in weight["codes"].split()
        lidocaine = told["allergy", "lidocaine"]
        assert (lidocaine["column"], lidocaine["answer_fr"]) == ("allergy__lidocaine", "Lidocaïne")
        assert "snomed|387480006" in lidocaine["codes"].split()

    def test_as_parquet_it_says_the_same_with_its_edition(self, tmp_path: Path) -> None:
        out = tmp_path / "dictionary.parquet"
        done = run("knowledge", "dictionary", "--format", "parquet", "--out", str(out))
        assert done.exit_code == 0, done.stderr
        table = pq.read_table(out)
        as_text = list(csv.DictReader(io.StringIO(run("knowledge", "dictionary").stdout)))
        assert table.column("column").to_pylist() == [row["column"] for row in as_text]
        assert table.schema.metadata[b"dolenti.sha256"].decode() == load_folder().sha256

    @pytest.mark.parametrize(
        "options,says",
        [
            (["--format", "xls"], "write csv or parquet"),
            (["--format", "parquet"], "name a file by --out"),
            (["--format", "parquet", "--out", "/nowhere/d.parquet"], "no folder"),
            (["--out", "/proc/nowhere/d.csv"], "cannot be written"),
        ],
    )
    def test_what_cannot_be_written_is_said(self, options: list[str], says: str) -> None:
        done = run("knowledge", "dictionary", *options, "--lang", "en")
        assert done.exit_code == 2
        assert says in done.stderr


def test_a_rule_as_markdown_says_all_of_it_and_that_nobody_verified_it() -> None:
    said = run("knowledge", "show", "cryoneurolysis-cold-urticaria", "--markdown").stdout
    assert said.startswith("# cryoneurolysis-cold-urticaria\n")
    assert "**Règle** urticaire au froid" in said
    assert "| verified | non vérifié |" in said
    assert "*non lue*" in said
    assert "Signé par : personne" in said.replace("\u00a0", " ")
    assert "- indéterminé: " in said  # an example that is not known is no “no”


def one_of_each_kind(edition: Edition) -> dict[str, Any]:
    """The longest entry of each kind, by its id."""
    found: dict[str, tuple[int, str, Any]] = {}
    for name, entry in by_id(edition).items():
        kind, size = type(entry).__name__, len(repr(entry))
        if size > found.get(kind, (0, "", None))[0]:
            found[kind] = (size, name, entry)
    return {name: entry for _, name, entry in found.values()}


def test_an_entry_of_each_kind_is_one_sound_table_of_markdown() -> None:
    edition = load_folder()
    for name, entry in one_of_each_kind(edition).items():
        for language in ("fr", "en"):
            text = entry_as_markdown(entry, edition, language)
            table = [line for line in text.splitlines() if line.startswith("|")]
            assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} <= {3}, name
            assert not re.search(r"(?<!\\)[<>]", text), name


def test_an_entry_of_each_kind_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    edition = load_folder()
    console = Console()
    for entry in one_of_each_kind(edition).values():
        show_entry(console, entry, edition, "fr")
    assert ", gives " in capsys.readouterr().out  # the figures of a dose, which no sentence says


def from_outside(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dolenti.cli", *words], capture_output=True, text=True, check=False,
        env={**os.environ, "TMPDIR": str(folder), "DOLENTI_LANG": "en", **more},
    )  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [("assess", "--json", "--no-such"), ("assess", "--json"), ("plan", "x", "--jsonl", "--nope")],
)
def test_a_wrong_option_is_json_where_json_was_asked_for(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    done = from_outside(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert json.loads(done.stderr)["error"].keys() == {"where", "fr", "en"}
    plain = from_outside(tmp_path, words[0], "--no-such")
    assert plain.returncode == 2
    assert "--no-such" in plain.stderr


@pytest.mark.parametrize("told", [("--json",), ("--format", "json"), ("--format=json",)])
def test_json_is_asked_for_in_either_way(told: tuple[str, ...], tmp_path: Path) -> None:
    example = str(Path(__file__).parents[2] / "examples" / "knee-osteoarthritis.yaml")
    done = from_outside(tmp_path, "assess", example, *told, "--as-of", "2026-11-22")
    assert json.loads(done.stdout)["verdicts"], done.stderr


def test_a_form_of_its_own_is_left_to_a_command(tmp_path: Path) -> None:
    done = from_outside(tmp_path, "knowledge", "dictionary", "--format", "json")
    assert "“json” is not a form of the dictionary" in done.stderr
    assert from_outside(tmp_path, "knowledge", "dictionary", "--format", "csv").returncode == 0


ASKED_WRONGLY = [
    ("assess --nop", "l’option --nop n’existe pas"),
    ("asses", "la commande « asses » n’existe pas ; vouliez-vous dire assess ?"),
    ("assess", "il manque l’argument files"),
    ("plan x --start 2026-10-01", "il manque l’option --therapy"),
    ("plan x --therapy", "l’option --therapy attend une valeur"),
    ("population judge x --threads 0", "--threads : 0 n’est pas dans l’intervalle x>=1"),
    ("population judge x --threads a", "--threads : « a » n’est pas un nombre entier"),
    ("restore a b", "b est en trop"),
    ("assess x --json=3", "l’option --json n’attend pas de valeur"),
]


@pytest.mark.parametrize("words,said", ASKED_WRONGLY)
def test_what_is_asked_wrongly_is_said_in_french(words: str, said: str, tmp_path: Path) -> None:
    for more in ({"DOLENTI_LANG": "fr"}, {"DOLENTI_LANG": "", "LC_ALL": "C.UTF-8"}):
        done = from_outside(tmp_path, *words.split(), **more)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.replace("\u00a0", " ").startswith(f"dolenti: {said}")
        assert not re.search(r"No such|Missing|Invalid|Usage|Error|requires", done.stderr)


def test_a_setting_that_cannot_be_used_is_said_in_one_language(tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("k" * 60)
    for setting in ("DOLENTI_MAIL", "DOLENTI_MFA_REQUIRED_FOR", "DOLENTI_ADDRESS"):
        told = {"DOLENTI_DATA": str(tmp_path), setting: "foo://"}
        done = from_outside(tmp_path, "alarm", "x", DOLENTI_LANG="fr", **told)
        assert done.returncode == 2
        assert "un réglage ne peut pas être utilisé" in done.stderr
        assert "write" not in done.stderr
        assert " is " not in done.stderr


def test_answers_are_in_the_language_of_the_help(tmp_path: Path) -> None:
    for locale, said in (("en_GB.UTF-8", "there is no such file"), ("C", "ce fichier n’existe")):
        done = from_outside(tmp_path, "assess", "nowhere.yaml", DOLENTI_LANG="", LC_ALL=locale)
        assert said in done.stderr


def test_what_answers_json_ends_as_it_did(tmp_path: Path) -> None:
    sound = from_outside(tmp_path, "knowledge", "check", "--json")
    assert sound.returncode == 0
    assert json.loads(sound.stdout) == {"sound": True, "problems": []}
    assert from_outside(tmp_path, "knowledge", "show", "nothing", "--json").returncode == 2


def test_a_fault_of_ours_is_a_sentence_and_a_file_without_what_was_typed(tmp_path: Path) -> None:
    broken = (
        "import dolenti.terminal.commands.knowledge as k, dolenti.cli as c, sys\n"
        "def fault(): raise RuntimeError('Paul Martin')\n"
        "k.edition_here = fault\n"
        "sys.argv = ['dolenti', 'knowledge', 'list']\n"
        "c.main()\n"
    )

    def run_it(**more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", broken], capture_output=True, text=True, check=False,
            env={**os.environ, "TMPDIR": str(tmp_path), "DOLENTI_LANG": "en", **more},
        )  # fmt: skip

    done = run_it()
    assert done.returncode == FAULT == 70
    assert "Traceback" not in done.stderr
    (file,) = tmp_path.glob("dolenti-fault-*.txt")
    assert str(file) in done.stderr
    told = file.read_text("utf-8")
    assert "RuntimeError" in told
    assert "commands/knowledge.py" in told
    assert "Paul Martin" not in told + done.stderr
    assert "Traceback" in run_it(DOLENTI_DEBUG="1").stderr
