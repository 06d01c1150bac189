"""What a site prints at the head of its papers: the numbers it is registered by, and its logo."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from dolenti.access import audit
from dolenti.access.actors import Actor
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.agenda.premises import StaleFormError, stamp
from dolenti.guideline.errors import InputError
from dolenti.identity.registered import compact, is_finess, is_siret
from dolenti.treatment.models import Letterhead
from dolenti.treatment.pictures import Logo


@dataclass(frozen=True)
class Head:
    """The head of a paper; ``logo`` is ``None`` where the site has none."""

    finess: str = ""
    siret: str = ""
    logo: Logo | None = None

    def __post_init__(self) -> None:
        """Raises ``InputError`` for a number that is none, at its field."""
        if self.finess and not is_finess(self.finess):
            raise InputError(
                "this is no FINESS number: it has nine characters, the first two a department",
                "finess",
                fr="ce n’est pas un numéro FINESS\u00a0: il a neuf caractères, dont les deux "
                "premiers sont un département",
            )
        if self.siret and not is_siret(self.siret):
            raise InputError(
                "this is no SIRET number: it has fourteen digits and the last one checks the rest",
                "siret",
                fr="ce n’est pas un numéro SIRET\u00a0: il a quatorze chiffres, et le dernier "
                "vérifie les autres",
            )

    @property
    def identifiers(self) -> tuple[tuple[str, str], ...]:
        """The numbers that there are, each with its name."""
        named = (("FINESS", self.finess), ("SIRET", self.siret))
        return tuple((name, number) for name, number in named if number)

    @property
    def stamp(self) -> str:
        """A short fingerprint of it, by which a form knows what it was filled in from."""
        drawn = hashlib.sha256(self.logo.png).hexdigest() if self.logo else ""
        return stamp([self.finess, self.siret, drawn])


def of(site: Site) -> Head:
    """The head of a site's papers."""
    kept = Letterhead.objects.filter(site=site).first()
    if kept is None:
        return Head()
    logo = Logo(bytes(kept.logo), kept.logo_width, kept.logo_height) if kept.logo else None
    return Head(kept.finess, kept.siret, logo)


def read(finess: str, siret: str, logo: Logo | None) -> Head:
    """A head as it was typed. Raises ``InputError``."""
    return Head(compact(finess), compact(siret), logo)


def change(actor: Actor, based_on: str, head: Head) -> None:
    """Another head for the papers of the administrator's site, from now on: what was printed stays
    as it is. Raises ``StaleFormError``."""
    with writing(actor, Permission.ADMINISTER, actor.site_id):
        site = Site.objects.select_for_update().get(pk=actor.site_id)
        now = of(site)
        if head == now:
            return
        if now.stamp != based_on:
            raise StaleFormError(now, now.stamp)
        drawn = head.logo or Logo(b"", 0, 0)
        Letterhead.objects.update_or_create(
            site=site,
            defaults={
                "finess": head.finess,
                "siret": head.siret,
                "logo": drawn.png,
                "logo_width": drawn.width,
                "logo_height": drawn.height,
            },
        )
        changed = [name for name in ("finess", "siret", "logo")
                   if getattr(head, name) != getattr(now, name)]  # fmt: skip
        audit.record(
            "change-letterhead",
            actor=actor,
            kind="site",
            object_id=site.public_id,
            detail={"fields": changed},
        )


__all__ = ["Head", "change", "of", "read"]
