"""What the law leaves open, at the terminal: shown as long as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

_WORDS = {
    "fr": ("Points de droit non tranchés", "à attester par l’établissement"),
    "en": ("What the law leaves open", "for the clinic to attest"),
}


def show_notices(console: Console, notices: Sequence[dict[str, Any]], language: str) -> None:
    """Each notice with its sources; what a clinic is to attest says so."""
    if not notices:
        return
    heading, to_attest = _WORDS[language]
    console.print(Text(heading, style="bold"))
    for notice in notices:
        line = Text(f"§ {notice['says']}")
        if notice["attestation"]:
            line.append(f" ({to_attest})", style="yellow")
        console.print(line)
        cited = "; ".join(
            f"{source['id']} :{source['at']}" if source["at"] else source["id"]
            for source in notice["sources"]
        )
        console.print(Text(f"    {cited}", style="dim"))
