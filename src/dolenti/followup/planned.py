"""What the row of a rehabilitation plan holds, as values, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dolenti.followup.models import RehabilitationPlan
from dolenti.guideline.diary import Exercised, Weeks


@dataclass(frozen=True)
class Restriction:
    """What is left out, until a day; ``None``: until somebody says otherwise."""

    what: str
    until: date | None


@dataclass(frozen=True)
class Written:
    """A plan as it is written: from which day, which weeks, for what, and what is left out.

    ``settled`` is what was said of each block, ``work`` the agreed days, both by id; the rest is
    how far the patient came in sport, since when, and their last flare.
    """

    begins: date
    stages: tuple[Weeks, ...]
    goals: str = ""
    restrictions: tuple[Restriction, ...] = ()
    settled: Mapping[str, bool] = field(default_factory=dict)
    sport_stage: str = ""
    sport_since: date | None = None
    flare_on: date | None = None
    work: Mapping[str, date] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """The same as the fields of a row, but for the day on which blocks were settled."""
        return {
            "begins": self.begins,
            "stages": [_kept(one) for one in self.stages],
            "goals": self.goals,
            "restrictions": [
                {"what": one.what, "until": one.until.isoformat() if one.until else None}
                for one in self.restrictions
            ],
            "settled": dict(self.settled),
            "sport_stage": self.sport_stage,
            "sport_since": self.sport_since,
            "flare_on": self.flare_on,
            "work": {name: day.isoformat() for name, day in self.work.items()},
        }


def _kept(stage: Weeks) -> dict[str, Any]:
    return {
        "first": stage.first,
        "last": stage.last,
        "does": [
            {"exercise": one.exercise, "how_much": dict(one.how_much), "own": one.own}
            for one in stage.does
        ],
        "walk": dict(stage.walk),
        "own_walk": stage.own_walk,
    }


def stages_of(kept: Iterable[Mapping[str, Any]]) -> tuple[Weeks, ...]:
    """The weeks that a row keeps."""
    return tuple(
        Weeks(
            one["first"],
            one["last"],
            tuple(Exercised(d["exercise"], d["how_much"], d["own"]) for d in one["does"]),
            one["walk"],
            one["own_walk"],
        )
        for one in kept
    )


def restrictions_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Restriction, ...]:
    """The restrictions that a row keeps."""
    return tuple(
        Restriction(one["what"], date.fromisoformat(one["until"]) if one["until"] else None)
        for one in kept
    )


def written_of(row: RehabilitationPlan) -> Written:
    """A row as it is written."""
    return Written(
        begins=row.begins,
        stages=stages_of(row.stages),
        goals=row.goals,
        restrictions=restrictions_of(row.restrictions),
        settled=row.settled,
        sport_stage=row.sport_stage,
        sport_since=row.sport_since,
        flare_on=row.flare_on,
        work=work_of(row.work),
    )


def work_of(kept: Mapping[str, str]) -> dict[str, date]:
    """The agreed days of work that a row keeps, by stage."""
    return {name: date.fromisoformat(day) for name, day in kept.items()}
