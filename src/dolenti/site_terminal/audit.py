"""The trail verified at the terminal, and its end kept anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.console import Console

from dolenti.access import chain, heads, trail
from dolenti.guideline.errors import InputError

_SHOWN = 20

_WORDS = {
    "fr": {
        "sound": "Journal intact (lignes lues\u00a0: {lines}).",
        "end": "Fin du journal (à noter en lieu sûr)\u00a0: {head}",
        "faulty": "Journal altéré (anomalies\u00a0: {faults}\u00a0; lignes lues\u00a0: {lines}).",
        "edited": "ligne {line}\u00a0: modifiée",
        "missing": "ligne {line}\u00a0: absente",
        "reordered": "ligne {line}\u00a0: déplacée, ou la précédente a changé",
        "damaged": "ligne {line}\u00a0: abîmée, illisible",
        "unnumbered": "rangée de clé {line}\u00a0: son numéro est illisible",
        "unfindable": "ligne {line}\u00a0: l’index des patients et des sites dit autre chose "
        "qu’elle",
        "cut": "ligne {line}\u00a0: la fin du journal a été coupée",
        "head-missing": "la fin conservée à côté de la base a disparu\u00a0: une coupure ne se "
        "verrait plus. Cherchez qui a retiré {file}\u00a0; puis, si le journal est entier selon la "
        "fin notée ailleurs (--head), lancez «\u00a0dolenti audit keep-end\u00a0»",
        "head-unreadable": "la fin conservée dans {file} est illisible. Comparez à la fin notée "
        "ailleurs (--head), puis lancez «\u00a0dolenti audit keep-end\u00a0»",
        "witness-missing": "la seconde fin conservée ({witness}) a disparu, ou n’a jamais été "
        "écrite\u00a0: le disque est-il monté\u00a0? Comparez, puis lancez «\u00a0dolenti audit "
        "keep-end\u00a0»",
        "witness-unreadable": "la seconde fin conservée ({witness}) est illisible. Comparez à la "
        "première, puis lancez «\u00a0dolenti audit keep-end\u00a0»",
        "lost": "Journal sans altération visible (lignes lues\u00a0: {lines}), mais un témoin de "
        "sa fin est perdu.",
        "head-broken": "une fin conservée (ligne {line}) n’est pas dans le journal\u00a0: il a été "
        "coupé ou remplacé. Le témoin est {broken}. Une fois l’affaire éclaircie, lancez "
        "«\u00a0dolenti audit keep-end\u00a0», puis gardez hors du dossier le fichier mis de "
        "côté («\u00a0.broken_\u00a0»)",
        "kept": "Fin du journal conservée\u00a0: {head}",
    },
    "en": {
        "sound": "The trail is sound (lines read: {lines}).",
        "end": "Its end (keep it in a safe place): {head}",
        "faulty": "The trail was changed (faults: {faults}; lines read: {lines}).",
        "edited": "line {line}: edited",
        "missing": "line {line}: missing",
        "reordered": "line {line}: moved, or the one before it changed",
        "damaged": "line {line}: damaged, and cannot be read",
        "unnumbered": "row of key {line}: its number cannot be read",
        "unfindable": "line {line}: the index of patients and sites says other than the line",
        "cut": "line {line}: the end of the trail was cut off",
        "head-missing": "the end kept beside the database is gone: a cut could no longer be seen. "
        "Find out who took {file} away; then, if the trail is whole by the end noted elsewhere "
        "(--head), run “dolenti audit keep-end”",
        "head-unreadable": "the end kept in {file} cannot be read. Compare with the end noted "
        "elsewhere (--head), then run “dolenti audit keep-end”",
        "witness-missing": "the second kept end ({witness}) is gone, or was never written: is the "
        "disk mounted? Compare, then run “dolenti audit keep-end”",
        "witness-unreadable": "the second kept end ({witness}) cannot be read. Compare with the "
        "first one, then run “dolenti audit keep-end”",
        "lost": "No change of the trail is seen (lines read: {lines}), but a witness of its end is "
        "lost.",
        "head-broken": "an end that was kept (line {line}) is not in the trail: it was cut or "
        "replaced. The witness is {broken}. Once that is explained, run “dolenti audit keep-end”, "
        "then keep the file put aside (“.broken_”) outside the folder",
        "kept": "The end of the trail is kept: {head}",
    },
}


@dataclass(frozen=True)
class Verified:
    """What was found: how many lines, the faults, the end that was known and the end there is."""

    lines: int
    faults: list[chain.Fault]
    known: chain.Head | None
    end: chain.Head | None

    @property
    def is_lost(self) -> bool:
        """Whether a witness is lost, and nothing else is wrong."""
        return bool(self.faults) and all(one.what in heads.LOST for one in self.faults)


def verify(head: str | None) -> Verified:
    """Verify the trail against a head, and those kept in the data folder.

    Raises ``InputError`` where the head given is none.
    """
    given = heads.read_head(head) if head else None
    if head and given is None:
        raise InputError(
            "this is no head of a trail; give “NUMBER HASH” as it was shown",
            "--head",
            fr="ce n’est pas une fin de journal\u00a0; donnez «\u00a0NUMÉRO EMPREINTE\u00a0» comme "
            "elle a été affichée",
        )
    known = given or heads.last_head()
    lines, faults = heads.verify(*([given] if given else []))
    end = chain.end()
    trail.note(lines, faults)
    return Verified(lines, faults, known, end)


def keep_end() -> chain.Head | None:
    """Keep the end that the trail has now, because a person decided so; a line of the trail."""
    trail.note_end(heads.kept_heads())
    return heads.start_again()


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
    state = "lost" if verified.is_lost else state
    said = words[state].format(lines=verified.lines, faults=len(verified.faults))
    console.print(said, highlight=False)
    broken = ", ".join(file.name for file in heads.witnesses_of_a_cut())
    second = heads.witness_file()
    places = {"file": heads.head_file().name, "broken": broken, "witness": str(second or "")}
    for fault in verified.faults[:_SHOWN]:
        said = words[fault.what].format(line=fault.sequence, **places)
        console.print(f"  {said}", highlight=False, soft_wrap=True)
    if verified.end is not None:
        console.print(words["end"].format(head=verified.end), highlight=False, soft_wrap=True)


def show_kept(console: Console, head: chain.Head | None, language: str) -> None:
    """The end that is kept from now on, for a person."""
    said = _WORDS[language]["kept"].format(head=head)
    console.print(said, highlight=False, soft_wrap=True)
