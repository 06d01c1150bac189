"""The command line: answers with exit code 0, bad input with 2 and one sentence, nothing else."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dolenti.cli import app
from tests.small_edition import TEXTS

AS_OF = ["--as-of", "2026-11-22"]
KNEE = """
patient: {birth-date: 1968-03-02, sex: female}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-05-01}
facts: {anticoagulant: none, allergy: [], weight: 62}
"""
MIXTURE = """
therapy: mesotherapy
technique: nappage
jurisdiction: FR
patient: {birth-date: 1981-07-14, sex: male}
facts: {weight: 70, allergy: [], anticoagulant: none}
preparation:
  vehicle: {fluid: saline, volume: 1}
  components:
    - {product: lidocaine, strength: 10, volume: 2}
given-today: [{product: lidocaine, dose: 150}]
"""


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def answer(*arguments: str, stdin: str | None = None) -> Any:
    result = run(*arguments, "--json", stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refusal(*arguments: str, stdin: str | None = None) -> str:
    language = [] if "--lang" in arguments else ["--lang", "en"]
    result = run(*arguments, *language, stdin=stdin)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr


def assess(text: str, *more: str) -> Any:
    return answer("assess", "-", *AS_OF, *more, stdin=text)


def statuses(assessment: Any) -> dict[str, str]:
    return {verdict["therapy"]: verdict["status"] for verdict in assessment["verdicts"]}


def test_the_json_has_the_keys_of_the_contract() -> None:
    found = assess(KNEE)
    assert {
        "edition", "as_of", "patient", "complaint", "verdicts", "red_flags", "questions",
        "assumed", "used", "unmapped", "policies", "notices",
    } <= set(found)  # fmt: skip
    assert set(found["edition"]) == {"version", "sha256", "engine"}
    assert {"id", "condition", "zone", "side"} <= set(found["complaint"])
    assert [verdict["therapy"] for verdict in found["verdicts"]] == [
        "mesotherapy", "autologous-conditioned-serum", "cryoneurolysis", "infiltration",
    ]  # fmt: skip
    for verdict in found["verdicts"]:
        assert {"therapy", "status", "reasons", "criteria", "questions"} <= set(verdict)
        for reason in verdict["criteria"]:
            assert {
                "criterion", "kind", "holds", "because", "facts", "sources", "basis", "verified",
            } <= set(reason)  # fmt: skip
    for flag in found["red_flags"]:
        assert {"criterion", "holds", "effect", "urgency", "to", "because", "sources"} <= set(flag)
    for question in found["questions"]:
        assert {"fact", "ask", "type", "options", "unit"} <= set(question)


def test_an_assessment_asks_before_it_says_possible() -> None:
    found = assess(KNEE)
    assert statuses(found)["mesotherapy"] == "needs-information"
    assert found["assumed"] == []
    assert "pregnancy" not in {question["fact"] for question in found["questions"]}


def test_nothing_else_answers_the_rest_and_says_what_it_assumed() -> None:
    found = assess(KNEE, "--nothing-else")
    assert set(statuses(found).values()) == {"possible"}
    assert {"fact": "infection-local", "value": False} in found["assumed"]
    assert found["questions"] == []


def test_a_certain_no_is_said_at_once() -> None:
    text = KNEE.replace("weight: 62", "cryoglobulinaemia: true")
    (cryo,) = [v for v in assess(text)["verdicts"] if v["therapy"] == "cryoneurolysis"]
    assert cryo["status"] == "contraindicated"
    assert cryo["reasons"][0]["facts"] == {"cryoglobulinaemia": True}
    assert cryo["questions"] == []


def test_nobody_with_an_elbow_is_asked_about_the_cold() -> None:
    found = assess("complaint: {condition: lateral-epicondylitis}")
    assert statuses(found)["cryoneurolysis"] == "not-indicated"
    asked = {question["fact"] for question in found["questions"]}
    assert not asked & {"sickle-cell", "raynaud", "cryoglobulinaemia", "cold-urticaria"}


def test_both_languages() -> None:
    french, english = assess(KNEE), assess(KNEE, "--lang", "en")
    assert statuses(french) == statuses(english)
    assert french["questions"][0]["ask"] != english["questions"][0]["ask"]


def test_json_is_read_like_yaml() -> None:
    as_json = json.dumps(
        {
            "patient": {"birth-date": "1968-03-02", "sex": "female"},
            "complaint": {
                "condition": "knee-osteoarthritis", "side": "right", "since": "2026-05-01",
            },
            "facts": {"anticoagulant": "none", "allergy": [], "weight": 62},
        }
    )  # fmt: skip
    assert assess(as_json) == assess(KNEE)


def test_one_of_several_complaints_is_chosen_by_its_id() -> None:
    text = "complaints: [{id: a, condition: knee-osteoarthritis}, {id: b, condition: neck-pain}]"
    assert "choose one by --complaint ID: a (knee-osteoarthritis), b (neck-pain)" in refusal(
        "assess", "-", stdin=text
    )
    assert assess(text, "--complaint", "b")["complaint"]["condition"] == "neck-pain"
    assert "there is no complaint “c”; there are: a, b" in refusal(
        "assess", "-", "--complaint", "c", stdin=text
    )


def test_a_clinics_policy_is_used_and_shown() -> None:
    found = assess(KNEE, "--policy", "count-anaesthetic=not-counted")
    assert found["policies"]["count-anaesthetic"] == "not-counted"
    assert "there is no policy" in refusal("assess", "-", "--policy", "a=b", stdin=KNEE)
    assert "is not NAME=OPTION" in refusal("assess", "-", "--policy", "a", stdin=KNEE)


@pytest.mark.parametrize(
    "text,message",
    [
        ("{\"patient\": ", "stdin:1: this is not JSON"),
        ("facts: [", "this is not YAML"),
        ("a: &a [1]\nb: *a", "anchors (&) and aliases (*)"),
        ("", "a patient file has the parts"),
        ("patient: {sex: male}", "no complaint was found"),
        (KNEE.replace("weight: 62", "weight: 700"), "weight: 700\u00a0kg is impossible"),
        (KNEE.replace("weight: 62", "weight: .nan"), ".nan is not a usable number"),
        (KNEE.replace("weight: 62", "weigth: 62"), "did you mean weight or height?"),
        (KNEE.replace("none", "warfarine"), "“warfarine” is not an answer here"),
        (KNEE.replace("62", "{value: 62, unit: stone}"), "“stone” is not known here"),
        (KNEE.replace("2026-05-01", "2027-05-01"), "2027-05-01 lies after"),
        (KNEE.replace("1968-03-02", "2030-01-01"), "2030-01-01 lies after"),
        (KNEE.replace("sex: female", "deceased: true"), "the patient is recorded as dead"),
        (KNEE.replace("right", "r\x00ight"), "a control character (U+0000)"),
        (KNEE.replace("right", "<script>alert(1)</script>"), "is not an answer here"),
    ],
)  # fmt: skip
def test_bad_patient_files(text: str, message: str) -> None:
    assert message in refusal("assess", "-", *AS_OF, stdin=text)


@pytest.mark.parametrize(
    "arguments,message",
    [
        (["assess", "nowhere.yaml"], "nowhere.yaml: there is no such file"),
        (["assess", "."], "this is a folder"),
        (["assess", "-", "--lang", "de"], "--lang\u00a0: «\u00a0de\u00a0» n’est pas une langue"),
        (["assess", "-", "--as-of", "soon"], "--as-of: “soon” is not a date"),
        (["knowledge", "show", "mesotherapy-pregnanc"], "did you mean mesotherapy-pregnancy"),
        (["plan", "-", "--therapy", "mesoterapy", "--start", "2026-11-22"], "did you mean mesoth"),
        (["plan", "-", "--therapy", "mesotherapy", "--start", "11/22/2026"], "--start: “11/22"),
    ],
)
def test_bad_commands(arguments: list[str], message: str) -> None:
    assert message in refusal(*arguments, stdin=KNEE)


def test_a_file_of_200_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    big = tmp_path / "big.json"
    with big.open("wb") as out:
        out.truncate(200_000_000)
    assert "big.json: the file has 200 MB; at most 64 MB are read" in refusal("assess", str(big))


def test_a_small_gzip_that_unpacks_to_200_mb_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress(b'{"resourceType": "Bundle", "entry": [' + b" " * 200_000_000))
    assert "64 MB" in refusal("assess", str(bomb))


def test_a_text_that_is_not_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "latin.yaml"
    file.write_bytes("complaint: {condition: épaule}".encode("latin-1"))
    assert "latin.yaml: byte 23 is not UTF-8" in refusal("assess", str(file))


def test_tables_for_people(tmp_path: Path) -> None:
    file = tmp_path / "knee.yaml"
    file.write_text(KNEE, "utf-8")
    french = run("assess", str(file), *AS_OF).stdout
    assert "Évaluation au 22 novembre 2026" in french
    assert "à préciser" in french
    assert "Questions ouvertes" in french
    english = run("assess", str(file), *AS_OF, "--nothing-else", "--lang", "en").stdout
    assert "No open question." in english
    assert "Assumed, nothing else being to report" in english


def test_a_mixture() -> None:
    found = answer("mixture", "-", *AS_OF, stdin=MIXTURE)
    assert found["verdict"] == "allowed"
    assert found["totals"]["local_anaesthetic_share"] == pytest.approx(170 / 200)
    assert "permis" in run("mixture", "-", *AS_OF, stdin=MIXTURE).stdout


def test_a_strength_in_percent_is_asked_about_and_never_guessed() -> None:
    text = MIXTURE.replace("strength: 10", "strength: 1 %")
    assert "10 mg/mL" in refusal("mixture", "-", *AS_OF, stdin=text)


def test_a_plan(tmp_path: Path) -> None:
    responses = tmp_path / "responses.yaml"
    responses.write_text("- {date: 2026-11-01, nrs: 8}\n- {date: 2026-11-09, nrs: 6}\n", "utf-8")
    arguments = ["plan", "-", "--therapy", "mesotherapy", "--start", "2026-11-02"]
    found = answer(*arguments, "--responses", str(responses), *AS_OF, stdin=KNEE)
    assert [session["usual"] for session in found["sessions"][:3]] == [
        "2026-11-02", "2026-11-09", "2026-11-16",
    ]  # fmt: skip
    assert found["numbers"]["baseline_nrs"] == 8
    assert found["next_step"]["step"] == "continue"
    shown = run(*arguments, "--responses", str(responses), *AS_OF, stdin=KNEE).stdout
    assert "Prochaine étape\u00a0: poursuivre" in shown
    responses.write_text("- {date: 2026-11-01, nrs: 11}\n", "utf-8")
    assert "responses.yaml:1" in refusal(
        *arguments, "--responses", str(responses), *AS_OF, stdin=KNEE
    )


def test_the_knowledge_commands() -> None:
    assert run("knowledge", "check").stdout.startswith("sound: ")
    assert run("knowledge", "coverage").exit_code == 0
    covered = answer("knowledge", "coverage")
    assert len(covered) == 91 + 34 + 26 + 10 + 29
    assert len(answer("knowledge", "contradictions")) == 29
    assert "T17" in run("knowledge", "contradictions", "--lang", "en").stdout
    shown = run("knowledge", "show", "cryoneurolysis-cold-urticaria", "--lang", "en").stdout
    assert "cold urticaria" in shown.lower()
    assert answer("knowledge", "show", "inr")["fresh_for"] == "48 h"


def test_a_folder_of_knowledge_with_a_problem_says_file_and_line(tmp_path: Path) -> None:
    texts = {**TEXTS, "edition.yaml": TEXTS["edition.yaml"].replace("M: 2", "M: 0")}
    for name, text in texts.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    result = run("knowledge", "check", str(tmp_path))
    assert result.exit_code == 1
    assert "therapies/needling/criteria.yaml:2  needling-knee: has no example" in result.stdout


def test_assess_does_not_load_django_nor_what_else_it_does_not_need() -> None:
    code = (
        "import sys; from dolenti.cli import app\n"
        "try: app(['assess', '-', '--json'])\n"
        "except SystemExit: pass\n"
        "heavy = {'django', 'ibis', 'duckdb', 'dolenti.fhir', 'yaml'} & set(sys.modules)\n"
        "sys.stderr.write(','.join(sorted(heavy)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input='{"complaint": {"condition": "neck-pain"}}',
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["complaint"]["zone"] == "cervical-spine"
    assert set(done.stderr.split(",")) <= {"yaml"}
