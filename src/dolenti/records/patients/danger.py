"""What can hurt a patient, from all that was stated of them: for the strip on every screen.

Two queries, whatever the number of complaints: one for the complaints, one for the statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dolenti.access.models import User
from dolenti.guideline.asking import core_open
from dolenti.guideline.errors import InputError
from dolenti.guideline.facts import Case, Known
from dolenti.guideline.facts import Complaint as Pain
from dolenti.guideline.header import header_facts
from dolenti.guideline.judge import Judged
from dolenti.records import engine
from dolenti.records.facts.knowing import case_of, told_by
from dolenti.records.gate import of_patient as patient_gate
from dolenti.records.judging import assessing
from dolenti.records.judging.questions import sheet_in_force
from dolenti.records.models import Complaint, Patient, Statement

MOST_LOOKED_AT = 20
"""Complaints looked at for red flags, latest first. Nobody has so many pains at once."""


@dataclass(frozen=True)
class Flag:
    """A red flag that is present, and the complaint it was found with, if with one."""

    judged: Judged
    complaint: Complaint | None


@dataclass(frozen=True)
class Danger:
    """What is known today: the patient's own facts as a case, the values that have grown too old
    to count, the red flags present, how many are still open, what was only supposed; ``named``
    are allergies by a name that the rules do not know; ``core`` are the facts that somebody must
    ask before anything is injected."""

    case: Case
    stale: dict[str, Known] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    open_flags: int = 0
    supposed: Mapping[str, Known] = field(default_factory=dict)
    core: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def of(
    user: User, patient: Patient, as_of: date, stated: Sequence[Statement] | None = None
) -> Danger:
    """What can hurt a patient whose record is open to the user; ``stated`` is what was stated of
    them, where that is read already. Who said it is nobody's danger, and is not read."""
    pains = patient_gate.complaints(user, patient).select_related(None)
    complaints = list(pains.select_related("document", "patient__site"))
    told = patient_gate.statements(user, patient).select_related(None).defer(None)
    return seen(patient, complaints, list(told if stated is None else stated), as_of)


def seen(
    patient: Patient, complaints: list[Complaint], statements: list[Statement], as_of: date
) -> Danger:
    """The same from rows that are read already: all of the patient's family."""
    edition = engine.edition_in_force()
    dictionary = engine.judge(edition, {}).dictionary
    own = [one for one in statements if one.complaint_id is None]
    told = told_by(own, dictionary, as_of)
    case = Case(
        as_of=as_of,
        complaint=Pain(""),
        facts=told.facts,
        birth_date=patient.birth_date,
        sex=patient.sex or None,
        doubted=told.doubted,
    )
    core = core_open(
        sheet_in_force(), {**case.facts, **header_facts(case, dictionary)}, as_of
    )  # fmt: skip
    hurting = [one for one in complaints if _hurts(one)][:MOST_LOOKED_AT]
    flags: dict[str, Flag] = {}
    open_flags: set[str] = set()
    for complaint in hurting:
        about = [one for one in statements if one.complaint_id in (None, complaint.pk)]
        try:
            judge = engine.judge(edition, assessing.policies_of(complaint))
            judgement = engine.assess(judge, case_of(complaint, about, dictionary, as_of))
        except InputError:
            # Its document's choices are of another edition, which its own page says. What nobody
            # can judge is not “none”: the patient's own facts are looked at, the rest is open.
            judgement = engine.judge(edition, {}).assess(case)
        for judged in judgement.red_flags:
            if judged.proof.holds is True:
                flags.setdefault(judged.rule.id, Flag(judged, complaint))
            elif judged.proof.holds is None:
                open_flags.add(judged.rule.id)
    if not hurting:
        for judged in engine.judge(edition, {}).assess(case).red_flags:
            if judged.proof.holds is True:
                flags[judged.rule.id] = Flag(judged, None)
            elif judged.proof.holds is None:  # nobody has asked yet: that is not “none”
                open_flags.add(judged.rule.id)
    still_open = len(open_flags - set(flags))
    return Danger(
        case, told.stale, tuple(flags.values()), still_open, told.supposed, core, told.named
    )


def _hurts(complaint: Complaint) -> bool:
    return complaint.state == Complaint.State.ACTIVE and not complaint.in_error
