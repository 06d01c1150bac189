"""What was forgotten, wherever in the chain it stood: held or refused, said on the board and in the
report, and decided of by two people who see how long it waited."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dolenti.access.models import User
from dolenti.clinic.serum import shown
from dolenti.guideline.serum import RefusedStepError
from dolenti.serum import accounts, bench, deadlines, freezing, labelling, pairs
from dolenti.serum.models import Proposal, Step, Thing, Unit
from dolenti.treatment.models import Course
from tests.web.serum import DAY, HOUR, MINUTE, TWO, Bench, course_of_serum, session_now, states
from tests.web.world import sent

FORGOTTEN = 40 * DAY


def drawn(lab: Bench, course: Course) -> Thing:
    tube: Thing = lab.drawn(course, 1).tube_rows.get()
    labelling.print_label(lab.form(), tube)
    return tube


def labelled(lab: Bench, course: Course) -> Thing:
    return lab.labelled(lab.drawn(course, 1).tube_rows.get())


def incubating(lab: Bench, course: Course) -> Thing:
    return lab.incubating(course, 1)[1][0]


def incubated(lab: Bench, course: Course) -> Thing:
    return lab.incubated(course, 1)[1][0]


def spun(lab: Bench, course: Course) -> Thing:
    draw, (tube,) = lab.incubated(course, 1)
    bench.spin(lab.form(), draw, lab.proof(tube), run="5000 g", whole=True)
    return tube


def portioned(lab: Bench, course: Course) -> Thing:
    tube = spun(lab, course)
    bench.portion(lab.form(), tube.draw, lab.proof(tube), [TWO], bench_clear=True)
    return Unit.objects.get(tube=tube.pk)


def fresh(lab: Bench, course: Course) -> Thing:
    return lab.labelled(portioned(lab, course))


def packed(lab: Bench, course: Course) -> Thing:
    (unit,) = lab.released(course, units=1)
    proof = lab.proof(unit)
    freezing.pack(lab.form(), unit.draw, proof, lab.box, seal="S-1", recorder=True)
    return unit


def issued(lab: Bench, course: Course) -> Thing:
    (unit,) = lab.released(course, units=1)
    lab.issued(unit, session_now(course))
    return unit


def thawed(lab: Bench, course: Course) -> Thing:
    (unit,) = lab.released(course, units=1)
    return lab.thawed(unit, session_now(course))


def quarantined(lab: Bench, course: Course) -> Thing:
    unit = fresh(lab, course)
    assert isinstance(unit, Unit)
    return lab.frozen(unit)


def start(lab: Bench, one: Thing) -> None:
    bench.start_incubation(lab.form(), one.draw, lab.proof(one), lab.incubator)


def end(lab: Bench, one: Thing) -> None:
    bench.end_incubation(lab.form(), one.draw, lab.proof(one))


def spin(lab: Bench, one: Thing) -> None:
    bench.spin(lab.form(), one.draw, lab.proof(one), run="5000 g", whole=True)


def portion(lab: Bench, one: Thing) -> None:
    bench.portion(lab.form(), one.draw, lab.proof(one), [TWO, TWO], bench_clear=True)


def label(lab: Bench, one: Thing) -> None:
    lab.labelled(one)


def freeze(lab: Bench, one: Thing) -> None:
    freezing.freeze(lab.form(), one.draw, lab.proof(one), lab.freezer, lab.slot(one))


def needle(lab: Bench, one: Any) -> None:
    lab.injected(one, session_now(one.draw.course))


def release(lab: Bench, one: Thing) -> None:
    lab.tested(one.draw)
    lab.cold()
    lab.both(one, "release")


def receive(lab: Bench, one: Thing) -> None:
    lab.measured(lab.box, timezone.now() - FORGOTTEN - HOUR, -20)
    where = (lab.freezer, lab.slot(one))
    freezing.receive(lab.form(), one.draw, lab.proof(one), where, sealed=True)


def thaw(lab: Bench, one: Thing) -> None:
    freezing.thaw(lab.form(), one.draw, lab.proof(one))


STOOD: list[tuple[Callable[[Bench, Course], Thing], Callable[[Bench, Any], None], str]] = [
    (drawn, label, "held"),
    (labelled, start, "held"),
    (incubating, end, "held"),
    (incubated, spin, "held"),
    (spun, portion, "held"),
    (portioned, label, "held"),
    (fresh, freeze, "held"),
    (fresh, needle, "fresh"),
    (quarantined, release, "quarantined"),
    (packed, receive, "held"),
    (issued, thaw, "held"),
    (thawed, needle, "thawed"),
]


@pytest.mark.parametrize(
    "stands, goes_on, after", STOOD, ids=lambda one: getattr(one, "__name__", one)
)
def test_what_was_forgotten_anywhere_does_not_go_on(
    lab: Bench, stands: Any, goes_on: Any, after: str
) -> None:
    """Its deadline stands on the board before, is over after, and the report names it; its next
    step holds or refuses it."""
    thing = lab.anew(stands(lab, course_of_serum(lab.alice)))
    window = shown.window_of(thing)
    assert window is not None
    assert window.closes is not None
    assert window.closes > timezone.now()
    assert accounts.of_draws([thing.draw]).closes
    lab.passes(FORGOTTEN)
    (line,) = shown.lines([lab.anew(thing)])
    assert line.window is not None
    assert line.window.tone == "stop"
    report = accounts.of_draws([thing.draw])
    assert not report.closes
    assert "overdue" in {why for one in report.lines for why in one.wrong}
    with suppress(RefusedStepError):
        goes_on(lab, lab.anew(thing))
    assert states([thing]) == [after]


def test_the_hours_out_of_the_incubator_count_from_the_incubator(lab: Bench) -> None:
    """Spun and portioned within them, and then a few minutes too late for the freezer."""
    tube = spun(lab, course_of_serum(lab.alice))
    lab.passes(3 * HOUR)
    portion(lab, tube)
    one, other = (lab.labelled(unit) for unit in Unit.objects.filter(tube=tube.pk))
    assert isinstance(one, Unit)
    assert deadlines.fresh_until(one) == lab.anew(tube).incubated_to + 4 * HOUR
    freeze(lab, one)
    lab.passes(61 * MINUTE)
    freeze(lab, other)
    assert states([one, other]) == ["quarantined", "held"]


def test_two_people_give_a_forgotten_tube_its_hours_anew_and_see_how_long_it_waited(
    lab: Bench, browser_of: Callable[[User], Client]
) -> None:
    tube = spun(lab, course_of_serum(lab.alice))
    lab.passes(FORGOTTEN)
    portion(lab, tube)
    tube = lab.anew(tube)
    assert (tube.state, tube.origin, tube.held_for) == ("held", "spun", "within-4h")
    made = pairs.propose(lab.form(), tube, "lift-to-spun", note="kept in the fridge, for a test")
    client = browser_of(lab.alice)
    page = client.get(reverse("serum-proposal", args=[made.public_id])).content.decode()
    assert "40\u00a0jours" in page
    assert "4\u00a0h\u00a000 au plus" in page
    pairs.confirm(lab.alice, Proposal.objects.get(pk=made.pk))
    lab.passes(2 * HOUR)
    portion(lab, tube)
    (unit, late) = Unit.objects.filter(tube=tube.pk)
    lab.labelled(unit)
    freeze(lab, unit)
    lab.passes(2 * HOUR + MINUTE)
    assert lab.labelled(late).state == "held"
    assert Step.objects.filter(tube=tube.pk, event="portion", failed=["within-4h"]).exists()
    (_, _, _, _, in_all) = deadlines.waits(lab.anew(unit))
    assert in_all.is_over(timezone.now()), "whoever releases it sees what it waited in all"
    release_ = pairs.propose(sent(lab.bob), lab.anew(unit), "release")
    client = browser_of(lab.alice)  # hours have passed
    page = client.get(reverse("serum-proposal", args=[release_.public_id])).content.decode()
    assert "tone-stop" in page
    assert "Blocage du tube levé" in page


def test_a_unit_past_its_last_day_goes_to_nobody(lab: Bench) -> None:
    """From the draw on: neither to a session, nor into a box, nor to another establishment."""
    (unit,) = lab.released(course_of_serum(lab.alice), units=1)
    lab.passes(367 * DAY)
    lab.cold()
    made = pairs.propose(lab.form(), unit, "hand-over", note="asked for")
    with pytest.raises(RefusedStepError) as refusal:
        pairs.confirm(lab.alice, made)
    assert "not-expired" in refusal.value.guards
    with pytest.raises(RefusedStepError):
        freezing.pack(lab.form(), unit.draw, lab.proof(unit), lab.box, seal="S", recorder=True)
