"""The reference engine of CQL, for tests: translator and interpreter, from npm, kept between runs.

Installs what ``package-lock.json`` names, by its hashes, into the user's cache; translated
libraries are kept there too, by the hash of their text.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_SCRIPTS = ("translate.mjs", "run.mjs", "system-modelinfo.xml")
_WORTH_A_PROCESS = 50
_LOCKED = ("package.json", "package-lock.json")


class Engine:
    """Some CQL libraries, translated, ready for patients.

    ``texts`` are the libraries by name; ``root`` includes all the others.
    """

    def __init__(self, texts: Mapping[str, str], root: str) -> None:
        self._tools = _tools()
        key = _hash({**texts, "root": root, "tools": self._tools.name})

        def translate(folder: Path) -> None:
            with tempfile.TemporaryDirectory() as written:
                for name, text in texts.items():
                    (Path(written) / f"{name}.cql").write_text(text, "utf-8")
                self._node("translate.mjs", written, root, str(folder))

        self._elm = kept(f"elm-{key}", translate)

    def ask(self, patients: Sequence[Mapping[str, Any]]) -> list[dict[str, dict[str, Any]]]:
        """What the libraries answer for each patient: ``{as_of, complaint, bundle, ask}``."""
        lines = [json.dumps(patient) + "\n" for patient in patients]
        # As many processes as there are cores, for the interpreter uses one; few patients are not
        # worth a second start.
        share = max(_WORTH_A_PROCESS, -(-len(lines) // (os.cpu_count() or 1)))
        parts = ["".join(lines[first : first + share]) for first in range(0, len(lines), share)]
        with ThreadPoolExecutor() as pool:
            said = pool.map(lambda part: run(self.command, given=part), parts)
            answers = [answer for part in said for answer in part.splitlines()]
        assert len(answers) == len(patients)
        return [json.loads(answer) for answer in answers]

    @property
    def command(self) -> list[str]:
        """What answers patients, a line of JSON each, until there are no more."""
        return ["node", str(self._tools / "run.mjs"), str(self._elm)]

    def _node(self, script: str, *arguments: str) -> str:
        return run(["node", str(self._tools / script), *arguments])


def _tools() -> Path:
    """The folder with the scripts and the installed packages."""
    files = {name: (HERE / name).read_text("utf-8") for name in (*_LOCKED, *_SCRIPTS)}

    def install(folder: Path) -> None:
        for name in (*_LOCKED, *_SCRIPTS, ".npmrc"):
            shutil.copy(HERE / name, folder / name)
        run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)

    return kept(f"tools-{_hash(files)}", install)


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """A folder of the cache, made by ``make`` if it is not there; by one process at a time."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dolenti" / "cql"
    base.mkdir(parents=True, exist_ok=True)
    folder = base / name
    with (base / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            unfinished = Path(tempfile.mkdtemp(dir=base))
            try:
                make(unfinished)
                unfinished.rename(folder)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _hash(texts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:24]


def run(command: list[str], folder: Path | None = None, given: str = "") -> str:
    """What a command writes; it must succeed."""
    done = subprocess.run(
        command, cwd=folder, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command[:2]}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout
