"""Where a clinic stands on what the law leaves open: attested, or not, and by whom.

An attestation counts only for the text that was attested: a text that changed in a new edition is
to be attested again. It is never assumed, and it never changes a verdict.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from dolenti.access import audit
from dolenti.access.actors import Actor, author_of
from dolenti.access.models import Site
from dolenti.access.roles import Permission
from dolenti.access.writing import writing
from dolenti.calendar.moments import local_day
from dolenti.guideline.knowledge import Edition, Text
from dolenti.records import engine, gate
from dolenti.records.models import Attestation

State = Literal["attested", "renew", "withdrawn", "missing"]


class UnknownNoticeError(Exception):
    """The edition in force has no such notice, or none that is attested."""


@dataclass(frozen=True)
class Standing:
    """Where a clinic stands on one notice; ``by`` and ``on`` (an ISO day) are of its last word."""

    state: State = "missing"
    by: str = ""
    on: str = ""


def fingerprint(text: Text) -> str:
    """The text as a form carries it, so that nobody attests another one than they read."""
    return hashlib.sha256(f"{text.fr}\0{text.en}".encode()).hexdigest()


def standings(user: Actor, edition: Edition) -> dict[str, Standing]:
    """Where the user's clinic stands on every notice of an edition that is to be attested."""
    last = gate.attestations(user)
    return {
        notice.id: _standing(last.get(notice.id), notice.attestation)
        for notice in edition.notices
        if notice.attestation is not None
    }


def _standing(last: Attestation | None, text: Text) -> Standing:
    if last is None:
        return Standing()
    state: State = "attested" if _is_of(last, text) else "renew"
    if last.withdrawn:
        state = "withdrawn"
    on = local_day(last.created_at)
    return Standing(state, last.author.name, on.isoformat())


def _is_of(attestation: Attestation, text: Text) -> bool:
    return (attestation.text_fr, attestation.text_en) == (text.fr, text.en)


def attest(user: Actor, notice_id: str, *, withdraw: bool = False) -> None:
    """Attest, for the user's clinic, the text in force; or take its attestation back.

    What stands already is not written again. Raises ``UnknownNoticeError``.
    """
    text = text_of(notice_id)
    with writing(user, Permission.ATTEST, user.site_id):
        Site.objects.select_for_update().get(pk=user.site_id)  # two at once: one after the other
        last = gate.attestations(user).get(notice_id)
        state = _standing(last, text).state
        if withdraw:
            if last is None or state == "withdrawn":
                return
            text = Text(fr=last.text_fr, en=last.text_en)
        elif state == "attested":
            return
        Attestation.objects.create(
            site_id=user.site_id,
            notice=notice_id,
            text_fr=text.fr,
            text_en=text.en,
            edition_sha256=engine.edition_in_force().sha256,
            author=author_of(user),
            withdrawn=withdraw,
        )
        audit.record(
            "withdraw-attestation" if withdraw else "attest",
            actor=user,
            kind="notice",
            detail={"notice": notice_id},
        )


def text_of(notice_id: str) -> Text:
    """The sentence to attest on a notice, in force. Raises ``UnknownNoticeError``."""
    for notice in engine.edition_in_force().notices:
        if notice.id == notice_id and notice.attestation is not None:
            return notice.attestation
    raise UnknownNoticeError
