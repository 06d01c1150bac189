"""The library as docs/library.md shows it: its examples run, its surface is what stands there."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from contextlib import closing
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import dolenti
from dolenti import guideline, mixture, plan, population
from dolenti.guideline.errors import InputError

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / "library.md", ROOT / "README.md"]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
DAY = date(2026, 11, 22)


def blocks(page: Path, kind: str) -> list[str]:
    return [text for tongue, text in FENCE.findall(page.read_text("utf-8")) if tongue == kind]


def surface(module: ModuleType) -> list[str]:
    """Each public name, a function with what it takes and gives, a class with what it holds."""
    short = module.__name__.removeprefix("dolenti.")
    return [f"{short}.{name}{_shape(getattr(module, name))}" for name in module.__all__]


def _shape(thing: Any) -> str:
    if not inspect.isclass(thing):
        called = inspect.signature(thing)
        taken = [
            p.replace(default="…") if _is_ours(p.default) else p for p in called.parameters.values()
        ]
        return str(called.replace(parameters=taken)).replace("'", "")
    held = getattr(thing, "__struct_fields__", None) or getattr(thing, "__dataclass_fields__", ())
    if not held:
        held = [n for n, m in vars(thing).items() if inspect.isfunction(m)]
    return ": " + ", ".join(name for name in held if name[0] != "_")


def _is_ours(default: Any) -> bool:
    """Whether a default is a function or a path: of no matter, and another on each machine."""
    return default is not inspect.Parameter.empty and (
        callable(default) or isinstance(default, Path)
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_run_one_after_another(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    found = blocks(page, "python")
    assert found
    for block in found:
        exec(compile(block, page.name, "exec"), names)


def test_the_page_lists_the_whole_surface() -> None:
    (listed,) = blocks(PAGES[0], "text")
    told = [line for module in (guideline, mixture, plan, population) for line in surface(module)]
    assert listed.splitlines() == told, "\n".join(told)


def test_every_public_name_says_what_it_is_for() -> None:
    for module in (guideline, mixture, plan, population):
        for name in module.__all__:
            thing = getattr(module, name)
            if not isinstance(thing, str):
                assert inspect.getdoc(thing), f"{module.__name__}.{name}"


def test_it_is_typed_and_needs_no_site() -> None:
    assert (Path(dolenti.__file__).parent / "py.typed").is_file()
    names = "guideline, mixture, plan"
    asked = (
        f"import sys; from dolenti import {names};"
        "loaded = {name.partition('.')[0] for name in sys.modules};"
        "assert not loaded & {'django', 'rich', 'typer', 'pyarrow'}, loaded"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


class Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.told = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.told += data


def shown(html: str) -> Text:
    text = Text()
    text.feed(html)
    return text


def test_a_notebook_shows_the_verdicts_with_what_they_rest_on() -> None:
    edition = guideline.load_folder()
    content = {
        "complaint": {"condition": "knee-osteoarthritis", "side": "right"},
        "facts": {"hot-swollen-joint": True, "fever": True},
    }
    assessment = guideline.Judge(edition).assess(guideline.read_case(content, edition, DAY))
    for text, status, unverified in (
        (shown(assessment._repr_html_()), "À adresser d’abord", "non vérifié"),
        (shown(guideline.as_html(assessment, "en")), "Refer first", "unverified"),
    ):
        assert text.tags == {"table", "thead", "tbody", "tr", "th", "td", "br", "p", "strong",
                             "ul", "li", "small"}  # fmt: skip
        assert status in text.told
        assert edition.sha256[:12] in text.told
        said = guideline.as_json(assessment)
        rests = [r for v in said["verdicts"] for r in v["reasons"] if r["holds"]]
        assert (unverified in text.told) == any(not reason["verified"] for reason in rests)


def test_a_notebook_escapes_what_a_record_says() -> None:
    edition = guideline.load_folder()
    content = {
        "therapy": "mesotherapy",
        "preparation": {
            "vehicle": {"fluid": "saline", "volume": 1},
            "components": [{"product": "lidocaine", "strength": 10, "volume": 2}],
        },
    }
    html = mixture.Judge(edition).judge(mixture.read(content, edition, DAY))._repr_html_()
    assert "Mélange" in shown(html).told
    assert "<script" not in guideline.notebook.listed("<script>", ["<script>alert(1)</script>"])


COLUMNS = {"patient": ["b", "a"], "condition": ["knee-osteoarthritis"] * 2, "age": [60.0, 70.0]}


@pytest.mark.parametrize("frame", [pa.table(COLUMNS), pd.DataFrame(COLUMNS), COLUMNS])
def test_a_frame_is_judged_as_its_file_would_be(frame: Any, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    edition = guideline.load_folder()
    found = population.judge_table(frame, edition, DAY)
    file, out = tmp_path / "patients.parquet", tmp_path / "verdicts.parquet"
    pq.write_table(pa.table(COLUMNS), file)
    request = population.Request(str(file), DAY, str(out))
    with closing(population.DuckDBEngine()) as engine:
        population.judge_population(engine, edition, request)
    written = pq.read_table(out)
    assert found.sort_by("patient").to_pylist() == written.sort_by("patient").to_pylist()
    assert found.schema.metadata[b"dolenti.sha256"].decode() == edition.sha256


@pytest.mark.parametrize("frame", [7, "patients.parquet", {"patient": [1], "age": [1, 2]}, None])
def test_what_is_no_table_is_refused(frame: Any) -> None:
    with pytest.raises(InputError, match="no table that Arrow can read"):
        population.judge_table(frame, guideline.load_folder(), DAY)


def test_impossible_values_are_named_in_a_frame_too() -> None:
    frame = {"patient": ["a"], "condition": ["nothing-known"]}
    with pytest.raises(InputError, match="table: condition"):
        population.judge_table(frame, guideline.load_folder(), DAY)


def test_a_therapy_that_is_none_is_said_with_a_near_one() -> None:
    edition = guideline.load_folder()
    case = guideline.read_case({"complaint": {"condition": "lateral-epicondylitis"}}, edition, DAY)
    with pytest.raises(InputError, match="mesotherapy"):
        plan.lay(guideline.Judge(edition).assess(case), "mesotherap", DAY)
