"""Words that some tool takes for a yes or a no, where an id is meant.

YAML 1.1 reads ``off`` and ``no`` as booleans, ours does not; a file that went through a tool
of the other kind comes back with ``'False'`` for what somebody had called ``off``. Such an id is
stored, copied and exported, and means nothing: it is refused where the knowledge is read.
"""

from __future__ import annotations

from typing import Any, Final

from dolenti.guideline.errors import InputError
from dolenti.guideline.reading import Document

_AS_IDS: Final = frozenset({"true", "false", "on", "off"})
"""Not ``yes`` and ``no``: they are what a patient answers, and are quoted where they stand."""
_WRITTEN: Final = frozenset({"True", "False"})
"""What a tool writes of a boolean; no text of ours is one of these words alone."""


def refuse_booleans(document: Document) -> None:
    """Raises ``InputError``, with the line, for an id that some tool reads as a boolean, and for a
    text or a key that is one written out."""
    _walk(document, document.content, ())


def _walk(document: Document, part: Any, path: tuple[str | int, ...]) -> None:
    if isinstance(part, dict):
        for key, value in part.items():
            if key in _WRITTEN:
                raise _refused(document, key, (*path, key))
            _walk(document, value, (*path, key))
    elif isinstance(part, list):
        for number, value in enumerate(part):
            _walk(document, value, (*path, number))
    elif isinstance(part, (str, bool)):
        is_id = bool(path) and path[-1] == "id" and str(part).lower() in _AS_IDS
        if is_id or (isinstance(part, str) and part in _WRITTEN):
            raise _refused(document, str(part), path)


def _refused(document: Document, word: str, path: tuple[str | int, ...]) -> InputError:
    return InputError(
        f"“{word}” is read as a yes or a no by some tools; write another word",
        document.place(path),
        fr=f"certains outils lisent «\u00a0{word}\u00a0» comme un oui ou un non\u00a0; écrivez un "
        "autre mot",
    )
