"""Invented pains: what hurts, where, since when, and what was found out about it.

The weights make a clinic that looks like one; they say nothing of medicine. Not everything is
known of everybody: what is left out here stays unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from dolenti.identity.ins import Sex


@dataclass(frozen=True)
class Kind:
    """A kind of complaint: its condition, where on the figure, at which ages, how often."""

    condition: str
    region: str  # the name of a region of the body figure, without its side
    sided: bool
    ages: tuple[int, int]
    weight: int
    therapy: str  # the one that the clinic tends to propose, where the verdict allows it
    facts: dict[str, Any] = field(default_factory=dict)


KINDS: Final = (
    Kind("knee-osteoarthritis", "front/knee-front", True, (52, 86), 18, "cryoneurolysis",
         {"kellgren-lawrence": 3}),
    Kind("knee-osteoarthritis", "front/knee-front", True, (48, 78), 12,
         "autologous-conditioned-serum", {"kellgren-lawrence": 2}),
    Kind("knee-osteoarthritis", "front/knee-front", True, (55, 84), 8, "infiltration",
         {"kellgren-lawrence": 3}),
    Kind("hip-osteoarthritis", "front/groin", True, (52, 82), 7, "infiltration"),
    Kind("subacromial-bursitis", "front/shoulder-front", True, (38, 72), 8, "infiltration"),
    Kind("low-back-pain", "back/back-lower", True, (28, 72), 15, "mesotherapy"),
    Kind("neck-pain", "back/nape", False, (28, 70), 8, "mesotherapy"),
    Kind("lateral-epicondylitis", "front/elbow-lateral", True, (32, 62), 10, "mesotherapy"),
    Kind("rotator-cuff-tendinopathy", "front/shoulder-front", True, (38, 74), 8, "mesotherapy"),
    Kind("achilles-tendinopathy", "back/heel", True, (28, 64), 6, "mesotherapy"),
)  # fmt: skip


@dataclass(frozen=True)
class Pain:
    """One complaint. ``patient_facts`` are the person's, ``facts`` the complaint's; each value by
    its fact, with how many days before the visit it was true."""

    kind: Kind
    side: str
    since: date
    patient_facts: dict[str, tuple[Any, int]]
    facts: dict[str, tuple[Any, int]]
    answered: bool  # whether the rest was asked, and nothing to report


def invent(draw: Random, kind: Kind, sex: Sex, visit: date) -> Pain:
    """A pain of this kind, as it was at a visit."""
    known: dict[str, tuple[Any, int]] = {
        "weight": (round(draw.gauss(71 if sex == "female" else 82, 12)), 0),
        "height": (round(draw.gauss(163 if sex == "female" else 176, 7)), 0),
    }
    allergic = draw.random()
    if allergic < 0.07:
        known["allergy"] = (
            {"has": [draw.choice(("lidocaine", "nsaid", "iodine"))], "not": []},
            900,
        )
    elif allergic < 0.8:
        known["allergy"] = ([], 0)
    taking = draw.random()
    if taking < 0.06:
        known["anticoagulant"] = ("vka", 40)
        known["inr"] = (round(draw.uniform(1.8, 3.4), 1), draw.choice((1, 3, 45)))
    elif taking < 0.14:
        known["anticoagulant"] = ("doac", 20)
    elif taking < 0.9:
        known["anticoagulant"] = ("none", 0)
    if draw.random() < 0.09:
        known["diabetes"] = ("controlled", 200)
    if draw.random() < 0.03:
        known["cold-urticaria"] = (True, 2000)
    facts: dict[str, tuple[Any, int]] = {
        name: (value, draw.randint(5, 200)) for name, value in kind.facts.items()
    }
    facts["pain-nrs"] = (draw.randint(4, 8), 0)
    if draw.random() < 0.04:
        facts.update({"hot-swollen-joint": (True, 0)})
        known["fever"] = (True, 0)
    return Pain(
        kind,
        draw.choice(("right", "left")) if kind.sided else "",
        visit - timedelta(days=draw.randint(30, 900)),
        known,
        facts,
        draw.random() < 0.85,
    )


def kind_of(draw: Random) -> Kind:
    """A kind of complaint, the more frequent ones more often."""
    return draw.choices(KINDS, weights=[kind.weight for kind in KINDS])[0]
