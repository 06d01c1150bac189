"""What ``dolenti knowledge export --cql`` writes; whether it is right is asked in ``tests/cql``."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from typer.testing import CliRunner, Result

from dolenti.cli import app
from dolenti.cql import export, writing
from dolenti.cql.conditions import ConditionWriter
from dolenti.guideline.conditions import parse
from dolenti.guideline.facts import Dictionary
from dolenti.guideline.loading import load_folder
from tests.small_edition import small_edition

EDITION = load_folder()
FILES = export(EDITION)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["knowledge", "export", *arguments])


def resources(file: str, kind: str) -> list[dict[str, Any]]:
    entries = [entry["resource"] for entry in json.loads(FILES[file])["entry"]]
    return [resource for resource in entries if resource["resourceType"] == kind]


def test_one_library_per_therapy_and_one_of_facts() -> None:
    assert list(FILES) == [
        "DolentiFacts.cql",
        "DolentiMesotherapy.cql",
        "DolentiAutologousConditionedSerum.cql",
        "DolentiCryoneurolysis.cql",
        "DolentiInfiltration.cql",
        "plan-definitions.json",
        "value-sets.json",
    ]


@pytest.mark.parametrize("file", ["plan-definitions.json", "value-sets.json"])
def test_the_bundles_are_fhir(file: str) -> None:
    assert Bundle.model_validate_json(FILES[file]).entry


def test_a_library_resource_carries_its_cql_whole() -> None:
    for library in resources("plan-definitions.json", "Library"):
        (content,) = library["content"]
        text = base64.b64decode(content["data"]).decode()
        assert content["contentType"] == "text/cql"
        assert text == FILES[f"{library['name']}.cql"]


def test_a_plan_names_its_library_and_a_condition_of_it_for_every_status() -> None:
    urls = {lib["url"]: lib["name"] for lib in resources("plan-definitions.json", "Library")}
    plans = resources("plan-definitions.json", "PlanDefinition")
    assert [plan["id"] for plan in plans] == [therapy.id for therapy in EDITION.therapies]
    for plan in plans:
        name = urls[plan["library"][0].partition("|")[0]]
        for action in plan["action"]:
            (condition,) = action["condition"]
            define = condition["expression"]["expression"]
            assert f'define "{define}":\n  "Status" = \'{action["id"]}\'' in FILES[f"{name}.cql"]


def test_every_rule_in_force_is_defined_with_its_sentence() -> None:
    text = "".join(FILES.values())
    for therapy in EDITION.therapies:
        for rule in therapy.criteria:
            assert (f'define "{rule.id}":' in text) == (
                rule.policy is None or rule.policy.value == "absent"
            )
    for flag in EDITION.red_flags:
        assert f'define "{flag.id}":' in text
        assert flag.because.fr in text


def test_the_policies_are_honoured_and_stated() -> None:
    changed = export(EDITION, {"dedicated-virus-circuit": "present"})
    name = "DolentiAutologousConditionedSerum.cql"
    assert "dedicated-virus-circuit = absent" in FILES[name]
    assert "dedicated-virus-circuit = present" in changed[name]
    assert 'define "acs-blood-borne-virus":' in FILES[name]
    assert 'define "acs-blood-borne-virus":' not in changed[name]
    assert 'define "acs-blood-borne-virus-dedicated-circuit":' in changed[name]


def test_the_same_edition_gives_the_same_files() -> None:
    assert export(EDITION) == FILES


def test_a_value_set_stands_for_what_its_codes_stand_for() -> None:
    by_id = {resource["id"]: resource for resource in resources("value-sets.json", "ValueSet")}
    include = by_id["fact-atopy"]["compose"]["include"]
    snomed = next(part for part in include if part["system"] == "http://snomed.info/sct")
    assert {"code": "195967001", "display": "Asthma"} in snomed["concept"]
    below = [part["filter"][0]["value"] for part in include if "filter" in part]
    assert "J45" in below


def test_all_ids_and_urls_are_unique_and_legal() -> None:
    for file in ("plan-definitions.json", "value-sets.json"):
        entries = [entry["resource"] for entry in json.loads(FILES[file])["entry"]]
        named = [(entry["resourceType"], entry["id"]) for entry in entries]
        assert len(set(named)) == len(named)
        assert all(len(name) <= 64 for _, name in named)
        assert len({entry["url"] for entry in entries}) == len(entries)


def test_conditions_as_cql() -> None:
    edition = small_edition()
    writer = ConditionWriter(Dictionary(edition), "Facts.")
    rows = [
        ("fever", 'Facts."Fact: fever"'),
        ({"not": "fever"}, '(not Facts."Fact: fever")'),
        (
            {"any": ["fever", "smoker"]},
            '(Facts."Fact: fever" or Facts."Fact: smoker")',
        ),
        ({"weight": {"over": 60}}, '(Facts."Fact: weight" > 60.0)'),
        (
            {"anticoagulant": {"in": ["vka", "doac"]}},
            "(Facts.\"Fact: anticoagulant\" = 'vka' or Facts.\"Fact: anticoagulant\" = 'doac')",
        ),
        ({"allergy": {"has": "nsaid"}}, 'Facts."Fact: allergy: nsaid"'),
        (
            {"last-injection": {"older-than": "3 months"}},
            '(not Facts."Fact: last-injection: never"'
            ' and Facts."Fact: last-injection" < Facts."AsOf" - 3 months)',
        ),
    ]
    for condition, cql in rows:
        assert writer.expression(parse(condition)) == cql


def test_strange_texts_are_quoted() -> None:
    assert writing.text("l'os \\ \n") == "'l\\'os \\\\ \\n'"
    assert writing.identifier('a "b"') == '"a \\"b\\""'
    assert writing.comment("ends */ here") == "/** ends * / here */"
    assert writing.number(1e-05) == "0.00001"
    assert writing.number(60) == "60.0"


def test_the_command_writes_the_files_and_names_them(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "cql"
    result = run("--cql", str(folder))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [str(folder / name) for name in FILES]
    assert {file.name: file.read_text("utf-8") for file in folder.iterdir()} == FILES


def test_a_second_export_replaces_the_first(tmp_path: Path) -> None:
    run("--cql", str(tmp_path))
    run("--cql", str(tmp_path), "--policy", "dedicated-virus-circuit=present")
    text = (tmp_path / "DolentiFacts.cql").read_text("utf-8")
    assert "dedicated-virus-circuit = present" in text
    assert len(list(tmp_path.iterdir())) == len(FILES)


def test_a_policy_nobody_knows_is_refused(tmp_path: Path) -> None:
    result = run("--cql", str(tmp_path), "--policy", "dedicated-virus-circuit=perhaps")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "perhaps" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for place in (file, file / "below"):
        result = run("--cql", str(place))
        assert (result.exit_code, result.stdout) == (2, "")
        assert "dossier" in result.stderr


def test_a_folder_that_cannot_be_written_to_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    result = run("--cql", str(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No space left on device" in result.stderr
    assert list(tmp_path.iterdir()) == []
