"""Random days of serum through the services, on the database."""

from __future__ import annotations

from random import Random

import pytest

from dolenti.guideline.errors import InputError
from dolenti.serum import (
    accounts,
    freezing,
    pairs,
)
from dolenti.serum.models import (
    Draw,
    Injection,
    Proposal,
)
from tests.web.serum import (
    DAY,
    HOUR,
    MINUTE,
    Bench,
    course_of_serum,
    session_now,
    states,
)


@pytest.mark.parametrize("seed", range(3))
def test_random_days_with_mistakes_reach_no_wrong_patient_and_lose_nothing(
    lab: Bench, seed: int
) -> None:
    """People do whatever comes, with the wrong label, of the wrong patient, too soon and too late:
    through the services, on the database."""
    draw, refusals = Random(seed), 0
    courses = [course_of_serum(lab.alice) for _ in range(2)]
    ready = [unit for course in courses for unit in lab.released(course)]
    ready += [unit for course in courses for unit in lab.portioned(course)]
    for _ in range(60):
        unit = lab.anew(draw.choice(ready))
        course = draw.choice(courses)
        doing = draw.choice([
            lambda unit=unit, course=course: freezing.issue(
                lab.form(), session_now(course), lab.proof(unit)),
            lambda unit=unit: freezing.thaw(lab.form(), unit.draw, lab.proof(unit)),
            lambda unit=unit, course=course: lab.injected(unit, session_now(course)),
            lambda unit=unit: freezing.freeze(
                lab.form(), unit.draw, lab.proof(unit), lab.freezer, lab.slot(unit)),
            lambda unit=unit: pairs.hold(lab.form(), unit, "a doubt about it"),
            lambda unit=unit: lab.both(unit, "lift-to-fresh", note="it is gone again"),
            lambda unit=unit: lab.both(unit, "discard", reason="identity-doubt"),
            lambda unit=unit: lab.both(unit, "declare-missing"),
            lambda unit=unit: lab.both(unit, "found", note="it was there"),
            lambda: lab.passes(draw.choice([MINUTE, HOUR, DAY])),
        ])  # fmt: skip
        try:
            doing()
        except InputError:
            refusals += 1
            for left in Proposal.objects.filter(ended_at=None):
                pairs.drop(lab.bob, left)
        report = accounts.of_draws(list(Draw.objects.all()))
        assert report.tubes.closes
        assert report.units.closes
        assert report.volumes.closes
        assert not report.skipped
    for given in Injection.objects.select_related("unit", "session__course"):
        assert given.unit.patient_id == given.patient_id == given.session.course.patient_id
    assert refusals > 10
    assert {"injected", "discarded", "missing"} & set(states(ready))
