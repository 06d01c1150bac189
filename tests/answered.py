"""Which schema the JSON of each command has: every command that answers as JSON stands here."""

from __future__ import annotations

from typing import Final

ALONE: Final = {
    "--version": "version",
    "assess": "assessment",
    "mixture": "mixture",
    "plan": "plan",
    "population judge": "population",
    "population flatten": "flattening",
    "knowledge check": "check",
    "knowledge show": "entry",
    "knowledge list": "entries",
    "knowledge search": "entries",
    "knowledge coverage": "coverage",
    "knowledge review": "review",
    "knowledge contradictions": "contradictions",
    "medicines find": "medicines",
    "medicines show": "medicine",
}
"""What is asked without a site."""

ON_A_SITE: Final = {
    "backup": "backup",
    "backup --new-key": "key-pair",
    "restore": "restoration",
    "restore --drill": "restoration",
    "move": "restoration",
    "key change": "key-change",
    "audit verify": "trail",
    "knowledge changes": "changes",
    "knowledge review": "review",
}
