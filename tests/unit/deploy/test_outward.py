"""The program opens a way to another machine where this list says so, and nowhere else."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[3] / "src" / "dolenti"
OUTWARD = frozenset({
    "aiohttp", "asyncio", "ftplib", "http.client", "httpx", "imaplib", "nntplib", "poplib",
    "requests", "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib.request",
    "urllib3", "xmlrpc",
})  # fmt: skip
"""What Python and its usual libraries open one with. Django opens the database and the mail."""
OPENED = {
    "config/certificate.py": {"socket", "ssl"},  # the site's own address, as a browser meets it
    "config/serve.py": {"socket"},  # whether its own port is free
    "diary/senders.py": {"smtplib"},  # the name of a refusal; Django's mail sends
    "site_terminal/alarm.py": {"socket"},  # what this machine is called
}


def outward(file: Path) -> set[str]:
    """The modules of ``OUTWARD`` that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return {name for name in OUTWARD for one in found if one == name or one.startswith(f"{name}.")}


def test_nothing_else_opens_a_way_outward() -> None:
    found = {str(file.relative_to(SOURCE)): outward(file) for file in SOURCE.rglob("*.py")}
    assert {file: modules for file, modules in found.items() if modules} == OPENED
