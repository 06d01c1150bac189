"""The results that docs/benchmarks.md shows, and the machine they come from: results.json."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "results.json"


def put(name: str, found: Any) -> None:
    """Put what one script found in the place of what it found before."""
    kept = read()
    kept[name] = found
    kept.setdefault("measured", {})[name] = {
        "day": datetime.now(UTC).date().isoformat(), "load": os.getloadavg()[0], **machine(),
    }  # fmt: skip
    FILE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read() -> dict[str, Any]:
    """Everything kept so far."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    return found


def machine() -> dict[str, str]:
    """What was measured on; nothing that names it."""
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text("utf-8"))
    return {
        "cores": str(os.cpu_count()),
        "processor": processor[1] if processor else "",
        "memory": f"{int(memory[1]) / 2**20:.0f} GiB" if memory else "",
        "python": platform.python_version(),
        "node": _version("node", "--version"),
        "java": _version("java", "-version"),
    }


def _version(program: str, option: str) -> str:
    found = shutil.which(program)
    if found is None:
        return ""
    said = subprocess.run([found, option], capture_output=True, text=True, check=True)
    number = re.search(r"\d+(\.\d+)+", said.stdout + said.stderr)
    return number[0] if number else ""
