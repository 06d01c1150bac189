"""What has to be said of a clinic before it can be one: checked before anything is made."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from dolenti.calendar.zone import is_known, near
from dolenti.guideline.errors import InputError


@dataclass(frozen=True)
class Founding:
    """The first site and its first administrator. Raises ``InputError`` for what cannot be."""

    site: str
    time_zone: str
    address: str
    administrator: str
    email: str

    def __post_init__(self) -> None:
        lengths = (
            ("--site", self.site, 120),
            ("--address", self.address, 300),
            ("--name", self.administrator, 120),
        )
        for option, text, most in lengths:
            if not text.strip():
                raise InputError("this may not be empty", option, fr="ceci ne peut pas être vide")
            if len(text) > most:
                raise InputError(
                    f"at most {most} characters, please",
                    option,
                    fr=f"{most} caractères au plus, s’il vous plaît",
                )
            if not all(sign.isprintable() or sign == "\n" for sign in text):
                raise InputError(
                    "a hidden or broken character; type it again",
                    option,
                    fr="un caractère invisible ou abîmé\u00a0; retapez ce texte",
                )
        if not is_known(self.time_zone):
            like = near(self.time_zone)
            raise InputError(
                f"there is no such time zone; write one as {like}",
                "--time-zone",
                fr=f"ce fuseau horaire n’existe pas\u00a0; écrivez-en un comme {like}",
            )
        try:
            validate_email(self.email.strip())
        except ValidationError:
            raise InputError(
                "this is not an e-mail address; write name@example.org",
                "--administrator",
                fr="ce n’est pas une adresse électronique\u00a0; écrivez nom@exemple.fr",
            ) from None


def standing_already() -> InputError:
    """The refusal to found a second house in one database."""
    return InputError(
        "a clinic is set up here already; its administrator makes accounts on the page People. "
        "Whoever never had or lost the first link asks for one on the log-in page (“Forgotten or "
        "never chosen”). For another clinic, choose another folder (DOLENTI_DATA)",
        fr="un établissement existe déjà ici\u00a0; son administrateur crée les comptes à la page "
        "Utilisateurs. Qui n’a pas ou plus le premier lien en demande un à la page de connexion "
        "(«\u00a0Mot de passe oublié ou jamais défini\u00a0»). Pour un autre établissement, "
        "choisissez "
        "un autre dossier (DOLENTI_DATA)",
    )
