"""Which emergency cards a site may show: those whose very words a doctor of it has signed."""

from __future__ import annotations

from dolenti.access import audit
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.guideline import session as guided
from dolenti.guideline.errors import InputError
from dolenti.guideline.session import Content, StandingCard
from dolenti.ledger.once import Submission, once
from dolenti.readiness.models import CardSignature
from dolenti.records import engine


class CardRefusedError(InputError):
    """The card cannot be signed so."""


def content() -> Content:
    """What the edition in force says of the room."""
    return guided.content(engine.edition_in_force())


def signatures(site: Site) -> dict[tuple[str, str], CardSignature]:
    """The signatures of a site, by the card and the words that were signed."""
    found = CardSignature.objects.filter(site=site).select_related("author")
    return {(one.card, one.sha256): one for one in found}


def standing(site: Site) -> tuple[StandingCard, ...]:
    """Every card, and whether this site may show it."""
    return guided.cards(content(), signatures(site).keys())


def sign(submission: Submission, site: Site, card: str, sha256: str) -> CardSignature:
    """A doctor stands for a card, in the words whose hash was on the page. Signed again it is one
    signature. Raises ``CardRefusedError`` where the card says something else by now."""
    now = {one.card.id: one.sha256 for one in standing(site)}
    if now.get(card) != sha256:
        raise CardRefusedError(
            "this card was changed since the page was opened: read it again, then sign",
            fr="cette carte a changé depuis l’ouverture de la page\u00a0: relisez-la, puis signez",
        )

    def make() -> CardSignature:
        there = CardSignature.objects.filter(site=site, card=card, sha256=sha256).first()
        if there is not None:
            return there
        made = CardSignature.objects.create(
            site=site, card=card, sha256=sha256, author=submission.user
        )
        audit.record(
            "sign-card",
            actor=submission.actor,
            kind="cardsignature",
            object_id=made.public_id,
            detail={"card": card},
        )
        return made

    with writing(submission.actor, Permission.SIGN_CARDS, site.pk):
        return once(submission, CardSignature, make)
