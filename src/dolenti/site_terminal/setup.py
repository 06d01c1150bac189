"""A clinic founded at the terminal: what is asked, and what is said when it stands."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dolenti.access.founding import Founding, standing_already
from dolenti.calendar.zone import USUAL
from dolenti.guideline.errors import InputError

if TYPE_CHECKING:
    from dolenti.access.models import User

_ASKED = {
    "site": ("--site", "Nom du site", "Name of the site"),
    "time_zone": ("--time-zone", "Fuseau horaire", "Time zone"),
    "address": ("--address", "Adresse (une ligne, virgules)", "Address (one line, commas)"),
    "administrator": ("--name", "Nom du premier administrateur", "First administrator’s name"),
    "email": ("--administrator", "Son adresse électronique", "Their e-mail address"),
}
_WORDS = {
    "fr": {
        "aside": "La démonstration est mise de côté, entière\u00a0: {folder}",
        "stands": "L’établissement «\u00a0{site}\u00a0» est créé. {name} choisit son mot de passe "
        "à cette adresse, une fois, dans l’heure\u00a0:",
        "local": "Cette adresse ne s’ouvre que sur cette machine\u00a0; ailleurs, DOLENTI_ADDRESS "
        "(https://…) la donne.",
        "next": "Ensuite, une fois le site démarré (systemd, ou dolenti serve)\u00a0: la page Mise "
        "en route dit ce qui manque.",
        "alone": "Un seul administrateur peut rester bloqué dehors\u00a0: créez-en un deuxième "
        "dès le premier jour, à la page Utilisateurs.",
        "making": "Création de la base (une demi-minute environ)…",
        "let-in": "{name} ({role}, {site})\u00a0: la double authentification est réinitialisée et "
        "les sessions sont fermées. Le nouveau mot de passe se choisit à cette adresse, une fois, "
        "dans l’heure\u00a0:",
    },
    "en": {
        "aside": "The demo is set aside, whole: {folder}",
        "stands": "The clinic “{site}” is made. {name} chooses a password at this address, once, "
        "within the hour:",
        "local": "This address opens on this machine only; for others, DOLENTI_ADDRESS (https://…) "
        "says where.",
        "next": "Next, once the site runs (systemd, or dolenti serve): the page What is ready "
        "says what is missing.",
        "alone": "One administrator alone can be locked out: make a second one on the first day, "
        "on the page People.",
        "making": "Making the database (about half a minute)…",
        "let-in": "{name} ({role}, {site}): their second step is removed and their sessions are "
        "ended. A new password is chosen at this address, once, within the hour:",
    },
}


@dataclass(frozen=True)
class Given:
    """What the options said; ``None`` is asked."""

    site: str | None
    time_zone: str | None
    address: str | None
    administrator: str | None
    email: str | None


def ask(given: Given, language: str) -> Founding:
    """What the options did not say, asked where somebody can answer. Raises ``InputError``."""
    said = {one.name: getattr(given, one.name) for one in fields(given)}
    missing = [name for name, value in said.items() if value is None]
    if missing and not sys.stdin.isatty():
        if missing == ["time_zone"]:
            return Founding(**{**said, "time_zone": USUAL})
        options = ", ".join(_ASKED[name][0] for name in missing if name != "time_zone")
        raise InputError(
            f"nobody is there to be asked; say it by options: {options}",
            fr=f"il n’y a personne à qui le demander\u00a0; dites-le par des options\u00a0: "
            f"{options}",
        )
    for name in missing:
        _, french, english = _ASKED[name]
        usual = USUAL if name == "time_zone" else None
        said[name] = typer.prompt(french if language == "fr" else english, default=usual, err=True)
    return Founding(**said)


def refuse_where_one_stands(*, leave_demo: bool) -> None:
    """Before anything is asked or made. Raises ``InputError``."""
    from django.db import connection

    from dolenti.access import accounts
    from dolenti.demo import leaving

    if leave_demo:
        leaving.insist_on_demo()
        return
    tables = connection.introspection.table_names()
    if "access_site" not in tables or not accounts.clinic_stands():
        return
    if leaving.is_demo():
        raise InputError(
            "the demo clinic is here; --leave-demo sets it aside and creates a real one",
            fr="l’établissement fictif est ici\u00a0; --leave-demo le met de côté et en crée un "
            "vrai",
        )
    raise standing_already()


def make(asked: Founding) -> User:
    """The clinic, in a database that is ready for it."""
    from dolenti.access import accounts

    return accounts.found(asked)


def tell_making(language: str) -> None:
    """Say on the error output what takes so long, before it begins."""
    if sys.stderr.isatty():  # to whoever waits before it
        sys.stderr.write(_WORDS[language]["making"] + "\n")
        sys.stderr.flush()


def show_let_in(person: User, language: str) -> None:
    """Who was let in again, and the link, on the standard output."""
    from django.conf import settings
    from django.utils.translation import override

    from dolenti.access import messages
    from dolenti.ui.labels import LABELS

    with override(language):
        role = str(LABELS["role"][person.role])
    words = _WORDS[language]["let-in"]
    said = words.format(name=person.name, role=role, site=person.site.name)
    sys.stdout.write(f"{said}\n\n  {settings.ADDRESS + messages.reset_path(person)}\n")


def show(administrator: User, aside: Path | None, language: str) -> None:
    """What was made, and the link, on the standard output."""
    from django.conf import settings

    from dolenti.access import messages

    words = _WORDS[language]
    said = [words["aside"].format(folder=aside)] if aside else []
    link = settings.ADDRESS + messages.reset_path(administrator)
    said.append(words["stands"].format(site=administrator.site.name, name=administrator.name))
    said.append(f"\n  {link}\n")
    if settings.LOCAL and settings.ADDRESS.startswith("http://"):
        said.append(words["local"])
    said += [words["next"], words["alone"]]
    sys.stdout.write("\n".join(said) + "\n")
