"""The keys a backup is sealed with: a public one that seals, a private one that opens (age).

Nothing here knows the site: a key is made on whatever machine keeps it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyrage

from dolenti.access.secret import write_private
from dolenti.guideline.errors import InputError


def new_key(file: Path) -> str:
    """Write a new private key into a file of its owner's alone; gives the public key.

    Raises ``InputError`` where the file is there already: a key that was replaced would leave
    backups that nobody can read.
    """
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    refuse_standing(file, "--new-key")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file.with_name(f".{file.name}.{os.getpid()}"), str(identity), file)
    except OSError as error:
        raise _unwritten(error, file) from None
    return public


def recipients(keys: Iterable[str]) -> list[Any]:
    """The public keys (``age1…``) that a backup is sealed for. Raises ``InputError``."""
    found = []
    for key in keys:
        try:
            found.append(pyrage.x25519.Recipient.from_str(key.strip()))
        except pyrage.RecipientError:
            raise InputError(
                "this is no public key of age; it begins with age1, as `dolenti backup --new-key` "
                "prints it",
                "--seal-for",
                fr="ce n’est pas une clé publique age\u00a0: elle commence par age1, telle que "
                "`dolenti backup --new-key` l’affiche",
            ) from None
    return found


def identities(file: Path) -> list[Any]:
    """The private keys in a file, as age and ``new_key`` write them. Raises ``InputError``."""
    try:
        lines = file.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        keys = [pyrage.x25519.Identity.from_str(line) for line in found]
    except pyrage.IdentityError:
        keys = []
    if not keys:
        raise InputError(
            "no private key could be read from this file; it holds a line that begins with "
            "AGE-SECRET-KEY-1",
            str(file),
            fr="aucune clé privée n’a pu être lue dans ce fichier\u00a0; il doit contenir une "
            "ligne qui commence par AGE-SECRET-KEY-1",
        )
    return keys


def refuse_standing(file: Path, where: str) -> None:
    """Raise ``InputError`` where a file is there already."""
    if file.exists():
        raise InputError(
            f"this file exists already and is not replaced; choose another name: {file}",
            where,
            fr="ce fichier existe déjà et n’est pas remplacé\u00a0; choisissez un autre nom\u00a0: "
            f"{file}",
        )


def _unwritten(error: OSError, file: Path) -> InputError:
    return InputError(
        f"the key could not be written ({error.strerror}); choose another place",
        str(file),
        fr=f"la clé n’a pas pu être écrite ({error.strerror})\u00a0; choisissez un autre endroit",
    )
