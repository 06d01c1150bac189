"""Whether a statement about a complaint is about this complaint.

A statement that could frighten is taken unless it is surely about another place; one that
reassures, and an act, only where it is surely about this one.
"""

from __future__ import annotations

from collections.abc import Sequence

from dolenti.fhir.statements import PossibleComplaint, Statement
from dolenti.guideline.conditions import Truth
from dolenti.guideline.knowledge import FactDefinition


def frightens(definition: FactDefinition, statement: Statement) -> bool:
    """Whether it says something else than that there is nothing to report."""
    if definition.type == "set":
        return statement.value is True
    return definition.reassuring is not None and statement.value != definition.reassuring


def concerns(
    definition: FactDefinition,
    statement: Statement,
    possible: PossibleComplaint,
    complaints: Sequence[PossibleComplaint],
) -> Truth:
    """True, false, or ``None`` where it may be about this complaint or about another place."""
    if statement.astray:  # nobody can look up what it is about: it is asked, whatever it says
        return None
    if statement.focus:
        return not possible.references.isdisjoint(statement.focus)
    zone, side = statement.site
    own_side = possible.complaint.side
    if zone is not None and zone not in possible.zones:
        return False
    sides = {side, own_side} - {None, "both"}
    if len(sides) > 1:
        return False
    if statement.act:
        agreed = zone is not None and (side is None) == (own_side is None)
        return True if agreed and (side is not None or len(complaints) == 1) else None
    if len(complaints) == 1 or zone is not None:
        return True
    return True if frightens(definition, statement) else None
