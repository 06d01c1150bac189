"""The trail verified at the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.console import Console

from dolenti.access import audit, trail
from dolenti.guideline.errors import InputError

_SHOWN = 20

_WORDS = {
    "fr": {
        "sound": "Journal intact\u00a0: {lines} lignes.",
        "end": "Fin du journal (à noter en lieu sûr)\u00a0: {head}",
        "no-head": "Aucune fin connue\u00a0: une fin coupée ne se verrait pas. Donnez --head.",
        "faulty": "Journal altéré\u00a0: {faults} anomalies sur {lines} lignes.",
        "edited": "ligne {line}\u00a0: modifiée",
        "missing": "ligne {line}\u00a0: absente",
        "reordered": "ligne {line}\u00a0: déplacée, ou la précédente a changé",
        "cut": "ligne {line}\u00a0: la fin du journal a été coupée",
    },
    "en": {
        "sound": "The trail is sound: {lines} lines.",
        "end": "Its end (keep it in a safe place): {head}",
        "no-head": "No end is known: a cut tail could not be seen. Give --head.",
        "faulty": "The trail was changed: {faults} faults in {lines} lines.",
        "edited": "line {line}: edited",
        "missing": "line {line}: missing",
        "reordered": "line {line}: moved, or the one before it changed",
        "cut": "line {line}: the end of the trail was cut off",
    },
}


@dataclass(frozen=True)
class Verified:
    """What was found: how many lines, the faults, the end that was known and the end there is."""

    lines: int
    faults: list[audit.Fault]
    known: audit.Head | None
    end: audit.Head | None


def verify(head: str | None) -> Verified:
    """Verify the trail against a head, or the one kept in the data folder.

    Raises ``InputError`` where the head given is none.
    """
    try:
        known = audit.read_head(head) if head else audit.last_head()
    except ValueError:
        known = None
    if head and known is None:
        raise InputError(
            "this is no head of a trail; give “NUMBER HASH” as it was shown",
            "--head",
            fr="ce n’est pas une fin de journal\u00a0; donnez «\u00a0NUMÉRO EMPREINTE\u00a0» comme "
            "elle a été affichée",
        )
    lines, faults = audit.verify(known)
    end = audit.end()
    trail.note(lines, faults)
    return Verified(lines, faults, known, end)


def as_json(verified: Verified) -> dict[str, Any]:
    """What was found, for a machine."""
    return {
        "lines": verified.lines,
        "faults": [{"line": one.sequence, "what": one.what} for one in verified.faults],
        "known": str(verified.known) if verified.known else None,
        "end": str(verified.end) if verified.end else None,
    }


def show(console: Console, verified: Verified, language: str) -> None:
    """What was found, for a person."""
    words = _WORDS[language]
    state = "faulty" if verified.faults else "sound"
    said = words[state].format(lines=verified.lines, faults=len(verified.faults))
    console.print(said, highlight=False)
    for fault in verified.faults[:_SHOWN]:
        console.print("  " + words[fault.what].format(line=fault.sequence), highlight=False)
    if verified.known is None:
        console.print(words["no-head"], highlight=False)
    if verified.end is not None:
        console.print(words["end"].format(head=verified.end), highlight=False, soft_wrap=True)
