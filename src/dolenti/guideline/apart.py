"""What is written never takes the place of what it was made from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dolenti.guideline.errors import InputError


def keep_apart(out: str, inputs: Iterable[str], option: str = "--out") -> None:
    """Raises ``InputError`` where ``out`` is one of the files that are read, by whatever name or
    link, lies in a folder among them, or is a folder that one of them lies in.

    Addresses (``s3://…``) are compared as they are written; ``-`` is the standard input.
    """
    for one in inputs:
        if one == "-":
            continue
        if "://" in one or "://" in out:
            same = one.rstrip("/") == out.rstrip("/")
        else:
            same = _meet(Path(out), Path(one))
        if same:
            raise InputError(
                f"what is written would overwrite what is read, or lie in it: {one}; name another "
                "file, in another folder",
                option,
                fr=f"l’écriture écraserait ce qui est lu, ou s’y placerait\u00a0: {one}\u00a0; "
                "indiquez un autre fichier, dans un autre dossier",
            )


def _meet(out: Path, read: Path) -> bool:
    if out.exists() and read.exists() and out.samefile(read):
        return True  # by a link too, of either kind
    # A file to be written is looked at where it would stand, not where a link leads from it.
    ways = (out.resolve(), out.parent.resolve() / out.name)
    source = read.resolve()
    return any(
        way == source
        or (read.is_dir() and source in way.parents)
        or (out.is_dir() and way in source.parents)
        for way in ways
    )
