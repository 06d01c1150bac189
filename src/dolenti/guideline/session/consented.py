"""What is drawn up beside what the patient was told of and consented to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from dolenti.guideline.knowledge import Edition, Text
from dolenti.guideline.session.content import content
from dolenti.guideline.session.findings import Finding

NOT_CONSENTED: Final = "not-in-the-consent"


def judge_consented(
    edition: Edition, consented: Collection[str], drawn: Iterable[str]
) -> tuple[Finding, ...]:
    """A finding where a product is ``drawn`` that is none of those ``consented`` to, by their ids.
    A practitioner may go past it with a reason: it is told and agreed by word of mouth. Where no
    product was named, the consent is to none in particular, and nothing is said."""
    beside = dict.fromkeys(one for one in drawn if consented and one not in consented)
    if not beside:
        return ()
    rule = next(one for one in content(edition).mixtures.rules if one.id == NOT_CONSENTED)
    labels = {one.id: one.label for one in edition.products}
    named = [labels.get(one, Text(fr=one, en=one)) for one in beside]
    detail = Text(fr=", ".join(one.fr for one in named), en=", ".join(one.en for one in named))
    return (Finding.of(edition, rule, "override", detail=detail),)
