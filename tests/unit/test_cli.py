"""The command line: answers with exit code 0, bad input with 2 and one sentence, nothing else."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dolenti.guideline.loading import SHIPPED, entry_places, folder_texts, load_edition
from dolenti.guideline.signing import standing
from tests.asked_file import with_noes
from tests.small_edition import TEXTS
from tests.unit.typed import AS_OF, KNEE, MIXTURE, run


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


def test_nothing_else_supposes_little_and_asks_what_it_may_not_suppose() -> None:
    found = assess(KNEE, "--nothing-else")
    assert set(statuses(found).values()) == {"needs-information"}
    assumed = {entry["fact"] for entry in found["assumed"]}
    assert "blood-borne-virus" in assumed
    for grave in ("infection-local", "anticoagulant", "cancer-active", "allergy"):
        assert grave not in assumed
    asked = {question["fact"] for question in found["questions"]}
    assert set(found["not_assumed"]) <= asked
    assert "infection-local" in found["not_assumed"]


def test_a_plan_names_what_it_supposed_and_what_nobody_may_suppose() -> None:
    arguments = ("--therapy", "mesotherapy", "--start", "2026-11-22", "--nothing-else")
    found = answer("plan", "-", *AS_OF, *arguments, stdin=KNEE)
    assert found["status"] == "needs-information"
    assert "infection-local" in found["not_assumed"]
    assert not set(found["assumed"]) & set(found["not_assumed"])
    shown = run("plan", "-", *AS_OF, *arguments, "--lang", "en", stdin=KNEE).stdout
    assert "Never assumed, to be asked" in shown


def test_what_may_be_done_only_if_a_supposition_holds_says_so() -> None:
    text = with_noes(KNEE, date(2026, 11, 22)).replace("blood-borne-virus: false", "")
    shown = run("assess", "-", *AS_OF, "--nothing-else", "--lang", "en", stdin=text).stdout
    assert "Possible, if" in shown


def test_allergy_is_asked_whatever_the_rules_ask() -> None:
    unsaid = KNEE.replace("allergy: []", "fever: false")
    always = {question["fact"] for question in assess(unsaid)["always_asked"]}
    assert {"allergy", "anaphylaxis-history"} <= always
    known = KNEE.replace("weight: 62", "weight: 62, anaphylaxis-history: false")
    always = {question["fact"] for question in assess(known).get("always_asked", [])}
    assert not {"allergy", "anaphylaxis-history"} & always


def test_what_may_be_done_stands_beside_what_is_known_of_it() -> None:
    asked = with_noes(KNEE, date(2026, 11, 22))
    for verdict in assess(asked)["verdicts"]:
        assert verdict["known"]["says"].startswith(("Allégué", "Pour ce traitement"))
        assert verdict["known"]["sources"]
    for verdict in assess(KNEE)["verdicts"]:
        assert (verdict["known"] is None) == (verdict["status"] not in ("possible", "caution"))
    shown = run("assess", "-", *AS_OF, stdin=asked).stdout
    assert shown.count("≈ ") == len(statuses(assess(KNEE)))


def test_the_notices_of_the_law_are_printed_while_they_stand() -> None:
    notices = assess(KNEE)["notices"]
    shown = run("assess", "-", *AS_OF, stdin=KNEE).stdout
    assert notices
    assert shown.count("§ ") == len(notices)
    assert run("mixture", "-", *AS_OF, stdin=MIXTURE).stdout.count("§ ") == len(
        answer("mixture", "-", *AS_OF, stdin=MIXTURE)["notices"]
    )


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
        (KNEE.replace("weight: 62", "weigth: 62"), "did you mean weight?"),
        (KNEE.replace("none", "warfarine"), "“warfarine” is not an answer here"),
        (KNEE.replace("62", "{value: 62, unit: stone}"), "“stone” is not known here"),
        (KNEE.replace("2026-05-01", "2027-05-01"), "2027-05-01 lies after"),
        (KNEE.replace("1968-03-02", "2030-01-01"), "2030-01-01 lies after"),
        (KNEE.replace("sex: female", "deceased: true"), "the patient is recorded as dead"),
        (KNEE.replace("right", "r\x00ight"), "a hidden or broken character (U+0000)"),
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
    assert "À préciser" in french
    assert "Questions sans réponse" in french
    english = run("assess", str(file), *AS_OF, "--nothing-else", "--lang", "en").stdout
    assert "Never assumed, to be asked" in english
    assert "Assumed, nothing else being to report" in english


def test_the_terminal_asks_what_the_page_asks_and_nothing_that_waits(tmp_path: Path) -> None:
    file = tmp_path / "knee.yaml"
    file.write_text(
        "patient: {birth-date: 1958-03-02, sex: female}\n"
        "complaint: {condition: knee-osteoarthritis, zone: knee, side: right}\n",
        "utf-8",
    )
    asked = run("assess", str(file), *AS_OF, "--for", "infiltration").stdout
    first = asked.split("Questions sans réponse")[1].split("Autres questions")[0]
    for fact in ("injected-before", "anticoagulant", "allergy", "fever"):
        assert fact in first, "the gate, and what is asked of all"
    for fact in (
        "last-corticosteroid-infiltration", "persistent-nodule-after-injection", "antiplatelet",
        "osteoporosis", "cryoglobulinaemia", "metal-at-site", "inr", "target-nerve-mixed",
    ):  # fmt: skip
        assert fact not in first
    cold = run("assess", str(file), *AS_OF, "--for", "cryoneurolysis").stdout
    assert "cryoglobulinaemia" in cold.split("Questions sans réponse")[1]
    assert "“freezing” is no therapy" in refusal("assess", str(file), "--for", "freezing")


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
    open_still = answer(*arguments, "--responses", str(responses), *AS_OF, stdin=KNEE)
    assert (open_still["status"], open_still["next_step"]["date"]) == ("needs-information", None)
    asked = with_noes(KNEE, date(2026, 11, 22))
    found = answer(*arguments, "--responses", str(responses), *AS_OF, stdin=asked)
    assert [session["usual"] for session in found["sessions"][:3]] == [
        "2026-11-02", "2026-11-09", "2026-11-16",
    ]  # fmt: skip
    assert found["numbers"]["baseline_nrs"] == 8
    assert found["next_step"]["step"] == "continue"
    shown = run(*arguments, "--responses", str(responses), *AS_OF, stdin=asked).stdout
    assert "Prochaine étape\u00a0: poursuivre" in shown
    responses.write_text("- {date: 2026-11-01, nrs: 11}\n", "utf-8")
    assert "responses.yaml:1" in refusal(
        *arguments, "--responses", str(responses), *AS_OF, stdin=KNEE
    )


@pytest.mark.parametrize("language,sentence", [("fr", "écrivez 2.5"), ("en", "write 2.5")])
def test_a_decimal_comma_between_braces_is_told_in_every_file(
    tmp_path: Path, language: str, sentence: str
) -> None:
    responses = tmp_path / "responses.yaml"
    responses.write_text("- {date: 2026-11-01, nrs: 2,5}\n", "utf-8")
    mixture = MIXTURE.replace("strength: 10", "strength: 2,5")
    given = MIXTURE.replace("dose: 150", "dose: 2,5")
    knee = KNEE.replace("weight: 62", "weight: 2,5")
    plan = ["plan", "-", "--therapy", "mesotherapy", "--start", "2026-11-02"]
    for refused in (
        refusal("assess", "-", *AS_OF, "--lang", language, stdin=knee),
        refusal("mixture", "-", *AS_OF, "--lang", language, stdin=mixture),
        refusal("mixture", "-", *AS_OF, "--lang", language, stdin=given),
        refusal(*plan, *AS_OF, "--lang", language, stdin=knee),
        refusal(*plan, "--responses", str(responses), *AS_OF, "--lang", language, stdin=KNEE),
    ):
        assert sentence in refused


def test_the_knowledge_commands() -> None:
    assert run("knowledge", "check").stdout.startswith("sound: ")
    assert run("knowledge", "coverage").exit_code == 0
    covered = answer("knowledge", "coverage")
    assert len(covered) == 91 + 34 + 26 + 10 + 29
    assert len(answer("knowledge", "contradictions")) == 31
    assert "T17" in run("knowledge", "contradictions", "--lang", "en").stdout
    shown = run("knowledge", "show", "cryoneurolysis-cold-urticaria", "--lang", "en").stdout
    assert "cold urticaria" in shown.lower()
    assert "nobody yet" in shown
    assert "Signed by: nobody" in shown
    assert answer("knowledge", "show", "inr")["fresh_for"] == "48 h"


def test_the_review_says_what_nobody_signed_and_what_is_due(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOLENTI_DATA", str(tmp_path / "nowhere"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    before, after = (
        answer("knowledge", "review", "--as-of", day) for day in ("2026-01-01", "2037-01-01")
    )
    assert before["due"] == []
    assert len(after["due"]) == after["rules"] == len(after["unsigned"])
    assert {"rule", "place", "reviewer", "asked", "review_by", "signed"} <= set(after["due"][0])
    assert before["overridden"] is None
    assert not (tmp_path / "nowhere").exists()  # asking makes no site
    shown = run("knowledge", "review", "--lang", "en").stdout
    assert "There is no site here" in shown
    assert "nobody yet" in shown


def test_signed_rules_say_by_whom(tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    sign = ("knowledge", "sign", "flag-fever", "--folder", str(tmp_path))
    lines = run(*sign, "--by", "Dr Alice", "--profession", "Médecin", "--on", "2026-11-28").stdout
    (tmp_path / "signatures.yaml").write_text(lines, "utf-8")
    edition = load_edition(folder_texts(tmp_path))
    (signature,) = standing(edition, edition.red_flags[0])
    assert (signature.by, signature.on) == ("Dr Alice", "2026-11-28")
    assert "--by" in refusal(*sign, "--by", " ", "--profession", "Médecin")
    strange = refusal("knowledge", "sign", "flag-fevr", "--by", "A", "--profession", "B",
                      "--folder", str(tmp_path))  # fmt: skip
    assert "flag-fever" in strange


def test_a_folder_of_knowledge_with_a_problem_says_file_and_line(tmp_path: Path) -> None:
    texts = {**TEXTS, "edition.yaml": TEXTS["edition.yaml"].replace("M: 2", "M: 0")}
    for name, text in texts.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    result = run("knowledge", "check", str(tmp_path))
    assert result.exit_code == 1
    assert "therapies/needling/criteria.yaml:2  needling-knee: has no example" in result.stdout


def test_an_id_is_found_where_its_entry_is_and_not_where_it_is_cited_or_chosen() -> None:
    places = entry_places(
        {
            "facts/allergy.yaml": "- id: allergy\n  options:\n    - {id: lidocaine}\n",
            "products/lidocaine.yaml": "name: x\nid: lidocaine\nsources:\n  - {id: label}\n",
            "sources/all.yaml": "- id: label\n",
            "red-flags/a.yaml": "- id: twice\n",
            "red-flags/b.yaml": "- id: twice\n",
        }
    )
    assert places["lidocaine"] == "products/lidocaine.yaml:2"
    assert places["label"] == "sources/all.yaml:1"
    assert places["twice"] == "red-flags/a.yaml:1 or red-flags/b.yaml:1"


def test_every_product_shipped_is_found_in_its_own_file() -> None:
    places = entry_places(folder_texts(SHIPPED))
    for product in load_edition(folder_texts(SHIPPED)).products:
        assert places[product.id].startswith(f"products/{product.id}.yaml:")


def test_each_sentence_a_patient_lacks_is_listed_with_its_file_and_line(tmp_path: Path) -> None:
    for name, text in TEXTS.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("told: {fr: Texte., en: Text.}, ", ""), "utf-8")
    listed = run("knowledge", "check", str(tmp_path)).stdout.splitlines()
    silent = [line for line in listed if "has no text in told" in line]
    assert len(silent) == 11
    assert any(line.startswith("red-flags/all.yaml:3  flag-nodule: this alert") for line in silent)
    assert any(line.startswith("therapies/freezing/therapy.yaml:1  freezing:") for line in silent)


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


UNREAD = json.dumps(
    {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"resource": one}
            for one in (
                {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1968-03-02"},
                {
                    "resourceType": "Condition",
                    "id": "knee",
                    "clinicalStatus": {"coding": [{"code": "active"}]},
                    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "239873007"}]},
                },
                {
                    "resourceType": "MedicationStatement",
                    "id": "m",
                    "status": "active",
                    "medicationCodeableConcept": {"text": "PREVI du soir"},
                },
            )
        ],
    }
)


def test_what_a_record_says_and_nobody_understands_stands_above_the_verdicts() -> None:
    for language, heading, table in (
        ("fr", "Dit par le dossier", "Traitement"),
        ("en", "Said by the record", "Therapy"),
    ):
        shown = run(
            "assess", "-", *AS_OF, "--nothing-else", "--lang", language, stdin=UNREAD
        ).stdout
        assert shown.index(heading) < shown.index("PREVI du soir") < shown.index(table)


def test_an_item_is_a_question_and_its_answer_is_used(tmp_path: Path) -> None:
    found = answer("assess", "-", *AS_OF, "--nothing-else", stdin=UNREAD)
    (item,) = [question for question in found["questions"] if question["type"] == "item"]
    assert "PREVI du soir" in item["ask"]
    assert {"anticoagulant=vka", "antiplatelet"} <= {option["id"] for option in item["options"]}
    assert "anticoagulant" not in {entry["fact"] for entry in found["assumed"]}
    meanings = tmp_path / "meanings.yaml"
    meanings.write_text(f'"{item["item"]}": []')
    told = answer(
        "assess", "-", *AS_OF, "--nothing-else", "--meanings", str(meanings), stdin=UNREAD
    )
    assert told["unread"] == []
    assert "anticoagulant" in told["not_assumed"]  # read, and asked as of everybody


@pytest.mark.parametrize("content", ["[]", "x: vka", "x: [vka]", "x: [[vka]]"])
def test_a_meaning_that_is_none_is_one_sentence(tmp_path: Path, content: str) -> None:
    meanings = tmp_path / "meanings.yaml"
    meanings.write_text(content)
    assert "meanings.yaml" in refusal("assess", "-", "--meanings", str(meanings), stdin=UNREAD)
