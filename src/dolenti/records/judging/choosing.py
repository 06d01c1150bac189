"""Which therapy of an assessment may be chosen: what it said, and what the record says today.

An assessment is of its day. Before a course rests on one, the complaint is judged again on what is
known now: where that comes out otherwise, the assessment is done again first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from dolenti.access.actors import Actor
from dolenti.guideline.errors import InputError
from dolenti.guideline.judge import Assessment as Judgement
from dolenti.guideline.judge import Verdict
from dolenti.guideline.knowledge import Edition, Text, Therapy
from dolenti.records import engine
from dolenti.records.judging import assessing, passings
from dolenti.records.models import Assessment, Complaint, Passing, Patient, Statement

MOST_TOLD: Final = 3
"""So many reasons are told of a verdict that changed; the assessment shows them all."""


class ChoiceRefusedError(InputError):
    """The therapy cannot be chosen from this assessment, or not any more."""


@dataclass(frozen=True)
class Choice:
    """A therapy that may be chosen, with who went past its verdict, where someone had to; and what
    is known of the complaint ``now``, which may be more than on the day of the assessment."""

    assessment: Assessment
    therapy: Therapy
    status: str
    passing: Passing | None
    now: Judgement


def choose(
    user: Actor,
    assessment: Assessment,
    therapy_id: str,
    today: date,
    *,
    to_write: bool = False,
    stated: Sequence[Statement] | None = None,
) -> Choice:
    """The therapy, chosen from the assessment. Who is about ``to_write`` asks anew what the gate
    found with the assessment; who has read what was ``stated`` of the patient hands it over.
    Raises ``ChoiceRefusedError``."""
    therapy = therapy_of(engine.edition_in_force(), therapy_id)
    status = assessment.statuses.get(therapy_id, "")
    passable = status in passings.PASSABLE
    passing = passings.of(assessment).get(therapy_id) if passable else None
    if status not in ("possible", *passings.PASSABLE):
        raise _never(status)
    if passable and passing is None:
        raise ChoiceRefusedError(
            "the verdict asks for a decision: override it with a reason, in your name, first",
            fr="ce verdict demande une décision\u00a0: passez outre d’abord, en votre nom, en "
            "indiquant le motif",
        )
    complaint = assessment.complaint
    if complaint.state != Complaint.State.ACTIVE or complaint.in_error:
        raise ChoiceRefusedError(
            "this complaint is closed: open it again, then assess it",
            fr="cette douleur n’est plus en cours\u00a0: rouvrez-la, puis évaluez-la",
        )
    if complaint.patient.identity == Patient.Identity.NONE:
        raise ChoiceRefusedError(
            "this patient has no identity yet, which is enough to assess and not to treat: give "
            "one first",
            fr="ce patient n’a pas encore d’identité\u00a0: on peut l’évaluer, non le "
            "traiter\u00a0; enregistrez d’abord son identité",
        )
    if not is_last(assessment, anew=to_write):
        raise ChoiceRefusedError(
            "a later assessment of this complaint was saved: choose from that one",
            fr="une évaluation plus récente de cette douleur a été enregistrée\u00a0: partez de "
            "celle-ci",
        )
    now = insist_today(user, assessment, therapy_id, passing, today, stated)
    return Choice(assessment, therapy, status, passing, now)


def is_last(assessment: Assessment, *, anew: bool = False) -> bool:
    """Whether no later assessment of the complaint was saved: as the gate found, or asked anew."""
    if anew or assessment.followed is None:
        later = Assessment.objects.filter(complaint=assessment.complaint_id, pk__gt=assessment.pk)
        return not later.exists()
    return not assessment.followed


def insist_today(
    user: Actor,
    assessment: Assessment,
    therapy_id: str,
    passing: Passing | None,
    today: date,
    stated: Sequence[Statement] | None = None,
) -> Judgement:
    """The complaint judged today. Raises ``ChoiceRefusedError`` where what is known today no longer
    allows the therapy.

    Who went past a warning went past what was known: a new reason for caution is theirs to weigh
    again.
    """
    judgement = assessing.judged(user, assessment.complaint, today, stated)
    now = _status(judgement, therapy_id)
    if now == "possible":
        return judgement
    if passing is not None and passing.status == now:
        known = set(holding(assessment.results["fr"], therapy_id))
        if now != "caution" or _found(judgement, therapy_id) <= known:
            return judgement
    raise _no_longer(assessment, judgement, therapy_id)


def insist_nothing_new(
    user: Actor,
    assessment: Assessment,
    therapy_id: str,
    passing: Passing | None,
    today: date,
    stated: Sequence[Statement] | None = None,
) -> Judgement:
    """The same for who only says yes, some days later: an answer that is too old by now holds them
    up no more than it does the reader, since each session is judged anew on its day. A red flag, or
    anything against the therapy that was not known when it was chosen, does. Raises
    ``ChoiceRefusedError``."""
    judgement = assessing.judged(user, assessment.complaint, today, stated)
    known = set(holding(assessment.results["fr"], therapy_id))
    if _status(judgement, therapy_id) == "needs-information":
        if _found(judgement, therapy_id) <= known:
            return judgement
        raise _no_longer(assessment, judgement, therapy_id)
    return insist_today(user, assessment, therapy_id, passing, today, stated)


def _verdict(judgement: Judgement, therapy_id: str) -> Verdict | None:
    return next((v for v in judgement.verdicts if v.therapy.id == therapy_id), None)


def _status(judgement: Judgement, therapy_id: str) -> str:
    verdict = _verdict(judgement, therapy_id)
    return verdict.status if verdict else ""


def _found(judgement: Judgement, therapy_id: str) -> set[str]:
    """The ids of the red flags and of the therapy's criteria that are true."""
    verdict = _verdict(judgement, therapy_id)
    rules = [*judgement.red_flags, *(verdict.criteria if verdict else ())]
    return {one.rule.id for one in rules if one.proof.holds is True}


def _no_longer(assessment: Assessment, judgement: Judgement, therapy_id: str) -> ChoiceRefusedError:
    known = set(holding(assessment.results["fr"], therapy_id))
    changed = _changed(judgement, therapy_id, known)
    en, fr = (
        _listed([text.in_language(language) for text in changed]) for language in ("en", "fr")
    )
    return ChoiceRefusedError(
        f"judged on what is known today, this verdict is no longer the same{en and ' – '}{en}: "
        "assess the complaint again, save it, and choose from there",
        fr=f"avec ce que l’on sait aujourd’hui, ce verdict n’est plus le même{fr and ' – '}{fr}"
        "\u00a0: refaites l’évaluation de la douleur, enregistrez-la et partez de là",
    )


def _changed(judgement: Judgement, therapy_id: str, known: set[str]) -> list[Text]:
    """Why a verdict is another than when it was saved: what was found since; else what no longer
    holds; else what is no longer known."""
    verdict = _verdict(judgement, therapy_id)
    rules = [*judgement.red_flags, *(verdict.criteria if verdict else ())]
    found = [one for one in rules if one.proof.holds is True and one.rule.id not in known]
    if found:
        return [one.rule.because for one in found]
    gone = [one for one in rules if one.proof.holds is False and one.rule.id in known]
    if gone:
        return [_no_more(one.rule.because) for one in gone]
    asked = set(verdict.questions if verdict else ())
    return [_to_ask(fact.label) for fact in judgement.edition.facts if fact.id in asked]


def _no_more(text: Text) -> Text:
    return Text(fr=f"n’est plus établi\u00a0: {text.fr}", en=f"no longer found: {text.en}")


def _to_ask(text: Text) -> Text:
    return Text(fr=f"à redemander\u00a0: {text.fr}", en=f"to be asked again: {text.en}")


def _listed(sentences: Sequence[str]) -> str:
    """The first few, without their full stops; and how many more."""
    shown = "; ".join(one.rstrip(".") for one in sentences[:MOST_TOLD])
    more = len(sentences) - MOST_TOLD
    return f"{shown} (+\u202f{more})" if more > 0 else shown


def holding(result: Mapping[str, Any], therapy_id: str) -> tuple[str, ...]:
    """The ids of the red flags, and of the therapy’s criteria, that a result of contract 2 found
    true."""
    flags = [one["criterion"] for one in result["red_flags"] if one["holds"] is True]
    criteria = [
        one["criterion"]
        for verdict in result["verdicts"]
        if verdict["therapy"] == therapy_id
        for one in verdict["criteria"]
        if one["holds"] is True
    ]
    return (*flags, *criteria)


def stated(result: Mapping[str, Any], therapy_id: str) -> dict[str, Any]:
    """The values, by fact, on which the criteria of a therapy rest in a result of contract 2; what
    was only supposed is left out."""
    supposed = {one["fact"] for one in result["assumed"]}
    return {
        fact: value
        for verdict in result["verdicts"]
        if verdict["therapy"] == therapy_id
        for one in verdict["criteria"]
        for fact, value in one["facts"].items()
        if value is not None and fact not in supposed
    }


def therapy_of(edition: Edition, therapy_id: str) -> Therapy:
    """The therapy of this id. Raises ``ChoiceRefusedError``."""
    for therapy in edition.therapies:
        if therapy.id == therapy_id:
            return therapy
    raise ChoiceRefusedError(
        "this edition has no such therapy; choose one from the assessment",
        therapy_id,
        fr="ce traitement n’existe plus dans le référentiel en vigueur\u00a0; choisissez depuis "
        "l’évaluation",
    )


def _never(status: str) -> ChoiceRefusedError:
    refused = passings.refusal(status)
    return ChoiceRefusedError(refused.what, fr=refused.fr)
