"""Every refusal is said in French and in English, and French is said first."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

import dolenti
from dolenti.cli import app
from dolenti.guideline.errors import InputError

SOURCE = Path(dolenti.__file__).parent
KNEE = """
patient: {birth-date: 1968-03-02, sex: female}
complaint: {condition: knee-osteoarthritis, side: right, since: 2026-05-01}
facts: {anticoagulant: none, allergy: [], weight: 62}
"""
MIXTURE = """
therapy: mesotherapy
preparation:
  vehicle: {fluid: none}
  components: [{product: lidocaine, strength: 10, volume: 2}]
"""
ENGLISH = re.compile(
    r"\b(the|this|that|not|expected|known are|did you mean|write|there is|leave|missing)\b",
    re.IGNORECASE,
)
# Keys and values that a person writes in a file are the same in every language; so are options.
WRITTEN = re.compile(r"sous has et sous not|condition, all, any, not|all, any, not|--[a-z-]+")


@cache
def raised() -> list[tuple[str, ast.Call]]:
    """Every ``InputError(...)`` of the package, with the place it stands at."""
    files = [(file, file.read_text("utf-8")) for file in sorted(SOURCE.rglob("*.py"))]
    return [
        (f"{file.relative_to(SOURCE)}:{node.lineno}", node)
        for file, text in files
        if "InputError(" in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "InputError"
    ]


def french(call: ast.Call) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == "fr"), None)


def literal(text: ast.expr) -> str:
    """The words of a text as written, a placeholder being ``…``."""
    if isinstance(text, ast.JoinedStr):
        return "".join(literal(part) for part in text.values)
    return str(text.value) if isinstance(text, ast.Constant) else "…"


def test_there_is_something_to_look_at() -> None:
    assert len(raised()) > 100


def test_every_refusal_has_its_own_french_sentence() -> None:
    for place, call in raised():
        said = french(call)
        assert said is not None, place
        assert ast.dump(said) != ast.dump(call.args[0]), place


def test_a_refusal_is_made_where_it_is_raised() -> None:
    """One that a whole process shares would carry what it says of one patient to the next."""
    shared = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for file in sorted(SOURCE.rglob("*.py"))
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call)
        if ast.unparse(node.value.func).endswith("Error")
    ]
    assert shared == []


def test_no_english_stands_in_a_french_sentence() -> None:
    for place, call in raised():
        said = french(call)
        assert said is not None, place
        found = ENGLISH.search(WRITTEN.sub("", literal(said)))
        assert not found, f"{place}: {found}"


def test_french_is_set_as_french_is() -> None:
    for place, call in raised():
        said = french(call)
        assert said is not None, place
        text = literal(said)
        assert "'" not in text, f"{place}: a typographic apostrophe is ’"
        assert not re.search(r"[“”\"]", text), f"{place}: French quotes are « »"
        assert not re.search(r" [:;?!%»]|« ", text), f"{place}: a no-break space is needed"


def test_an_error_speaks_both_languages_and_keeps_them_one_level_higher() -> None:
    error = InputError("too heavy", "weight", fr="trop lourd").under("facts")
    assert error.in_language("fr") == "facts.weight\u00a0: trop lourd"
    assert error.in_language("en") == str(error) == "facts.weight: too heavy"
    bare = InputError("too heavy", fr="trop lourd")
    assert (bare.in_language("fr"), bare.in_language("en")) == ("trop lourd", "too heavy")
    assert bare.under("weight").in_language("fr") == "weight\u00a0: trop lourd"


def refusal(*arguments: str, stdin: str = KNEE) -> str:
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    assert result.exit_code == 2, result.output
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("dolenti: ").rstrip("\n").replace("\u00a0", " ")


@pytest.mark.parametrize(
    "old,new,says",
    [
        ("weight: 62", "weight: 700.5",
         "stdin:4 : weight : 700,5 kg est impossible ; indiquez une valeur de 1 à 350"),
        ("weight: 62", "weigth: 62",
         "stdin:4 : weigth : la donnée « weigth » n’existe pas "
         "(vouliez-vous dire weight ?)"),
        ("weight: 62", "weight: heavy",
         "stdin:4 : weight : la valeur est un nombre en kg, et non « heavy »"),
        ("weight: 62", "fever: perhaps",
         "stdin:4 : fever : la réponse est true (oui) ou false (non), et non « perhaps »"),
        ("1968-03-02", "02/03/1968",
         "stdin:2 : birth-date : « 02/03/1968 » n’est pas une date de naissance ; "
             "écrivez année-mois-jour, comme 1950-05-12, ou ce qui en est connu : 1950-05 ou 1950"),
        ("side: right, ", "side: right, sid: left, ",
         "stdin:3 : sid : « sid » n’a pas sa place ici (vouliez-vous dire side ou id ?) ; "
         "sont admis : condition, id, side, since, zone"),
        ("facts: {", "facts: [", "stdin:4 : ce n’est pas du YAML correct ("),
    ],
)  # fmt: skip
def test_a_patient_file_is_refused_in_french(old: str, new: str, says: str) -> None:
    text = KNEE.replace(old, new)
    assert text != KNEE
    assert refusal("assess", "-", "--as-of", "2026-11-22", stdin=text).startswith(says)


def test_a_mixture_is_refused_in_french() -> None:
    percent = MIXTURE.replace("strength: 10", "strength: 0.5 %")
    assert refusal("mixture", "-", stdin=percent) == (
        "stdin:5 : strength : 0,5 % correspond à 5 mg/mL ; "
        "écrivez la concentration en mg/mL, en nombre"
    )
    unknown = MIXTURE.replace("lidocaine", "lidocain")
    assert "« lidocain » n’est pas connu ici (vouliez-vous dire lidocaine" in refusal(
        "mixture", "-", stdin=unknown
    )


@pytest.mark.parametrize(
    "arguments,says",
    [
        (["assess", "nowhere.yaml"],
         "nowhere.yaml : ce fichier n’existe pas ; vérifiez son nom et son dossier"),
        (["assess", "-", "--policy", "a"], "--policy : « a » n’est pas de la forme NOM=OPTION"),
        (["assess", "-", "--complaint", "c"],
         "stdin : la douleur « c » n’existe pas ; identifiants possibles : complaint-1"),
        (["plan", "-", "--therapy", "mesoterapy", "--start", "2026-11-22"],
         "therapy : le traitement « mesoterapy » n’existe pas (vouliez-vous dire mesotherapy ?)"),
        (["knowledge", "check", "nowhere"],
         "nowhere : le dossier du référentiel n’existe pas ; vérifiez le chemin"),
    ],
)  # fmt: skip
def test_a_command_is_refused_in_french_unless_english_is_asked(
    arguments: list[str], says: str
) -> None:
    assert refusal(*arguments) == says
    assert refusal(*arguments, "--lang", "fr") == says
    english = refusal(*arguments, "--lang", "en")
    assert " : " not in english
    assert "«" not in english


def test_a_language_that_nobody_knows_is_refused_in_french() -> None:
    assert refusal("assess", "-", "--lang", "de") == (
        "--lang : « de » n’est pas une langue de ce programme ; écrivez fr ou en"
    )
