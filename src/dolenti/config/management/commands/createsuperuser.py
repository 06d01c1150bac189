"""``createsuperuser``, as people who know Django type it: there is no such person here."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Says what makes the first administrator instead."""

    help = "Say how the first administrator is made: dolenti setup."

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv(argv[:2])  # whatever options Django's own would have had

    def handle(self, *_: Any, **__: Any) -> None:
        raise CommandError(
            "Personne n’est au-dessus des autres ici. «\u00a0dolenti setup\u00a0» crée "
            "l’établissement et son premier administrateur\u00a0; les autres comptes se créent à "
            "la page Utilisateurs.\n"
            "Nobody stands above the others here. “dolenti setup” makes the clinic and its first "
            "administrator; other accounts are made on the page People.",
            returncode=2,
        )
