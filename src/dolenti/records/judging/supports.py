"""How far a stored verdict that lets a therapy be done rests on more than a claim: said beside it
wherever it is shown, by the knowledge in force, so that no “possible” stands alone.

What is claimed and found of a therapy for a diagnosis is in the knowledge; that an official
indication held is in what was stored, and is read only where that decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from dolenti.guideline.knowledge import Criterion, Edition, Therapy
from dolenti.guideline.known import claim_about
from dolenti.guideline.weighing import Support, support_of
from dolenti.ledger.models import unpack
from dolenti.records import engine
from dolenti.records.models import Assessment
from dolenti.records.places import zone_of

OPEN_TO_CHOICE: Final = ("possible", "caution")


def supports_of(found: Iterable[Assessment]) -> dict[tuple[int, str], Support]:
    """The support of each verdict that lets a therapy be done, by assessment and therapy."""
    edition = engine.edition_in_force()
    therapies = {one.id: one for one in edition.therapies}
    said: dict[tuple[int, str], Support] = {}
    undecided: dict[int, list[tuple[Assessment, Therapy]]] = {}
    for stored in found:
        for name, status in stored.statuses.items():
            if status not in OPEN_TO_CHOICE or name not in therapies:
                continue
            therapy = therapies[name]
            least, most = (
                _support(edition, stored, therapy, held) for held in ((), therapy.criteria)
            )
            if least == most:
                said[stored.pk, name] = least
            else:
                undecided.setdefault(stored.pk, []).append((stored, therapy))
    for pk, results in _results(undecided).items():
        for stored, therapy in undecided[pk]:
            held = _held(results, therapy)
            said[pk, therapy.id] = _support(edition, stored, therapy, held)
    return said


def support_in(stored: Assessment, therapy: str) -> str:
    """The support of one verdict; nothing where it does not let the therapy be done."""
    return supports_of([stored]).get((stored.pk, therapy), "")


def support_by(stored: Assessment, therapy: Therapy, held: Iterable[Criterion]) -> Support:
    """The same where the criteria that hold are at hand."""
    return _support(engine.edition_in_force(), stored, therapy, held)


def _support(
    edition: Edition, stored: Assessment, therapy: Therapy, held: Iterable[Criterion]
) -> Support:
    complaint = stored.complaint
    condition = next((one for one in edition.conditions if one.id == complaint.condition), None)
    zone = zone_of(complaint) or None
    return support_of(claim_about(therapy, condition, zone), held, zone)


def _results(undecided: Mapping[int, list[tuple[Assessment, Therapy]]]) -> dict[int, Any]:
    """What was stored of these, which lists leave out, in one query for all of them."""
    bulky = Assessment.objects.filter(pk__in=undecided) if undecided else Assessment.objects.none()
    return {pk: unpack(packed)["fr"] for pk, packed in bulky.values_list("pk", "packed")}


def _held(results: Mapping[str, Any], therapy: Therapy) -> list[Criterion]:
    """The criteria of a therapy that held, as far as the edition in force still has them."""
    verdicts = (one for one in results["verdicts"] if one["therapy"] == therapy.id)
    true = {c["criterion"] for one in verdicts for c in one["criteria"] if c["holds"] is True}
    return [one for one in therapy.criteria if one.id in true]
