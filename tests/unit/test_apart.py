"""Two distributions of one source: whoever only judges installs no site, a clinic both (ADR 39)."""

from __future__ import annotations

import ast
import importlib.util
import marshal
import os
import subprocess
import sys
import tarfile
import tomllib
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from email import message_from_string
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import typer
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dolenti
from dolenti.terminal.commands import keeping, site

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "dolenti"
FOLDERS = {"dolenti": "", "dolenti-site": "site"}
COMMAND = "from dolenti.cli import main; main()"
EXAMPLES = ROOT / "examples"


def built(folder: Path, kind: str, out: Path) -> subprocess.CompletedProcess[str]:
    asked = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(out)]
    return subprocess.run(asked, capture_output=True, text=True, check=False, cwd=folder)


def wheels_of(checkout: Path, out: Path) -> dict[str, Path]:
    """Both wheels of a checkout, or of what was a source archive."""
    found = {}
    for name, folder in FOLDERS.items():
        done = built(checkout / folder, "wheel", out / name)
        assert done.returncode == 0, done.stderr
        (found[name],) = (out / name).glob("*.whl")
    return found


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return wheels_of(ROOT, tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="module")
def wheels(packed: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both, each unpacked into a folder of its own."""
    folders = {name: tmp_path_factory.mktemp(name) for name in packed}
    for name, folder in folders.items():
        zipfile.ZipFile(packed[name]).extractall(folder)
    return folders


def files(unpacked: Path) -> set[str]:
    """What a wheel lays down, without what tells of itself."""
    return {
        one.relative_to(unpacked).as_posix()
        for one in unpacked.rglob("*")
        if one.is_file() and "__pycache__" not in one.parts
        and not one.relative_to(unpacked).parts[0].endswith(".dist-info")
    }  # fmt: skip


def told(unpacked: Path) -> Message:
    (text,) = unpacked.glob("*.dist-info/METADATA")
    return message_from_string(text.read_text("utf-8"))


def run(
    unpacked: Path, where: Path, *arguments: str, code: str = COMMAND, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run in an empty folder, of our code with what was unpacked alone; Django is installed."""
    kept = {name: value for name, value in os.environ.items() if "DOLENTI" not in name}
    environment = {**kept, "PYTHONPATH": str(unpacked), "PYTHONDONTWRITEBYTECODE": "1", **settings}
    asked = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        asked, capture_output=True, text=True, check=False, cwd=where, env=environment
    )


# --- Whose a file is ---------------------------------------------------------------------------


def test_each_file_of_the_source_is_in_exactly_one_of_the_two(wheels: dict[str, Path]) -> None:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/dolenti"]
    kept = subprocess.run(listed, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    there = [Path(line) for line in kept.splitlines() if (ROOT / line).exists()]
    compiled = {one.with_suffix(".mo") for one in there if one.suffix == ".po"}
    wanted = {one for one in there if one.suffix != ".po"} | compiled
    engine, rest = files(wheels["dolenti"]), files(wheels["dolenti-site"])
    assert not engine & rest
    assert engine | rest == {one.relative_to("src").as_posix() for one in wanted}
    assert compiled


def hook() -> Any:
    found = importlib.util.spec_from_file_location("build_hook_here", ROOT / "build_hook.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_a_room_of_no_distribution_stops_the_build(tmp_path: Path) -> None:
    module = hook()
    module.ROOT = tmp_path
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    room = tmp_path / "src" / "dolenti" / "registry"
    room.mkdir(parents=True)
    (room / "__init__.py").touch()
    with pytest.raises(ValueError, match=r"dolenti/registry/__init__.py: .*“apart”"):
        module.files_of("dolenti")


def test_each_room_that_is_named_is_there_and_named_once() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (apart,) = (one for one in contracts["contracts"] if one["id"] == "apart")
    named = [*apart["source_modules"], *apart["forbidden_modules"]]
    there = {f"dolenti.{one.stem}" for one in SOURCE.iterdir() if one.name[0] not in "_."}
    assert len(named) == len(set(named))
    assert set(named) == there - {"dolenti.py", "dolenti.knowledge"}, "YAML is no module"


def imports(tree: ast.AST, *, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """The modules that are imported at run time, each with whether it is within a function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from ((one.name, inside) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{one.name}" for one in node.names]
            yield from ((one, inside) for one in names)
        within = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        yield from imports(node, inside=within)


def imported(unpacked: Path) -> Iterator[tuple[str, str, bool]]:
    for name in sorted(files(unpacked)):
        if name.endswith(".py"):
            tree = ast.parse((unpacked / name).read_text("utf-8"))
            yield from ((name, module, inside) for module, inside in imports(tree))


def test_who_judges_opens_the_site_only_where_a_command_is_told(wheels: dict[str, Path]) -> None:
    """Import Linter holds which file; here, that it is not before the command runs."""
    rooms = hook().rooms()
    wrong = [
        f"{name}: {module}"
        for name, module, inside in imported(wheels["dolenti"])
        if module.startswith("dolenti.")
        and rooms.get(module.split(".")[1]) == "dolenti-site"
        and not (inside and name.startswith("dolenti/terminal/"))
    ]
    assert not wrong, wrong


BY_THE_WAY = {
    "django": "asked for its errors, once a command of the site has loaded it",
    "pyspark": "ibis-framework[pyspark] asks for it",
}
"""What the engine imports of others without asking for it, and why."""


@pytest.mark.parametrize("name", FOLDERS)
def test_each_asks_for_what_its_files_import(wheels: dict[str, Path], name: str) -> None:
    asked = {
        canonicalize_name(Requirement(text).name)
        for one in ({"dolenti", name})
        for text in told(wheels[one]).get_all("Requires-Dist") or []
        if name == "dolenti-site" or Requirement(text).name != "dolenti-site"
    }
    whose = metadata.packages_distributions()
    wrong = [
        f"{file}: {module}"
        for file, module, _ in imported(wheels[name])
        if (first := module.partition(".")[0]) not in {"dolenti", *sys.stdlib_module_names}
        and first not in BY_THE_WAY
        and not asked & {canonicalize_name(one) for one in whose.get(first, [])}
    ]
    assert not wrong, wrong


# --- Who only judges ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["assess", str(EXAMPLES / "knee-osteoarthritis.yaml")],
        ["assess", str(EXAMPLES / "fhir" / "hip-all-clear.json"), "--json"],
        ["mixture", str(EXAMPLES / "mixtures" / "elbow.yaml")],
        ["plan", str(EXAMPLES / "elbow-tennis.yaml"), "--therapy", "mesotherapy",
         "--start", "2026-12-01"],
        ["knowledge", "check"],
        ["knowledge", "show", "mesotherapy-pregnancy"],
        ["knowledge", "review"],
        ["medicines", "show", "doliprane"],
        ["medicines", "check"],
        ["schema", "case"],
        ["--help"],
        ["--version"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_the_engine_alone_judges(
    wheels: dict[str, Path], tmp_path: Path, arguments: list[str]
) -> None:
    done = run(wheels["dolenti"], tmp_path, *arguments)
    assert done.returncode in ((0, 1) if arguments[0] == "knowledge" else (0,)), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout


NEED_THE_SITE = [
    ["setup", "--site", "x"], ["let-in", "a@b.fr", "--reason", "x"], ["demo"], ["serve"],
    ["questionnaires"], ["bounces", "mail"], ["work"], ["backup"], ["restore", "x.zip"],
    ["move", "--to", "sqlite"], ["alarm", "dolenti.service"], ["key", "change"],
    ["audit", "verify"], ["audit", "keep-end"], ["knowledge", "changes"],
    ["backup", "--new-key", "key.txt"], ["medicines", "update", "CIS_bdpm.txt"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", NEED_THE_SITE, ids=" ".join)
@pytest.mark.parametrize("lang,said", [("fr", "n’est pas installé"), ("en", "is not installed")])
def test_what_needs_the_site_says_so_in_one_sentence(
    wheels: dict[str, Path], tmp_path: Path, arguments: list[str], lang: str, said: str
) -> None:
    """Though Django is installed."""
    done = run(wheels["dolenti"], tmp_path, *arguments, DOLENTI_LANG=lang)
    assert done.returncode == 2, done.stderr
    assert "dolenti-site" in done.stderr
    assert said in done.stderr
    assert "pip install dolenti[site]" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir()), "nothing is made"


def test_every_command_of_a_site_is_among_them() -> None:
    asked = {" ".join(one[:2]) for one in NEED_THE_SITE} | {one[0] for one in NEED_THE_SITE}
    groups = {
        "": (site.app, keeping.app),
        "key ": (keeping.key_app,),
        "audit ": (keeping.audit_app,),
    }
    for group, apps in groups.items():
        assert {group + name for app in apps for name in names(app)} <= asked


def names(app: typer.Typer) -> Sequence[str]:
    return [one.name or one.callback.__name__ for one in app.registered_commands if one.callback]


# --- A clinic ----------------------------------------------------------------------------------


OPENED = """
import sys
from dolenti.config.serve import prepare
prepare()
from django.test import Client
from django.urls import reverse
asked = {"accept-language": "fr", "host": "localhost"}
page = Client().get(reverse("account_login"), headers=asked)
sys.stdout.write(f"{page.status_code} {page.content.decode()}")
"""


def test_both_together_are_a_site(packed: dict[str, Path], tmp_path: Path) -> None:
    for one in packed.values():
        zipfile.ZipFile(one).extractall(tmp_path / "unpacked")
    data = {"DOLENTI_DATA": str(tmp_path / "data")}
    given = ["--site", "Les Pins", "--address", "x", "--name", "Paul", "--administrator", "p@x.fr"]
    (tmp_path / "empty").mkdir()
    done = run(tmp_path / "unpacked", tmp_path / "empty", "setup", *given, **data)
    assert done.returncode == 0, done.stderr
    done = run(tmp_path / "unpacked", tmp_path / "empty", code=OPENED, **data)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("200 ")
    assert "Mot de passe" in done.stdout


def test_each_asks_for_the_very_same_version_of_the_other(wheels: dict[str, Path]) -> None:
    version = dolenti.__version__
    engine, rest = told(wheels["dolenti"]), told(wheels["dolenti-site"])
    assert engine["Version"] == rest["Version"] == version
    for key in ("Requires-Python", "License-Expression"):
        assert engine[key] == rest[key]
    assert engine.get_all("License-File") == rest.get_all("License-File") == ["LICENSE", "NOTICE"]
    assert f"dolenti-site=={version}; extra == 'site'" in engine.get_all("Requires-Dist", [])
    assert f"dolenti[plan]=={version}" in rest.get_all("Requires-Dist", [])
    for unpacked in wheels.values():
        assert len(list(unpacked.glob("*.dist-info/licenses/*"))) == 2


def content(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as opened:
        return {one: opened.read(one) for one in opened.namelist()}


def test_the_source_archive_gives_the_same_wheels(packed: dict[str, Path], tmp_path: Path) -> None:
    done = built(ROOT, "sdist", tmp_path)
    assert done.returncode == 0, done.stderr
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path / "source", filter="data")
    (checkout,) = (tmp_path / "source").iterdir()
    again = wheels_of(checkout, tmp_path / "again")
    for name, wheel in packed.items():
        assert content(wheel) == content(again[name])


def test_the_site_has_no_source_archive_of_its_own_and_says_which_has(tmp_path: Path) -> None:
    done = built(ROOT / "site", "sdist", tmp_path)
    assert done.returncode != 0
    assert "python -m build --wheel site" in done.stderr
    assert not list(tmp_path.iterdir())


# --- How much ----------------------------------------------------------------------------------


MOST_MB = 30
"""Forty are promised to whoever only judges; docs/library.md says what is measured."""


def closure(name: str) -> set[str]:
    """The distributions that come with one, without any extra."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = canonicalize_name(waiting.pop())
        if one in found:
            continue
        found.add(one)
        for text in metadata.requires(one) or []:
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                waiting.append(needed.name)
    return found


def installed(file: Path) -> int:
    """Bytes of a file, with the bytecode that pip makes of it where it is Python."""
    size = file.stat().st_size
    if file.suffix != ".py":
        return size
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
    return size + 16 + len(marshal.dumps(made))


def test_whoever_only_judges_installs_little(wheels: dict[str, Path]) -> None:
    """The sum of all files, as pip leaves them."""
    listed = {
        name: [Path(str(one.locate())) for one in metadata.files(name) or []]
        for name in closure("dolenti") - {"dolenti"}
    }
    listed["dolenti"] = list(wheels["dolenti"].rglob("*"))
    sizes = {
        name: sum(installed(one) for one in found if one.is_file() and one.suffix != ".pyc") / 1e6
        for name, found in listed.items()
    }
    assert min(sizes.values()) > 0, sizes
    assert sum(sizes.values()) < MOST_MB, sizes
