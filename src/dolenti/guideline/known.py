"""The one line of what is known of a therapy for a complaint: what is claimed, what was found.

It stands beside every verdict that lets the therapy be done, and says nothing that ``claims.yaml``
does not: the claim that is about this complaint, else the one about the therapy as a whole; how
it is judged; and what kinds of results were read, with their number. No single result is shown:
of results that differ, one would be a choice.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from dolenti.guideline.basis import BASIS
from dolenti.guideline.knowledge import Claim, ClinicalCondition, Judgement, Text, Therapy

_JUDGED: dict[Judgement, Text] = {
    "supported": Text(fr="étayé", en="supported"),
    "mixed": Text(fr="résultats discordants", en="mixed results"),
    "not-supported": Text(fr="non étayé", en="not supported"),
    "contradicted": Text(fr="contredit", en="contradicted"),
    "not-studied": Text(fr="aucune étude lue", en="no study read"),
}
_NONE_HERE = Text(
    fr="aucune étude lue de cet endroit du corps", en="no study read of this part of the body"
)
_ELSEWHERE = {
    "fr": "\u00a0; ailleurs, ou sans endroit précisé\u00a0: ",
    "en": "; elsewhere, or no place named: ",
}
_CLAIMED = Text(
    fr="Allégué\u00a0: {claim} Constaté\u00a0: {found}.", en="Claimed: {claim} Found: {found}."
)
_AS_A_WHOLE = Text(
    fr="Pour ce traitement en général, non pour ce seul diagnostic. {line}",
    en="For this therapy in general, not for this diagnosis alone. {line}",
)
_NOTHING = Text(
    fr="Aucune étude lue ne porte sur ce traitement pour ce diagnostic.",
    en="No study read is about this therapy for this diagnosis.",
)


def claim_about(
    therapy: Therapy, condition: ClinicalCondition | None, zone: str | None
) -> Claim | None:
    """The claim that is about this complaint, the narrowest first; else that of the therapy."""
    about = [claim for claim in therapy.claims if claim.told and _about(claim, condition, zone)]
    if about:
        return max(about, key=_narrow)
    return next((claim for claim in therapy.claims if claim.known), None)


def _about(claim: Claim, condition: ClinicalCondition | None, zone: str | None) -> bool:
    assert claim.told is not None
    kinds, zones = claim.told.kinds, claim.told.zones
    if not kinds and not zones:
        return False  # about every complaint is about none
    if kinds and (condition is None or condition.kind not in kinds):
        return False
    return not zones or zone in zones


def _narrow(claim: Claim) -> int:
    assert claim.told is not None
    return bool(claim.told.kinds) + bool(claim.told.zones)


def what_is_known(
    therapy: Therapy, condition: ClinicalCondition | None, zone: str | None, language: str
) -> dict[str, Any]:
    """The line (``says``), the claim it is made of, how it is judged, and the sources of both."""
    claim = claim_about(therapy, condition, zone)
    if claim is None:
        return {
            "claim": None,
            "says": _NOTHING.in_language(language),
            "judgement": "not-studied",
            "sources": [],
        }
    line = _CLAIMED.in_language(language).format(
        claim=claim.claims.in_language(language), found=_found(claim, zone, language)
    )
    if claim.known:
        line = _AS_A_WHOLE.in_language(language).format(line=line)
    citations = (*claim.sources, *(c for finding in claim.findings for c in finding.sources))
    return {
        "claim": claim.id,
        "says": line,
        "judgement": claim.judgement,
        "sources": list(dict.fromkeys(citation.id for citation in citations)),
    }


def _found(claim: Claim, zone: str | None, language: str) -> str:
    """How a claim is judged, and on what; a result of another place of the body judges nothing
    here."""
    here = [one for one in claim.findings if one.is_of(zone)]
    judged = _JUDGED[claim.judgement] if here or not claim.findings else _NONE_HERE
    counts = Counter(finding.basis for finding in claim.findings)
    kinds = ", ".join(f"{BASIS[language][basis]} ({times})" for basis, times in counts.items())
    said = judged.in_language(language)
    if kinds and judged is _NONE_HERE:
        return f"{said}{_ELSEWHERE[language]}{kinds}"
    return f"{said} – {kinds}" if kinds else said
