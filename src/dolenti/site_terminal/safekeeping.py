"""Backup, restore and move at the terminal: the progress, and what was proved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from dolenti.safekeeping.steps import Progress as Part
from dolenti.safekeeping.steps import Steps

if TYPE_CHECKING:  # a key is made where there is no site to import
    from dolenti.safekeeping.operations import Restored
    from dolenti.safekeeping.rekeying import Changed
    from dolenti.safekeeping.site import Saved

_HASH_SHOWN = 16

_STEPS = {
    "fr": {
        "copy": "Copie de la base", "check": "Contrôle de la base", "write": "Écriture",
        "read": "Relecture et contrôle", "make": "Préparation de la base", "load": "Chargement",
        "compare": "Comparaison", "seal": "Chiffrement", "unseal": "Déchiffrement",
        "send": "Copie sur l’autre disque",
    },
    "en": {
        "copy": "Copying the database", "check": "Checking the database", "write": "Writing",
        "read": "Reading again and checking", "make": "Making the database", "load": "Loading",
        "compare": "Comparing", "seal": "Sealing", "unseal": "Opening what is sealed",
        "send": "Copying to the other disk",
    },
}  # fmt: skip

_WORDS = {
    "fr": {
        "saved": "Sauvegarde écrite, relue et contrôlée\u00a0:",
        "size": "{tables} tables, {rows} lignes, {size}\u00a0Mo",
        "files": "À côté de la base\u00a0: {files} fichiers (questionnaires, base des "
        "médicaments).",
        "files-aside": "Les anciens fichiers sont conservés\u00a0: {where}",
        "left-out": "NON SAUVEGARDÉ, car Dolenti ne sait pas ce que c’est\u00a0: {names} (dans le "
        "dossier de données). Copiez-le à part s’il faut le garder.",
        "clear": "Elle contient des données de santé et n’est pas chiffrée\u00a0: conservez-la "
        "comme un dossier médical, sur un autre support.",
        "sealed": "Elle est chiffrée\u00a0: seule la clé privée la rouvre. Gardez cette clé "
        "ailleurs que sur cette machine.",
        "copied": "Copie relue et identique\u00a0:",
        "changed-key": "Chiffrés avec la nouvelle clé (applications\u00a0: {secrets}\u00a0; "
        "photos\u00a0: {photos}). Chacun se reconnecte.",
        "keep-keys": "Mettez une copie de {key} et de {former} en lieu sûr\u00a0: les photos des "
        "anciennes sauvegardes ne s’ouvrent qu’avec l’ancienne clé.",
        "made-key": "Clé privée écrite, à garder hors de cette machine\u00a0:",
        "public": "Clé publique, pour --seal-for ou DOLENTI_BACKUP_SEAL_FOR\u00a0:",
        "key": "Elle contient aussi la clé secrète du site\u00a0: qui la détient peut se faire "
        "passer pour n’importe qui. Mettez-la en lieu sûr.",
        "no-key": "La clé secrète du site n’y est pas\u00a0: gardez-en une copie à part (le "
        "fichier secret-key). Sans elle, les photos ne s’ouvrent plus et les codes de connexion ne "
        "fonctionnent plus.",
        "restored": "Restauration terminée\u00a0: {tables} tables, {rows} lignes, toutes relues et "
        "identiques à la sauvegarde.",
        "not_held": "Attention\u00a0: la fin du journal que porte cette sauvegarde n’est pas dans "
        "le journal du site. Il a été coupé ou réécrit depuis, une sauvegarde plus ancienne a été "
        "restaurée, ou celle-ci vient d’un autre site. Lancez «\u00a0dolenti audit verify\u00a0» "
        "et gardez cette sauvegarde.",
        "aside": "L’ancienne base est conservée\u00a0:",
        "drilled": "Essai réussi\u00a0: {tables} tables, {rows} lignes, toutes identiques à la "
        "sauvegarde. Rien n’a été modifié.",
        "opened": "S’ouvrent avec la clé secrète\u00a0: {kinds}.",
        "none": "Rien à essayer de\u00a0: {kinds} (il n’y en a pas dans cette sauvegarde).",
        "shut": "RESTENT FERMÉS, faute de la clé secrète du site\u00a0: {kinds}. Les liens des "
        "patients sont à refaire, et chaque personne refait sa double authentification\u00a0; "
        "pour un administrateur qui ne peut plus entrer\u00a0: «\u00a0dolenti let-in\u00a0».",
        "moved": "Copie terminée et vérifiée\u00a0: {tables} tables, {rows} lignes, identiques "
        "des deux côtés.",
        "next": "Indiquez maintenant la nouvelle base dans DATABASE_URL (rien pour le SQLite du "
        "dossier de données), puis démarrez le site. L’ancienne n’a pas été modifiée.",
        "table": "Table", "rows": "Lignes", "here": "Empreinte ici", "there": "Empreinte là-bas",
        "equal": "Égal", "yes": "oui", "no": "NON",
    },
    "en": {
        "saved": "Backup written, read again and checked:",
        "size": "{tables} tables, {rows} rows, {size} MB",
        "files": "Beside the database: {files} files (questionnaires, base of medicines).",
        "files-aside": "The old files are kept: {where}",
        "left-out": "NOT SAVED, because Dolenti does not know what it is: {names} (in the data "
        "folder). Copy it apart if it is to be kept.",
        "clear": "It holds health data and is not encrypted: keep it like a medical record, on "
        "another disk.",
        "sealed": "It is sealed: the private key alone opens it. Keep that key elsewhere than "
        "on this machine.",
        "copied": "Copy, read again and the same:",
        "changed-key": "Sealed by the new key (apps: {secrets}; photos: {photos}). Everybody logs "
        "in again.",
        "keep-keys": "Put a copy of {key} and of {former} in a safe place: the photos of older "
        "backups open by the former key alone.",
        "made-key": "Private key written; keep it off this machine:",
        "public": "Public key, for --seal-for or DOLENTI_BACKUP_SEAL_FOR:",
        "key": "It also holds the site’s secret key: whoever has it can pretend to be anybody. "
        "Keep it in a safe place.",
        "no-key": "The site’s secret key is not in it: keep a copy of it apart (the file "
        "secret-key). Without it, no photo opens and the codes to log in with no longer work.",
        "restored": "Restored: {tables} tables, {rows} rows, all read back and the same as in the "
        "backup.",
        "not_held": "Careful: the end of the trail that this backup has is not in the trail of the "
        "site. It was cut or rewritten since, an older backup was restored, or this one is of "
        "another site. Run “dolenti audit verify”, and keep this backup.",
        "aside": "The old database is kept:",
        "drilled": "The drill went well: {tables} tables, {rows} rows, all the same as in the "
        "backup. Nothing was changed.",
        "opened": "They open with the secret key: {kinds}.",
        "none": "Nothing to try of: {kinds} (there is none in this backup).",
        "shut": "THEY STAY SHUT for want of the site’s secret key: {kinds}. The links of patients "
        "are to be made again, and everybody sets a second step up again; for an administrator who "
        "is locked out: “dolenti let-in”.",
        "moved": "Copied and proved: {tables} tables, {rows} rows, the same on both sides.",
        "next": "Now name the new database in DATABASE_URL (nothing for the SQLite of the data "
        "folder) and start the site. The old one was not changed.",
        "table": "Table", "rows": "Rows", "here": "Hash here", "there": "Hash there",
        "equal": "Equal", "yes": "yes", "no": "NO",
    },
}  # fmt: skip


@contextmanager
def with_progress(language: str) -> Iterator[Steps]:
    """A bar on the error output for each step; nothing where no person watches it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_interactive
    ) as bars:

        def started(step: str) -> Part:
            for task in bars.task_ids:
                bars.update(task, total=1.0, completed=1.0)
            bar = bars.add_task(_STEPS[language][step], total=None)
            return lambda part: bars.update(bar, total=1.0 if part else None, completed=part)

        yield started


def saved_as_json(saved: Saved) -> dict[str, Any]:
    """What was saved."""
    manifest = saved.manifest
    return {
        "file": str(saved.file),
        "made_at": manifest.made_at,
        "version": manifest.version,
        "database": manifest.database,
        "secret_key": manifest.secret_key,
        "sealed": saved.sealed,
        "copy": str(saved.copy) if saved.copy else None,
        "drilled": restored_as_json(saved.drilled) if saved.drilled else None,
        "rows": manifest.rows,
        "tables": [
            {"table": table.table, "rows": table.rows, "sha256": table.sha256}
            for table in manifest.tables
        ],
        "files": [one.name for one in manifest.files],
        "left_out": list(saved.left_out),
        "sha256": manifest.sha256,
    }


def restored_as_json(restored: Restored) -> dict[str, Any]:
    """What was put into the other database, table by table."""
    return {
        "rows": restored.rows,
        "equal": all(proof.equal for proof in restored.proofs),
        "aside": restored.aside,
        "trail_held": restored.trail_held,
        "photos_opened": _photos_opened(restored),
        "sealed_opened": None if restored.sealed is None else list(restored.sealed.opened),
        "sealed_none": None if restored.sealed is None else list(restored.sealed.none),
        "sealed_shut": None if restored.sealed is None else list(restored.sealed.shut),
        "files": restored.files,
        "files_aside": list(restored.files_aside),
        "tables": [
            {
                "table": proof.table,
                "rows": proof.rows,
                "sha256": proof.sha256,
                "rows_there": proof.rows_there,
                "sha256_there": proof.sha256_there,
                "equal": proof.equal,
            }
            for proof in restored.proofs
        ],
    }


def show_saved(console: Console, saved: Saved, language: str) -> None:
    """Where the backup is, what is in it, and how to keep it."""
    words, manifest = _WORDS[language], saved.manifest
    _say(console, f"{words['saved']} {saved.file}")
    size = f"{saved.file.stat().st_size / 2**20:.1f}"
    size = size.replace(".", ",") if language == "fr" else size
    _say(
        console,
        words["size"].format(
            tables=len(manifest.tables), rows=_number(manifest.rows, language), size=size
        ),
    )
    if manifest.files:
        _say(console, words["files"].format(files=len(manifest.files)))
    if saved.left_out:
        _say(console, words["left-out"].format(names=", ".join(saved.left_out)))
    _say(console, words["sealed" if saved.sealed else "clear"])
    _say(console, words["key" if manifest.secret_key else "no-key"])
    if saved.copy is not None:
        _say(console, f"{words['copied']} {saved.copy}")
    if saved.drilled is not None:
        show_drilled(console, saved.drilled, language)


def show_key(console: Console, public: str, private: Path, language: str) -> None:
    """Where the private key is, and the public one."""
    words = _WORDS[language]
    _say(console, f"{words['made-key']} {private}")
    _say(console, words["public"])
    _say(console, public)


def show_key_changed(console: Console, changed: Changed, language: str) -> None:
    """What was sealed anew, and which files to carry to the safe."""
    words = _WORDS[language]
    apps, photos = (_number(one, language) for one in (changed.secrets, changed.photos))
    _say(console, words["changed-key"].format(secrets=apps, photos=photos))
    if changed.key is not None:
        _say(console, words["keep-keys"].format(key=changed.key, former=changed.former))


def show_restored(console: Console, restored: Restored, language: str) -> None:
    """That all is there, and where the old database is."""
    _sum(console, restored, "restored", language)
    _tell_of_the_key(console, restored, language)
    _warn_of_the_trail(console, restored, language)
    words = _WORDS[language]
    if restored.aside is not None:
        _say(console, f"{words['aside']} {restored.aside}")
    if restored.files:
        _say(console, words["files"].format(files=restored.files))
    if restored.files_aside:
        _say(console, words["files-aside"].format(where=", ".join(restored.files_aside)))


def show_drilled(console: Console, restored: Restored, language: str) -> None:
    """That the backup can be restored."""
    _sum(console, restored, "drilled", language)
    _tell_of_the_key(console, restored, language)
    _warn_of_the_trail(console, restored, language)


def _photos_opened(restored: Restored) -> bool | None:
    sealed = restored.sealed
    if sealed is None or "photos" in sealed.none:
        return None
    return "photos" in sealed.opened


def _tell_of_the_key(console: Console, restored: Restored, language: str) -> None:
    """Which kinds opened, which are not there to be tried, and which stay shut."""
    if restored.sealed is None:
        return
    from dolenti.safekeeping.encrypted import in_words

    for name in ("opened", "none", "shut"):
        if kinds := getattr(restored.sealed, name):
            _say(console, _WORDS[language][name].format(kinds=in_words(kinds, language)))


def _warn_of_the_trail(console: Console, restored: Restored, language: str) -> None:
    if restored.trail_held is False:
        _say(console, _WORDS[language]["not_held"])


def show_moved(console: Console, restored: Restored, language: str) -> None:
    """The proof, table by table, and what is left to do."""
    words = _WORDS[language]
    table = Table()
    table.add_column(words["table"])
    table.add_column(words["rows"], justify="right")
    for name in ("here", "there", "equal"):
        table.add_column(words[name])
    for proof in restored.proofs:
        table.add_row(
            proof.table,
            _number(proof.rows, language),
            proof.sha256[:_HASH_SHOWN],
            proof.sha256_there[:_HASH_SHOWN],
            words["yes" if proof.equal else "no"],
        )
    console.print(table)
    _sum(console, restored, "moved", language)
    _say(console, words["next"])


def _sum(console: Console, restored: Restored, name: str, language: str) -> None:
    _say(
        console,
        _WORDS[language][name].format(
            tables=len(restored.proofs), rows=_number(restored.rows, language)
        ),
    )


def _say(console: Console, text: str) -> None:
    console.print(Text(text), soft_wrap=True)


def _number(number: int, language: str) -> str:
    return f"{number:,}".replace(",", "\u00a0") if language == "fr" else f"{number:,}"
