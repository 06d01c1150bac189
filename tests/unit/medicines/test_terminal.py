"""The command ``dolenti medicines``: explained, found, updated, checked."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dolenti.cli import app
from dolenti.guideline.loading import SHIPPED
from dolenti.medicines.base import base_of, from_bytes, to_bytes
from dolenti.medicines.extract import MEDICINES, PRESENTATIONS
from dolenti.medicines.store import LOADED, delivered, write
from dolenti.medicines.values import Provenance
from tests.unit.medicines.official_files import TEXTS, as_published


@pytest.fixture(autouse=True)
def _own_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place that looks like a site: an update is refused where none stands, and asks no more."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "dolenti.sqlite3").write_text("as much as these commands ask of it")
    monkeypatch.setenv("DOLENTI_DATA", str(data))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["medicines", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "official"
    made.mkdir()
    for name, text in TEXTS.items():
        (made / name).write_bytes(as_published(text))
    (made / "README.txt").write_text("of no matter")
    return made


def test_a_speciality_is_explained_in_both_languages() -> None:
    french = run("show", "KENACORT").stdout
    for said in ("KENACORT RETARD 40", "65061047", "ACÉTONIDE DE TRIAMCINOLONE 40,0 mg",
                 "autorisée, commercialisée", "3400930243442", "alcool benzylique",
                 "7 juillet 2026", "62899127"):  # fmt: skip
        assert said in french
    english = run("show", "eliquis", "0,5", "--lang", "en").stdout
    for said in ("does not give its composition", "Direct oral anticoagulants (brand: ELIQUIS)",
                 "not looked up", "7 July 2026"):  # fmt: skip
        assert said in english


def test_a_name_that_the_base_does_not_have_is_said_before_what_is_like_it() -> None:
    for typed in ("ALTIM", "akis"):
        said = run("show", typed).stdout
        assert said.startswith("Rien ne porte ce nom dans la base.")
    assert not run("show", "KENACORT").stdout.startswith("Rien")


def test_a_speciality_as_json() -> None:
    told = json.loads(run("show", "kenacort", "--json").stdout)
    medicine = told["medicine"]
    assert medicine["cis"] == "65061047"
    assert medicine["allergens"] == ["corticosteroid"]
    assert medicine["excipients"] == ["benzyl-alcohol", "polysorbate", "carmellose"]
    assert [one["id"] for one in medicine["classes"]] == ["systemic-corticosteroid"]
    assert told["base"]["in_use"]["specialities"] == "2026-07-07"
    assert told["others"][0]["cis"] == "62899127"


def test_a_search_says_what_it_did_not_read() -> None:
    found = run("find", "Xylocaïne", "malaise")
    assert "MALAISE" in found.stdout
    assert "approchante" not in found.stdout
    assert "approchante" in run("find", "previscn").stdout
    assert json.loads(run("find", "previscn", "--json").stdout)["medicines"][0]["cis"] == "68133651"


@pytest.mark.parametrize("language,says", [("fr", "ne ressemble"), ("en", "is like")])
def test_what_is_not_there_is_said_with_exit_code_2(language: str, says: str) -> None:
    result = run("show", "qqqqqq", "--lang", language)
    assert result.exit_code == 2
    assert says in result.stderr


def test_an_update_that_lost_most_specialities_changes_nothing(folder: Path) -> None:
    result = run("update", str(folder), "--lang", "en")
    assert result.exit_code == 2
    assert "cut short" in result.stderr
    assert run("show", "3400930243442").exit_code == 0


def test_an_update_writes_a_base_elsewhere(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "made.gz"
    days = [f"--date={name}=2026-10-01" for name in TEXTS]
    result = run("update", str(folder), *days, "--out", str(out), "--lang", "en")
    assert result.exit_code == 0, result.output
    made = from_bytes(out.read_bytes(), "made")
    assert len(made) == 3
    assert made.provenance.specialities.isoformat() == "2026-10-01"


def test_a_newer_base_is_used_and_both_days_are_shown(tmp_path: Path) -> None:
    old = delivered().provenance
    newer = Provenance(old.specialities.replace(year=2027), old.packs, old.compositions, "test")
    write(base_of(newer, delivered()), tmp_path / "data" / LOADED)
    told = run("show", "kenacort").output
    assert "7 juillet 2027" in told
    assert "7 juillet 2026" in told


@pytest.mark.parametrize(
    "arguments,says",
    [
        (["nowhere"], "no file of the public base"),
        (["--date", "CIS_bdpm.txt=2026-10-01"], "Missing argument"),
    ],
)
def test_a_wrong_path_is_refused(arguments: list[str], says: str) -> None:
    result = run("update", *arguments, "--lang", "en")
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.parametrize("pair", ["CIS_bdpm.txt=yesterday", "other.txt=2026-10-01", "2026"])
def test_a_wrong_date_is_refused(folder: Path, pair: str) -> None:
    result = run("update", str(folder), "--date", pair, "--lang", "en")
    assert result.exit_code == 2
    assert "--date" in result.stderr


def test_an_empty_folder_names_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("update", str(tmp_path / "empty"), "--lang", "en")
    assert result.exit_code == 2
    assert "CIS_bdpm.txt" in result.stderr


def test_the_statuses_delivered_are_those_of_the_base_delivered(tmp_path: Path) -> None:
    assert run("check").exit_code == 0
    out = tmp_path / "status.yaml"
    assert run("check", "--write", str(out)).exit_code == 0
    assert out.read_text("utf-8") == (SHIPPED / "medicines" / "status.yaml").read_text("utf-8")


def test_a_base_that_says_otherwise_is_named(tmp_path: Path) -> None:
    old = delivered()
    newer = Provenance(old.provenance.packs, old.provenance.packs, old.provenance.packs, "test")
    kept = [one for one in old if not one.name.startswith("DICYNONE")]
    write(base_of(newer, kept), tmp_path / "data" / LOADED)
    result = run("check", "--lang", "en")
    assert result.exit_code == 1
    assert "etamsylate: authorised (1) → not-authorised (0)" in result.output


def test_an_extract_is_read_as_the_delivered_base_was_made(tmp_path: Path) -> None:
    medicines = (
        "cis\tname\tform\troutes\tauthorisation\tmarketed\tauthorised_on\tsubstances_from\t"
        "substances\n"
        "61111111\tUN 5 mg, comprimé\tcomprimé\torale\tactive\tyes\t01/01/2020\tcomposition\t"
        "SA:1:00001:ANTIGÈNE : A:5 mg; FT:1:00002:B:\n"
        "62222222\tDEUX 5 mg, gélule\tgélule\torale\tactive\tno\t01/01/2020\tgeneric-group\t"
        "B 5 mg\n"
        "63333333\tTROIS, gel\tgel\tcutanée\tabrogée\tno\t01/01/2020\t\t\n"
    )
    packs = (
        "cis\tcip7\tcip13\tlabel\tmarketing\n"
        "61111111\t1111111\t3400911111111\t30\tDéclaration de commercialisation\n"
        "69999999\t2222222\t3400922222222\t30\tDéclaration de commercialisation\n"
    )
    base = tmp_path / "base"
    base.mkdir()
    (base / MEDICINES).write_bytes(gzip.compress(medicines.encode()))
    (base / PRESENTATIONS).write_bytes(gzip.compress(packs.encode()))
    out = tmp_path / "made.gz"
    days = [f"--date={MEDICINES}=2026-07-07", "--date=compositions=2023-11-18"]
    result = run("update", str(base), *days, "--out", str(out), "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "not listed: 1" in result.output
    made = from_bytes(out.read_bytes(), "made")
    one = made.speciality("61111111")
    assert [(s.kind, s.name, s.dose) for s in one.composition] == [
        ("SA", "ANTIGÈNE : A", "5 mg"), ("FT", "B", ""),
    ]  # fmt: skip
    assert made.speciality("62222222").generic_group == "B 5 mg"
    assert made.speciality("63333333").substances_from == "nothing"
    assert made.provenance.compositions.isoformat() == "2023-11-18"
    assert to_bytes(made) == out.read_bytes()
