"""What happens in the room, as knowledge and pure code: no database, no clock but the one given.

::

    content = session.content(edition)
    pause = session.Pauses(edition).judge(act, case, answers, now)
    session.judge_injection(session.places(edition), injection)
    session.signed(edition, "session/emergency").notice

The content is ``knowledge/session/``; an edition carries it unread until somebody asks here. Each
part has a file of its own: ``pause``, ``kit``, ``cards``, ``doses``, ``reporting``, ``clusters``,
``leaflet``, ``map``, ``targets``, ``freezing``, ``favourites``. What is found has the form of what
is found of a mixture. See docs/session-content.md.
"""

from dolenti.guideline.session.cards import (
    StandingCard,
    card_hash,
    cards,
    cards_edition,
    doses_of,
)
from dolenti.guideline.session.clusters import Alarm, Case, clusters
from dolenti.guideline.session.consented import judge_consented
from dolenti.guideline.session.content import Content, content, found, has_content, verified
from dolenti.guideline.session.doses import Figure, Someone, figures
from dolenti.guideline.session.elsewhere import (
    Meant,
    Where,
    judge_places,
    place_of_nerve,
    place_of_target,
    places_of,
)
from dolenti.guideline.session.favourites import THERAPY as MIXTURES_OF
from dolenti.guideline.session.favourites import as_file, may_be_switched_on, offered
from dolenti.guideline.session.findings import Finding, finding_as_json, stops
from dolenti.guideline.session.freezing import (
    STILL_TO_SAY,
    Before,
    Cycle,
    Freezing,
    Margin,
    ToFreeze,
    fall_percent,
    judge_block,
    judge_freezing,
    judge_to_freeze,
    margin,
    never_frozen,
    probe_named,
)
from dolenti.guideline.session.governance import Signed, session_rules, signed
from dolenti.guideline.session.kit import KitFinding, KitState, Stock, look_at_kit
from dolenti.guideline.session.leaflet import (
    Sheet,
    compose,
    lacking,
    lasting,
    leaflet_of,
    variants_of,
)
from dolenti.guideline.session.map import (
    Comparison,
    DrawnMap,
    DrawnPoint,
    Grid,
    InjectedPoint,
    Injection,
    Place,
    Places,
    Spread,
    TypedInjection,
    as_text_of,
    compare,
    grid,
    insist_countable,
    insist_injectable,
    judge_injection,
    judge_point,
    judge_typed,
    per_point,
    places,
    reach_of,
    read_drawn,
    spread,
)
from dolenti.guideline.session.needles import (
    LENGTH,
    judge_lengths,
    judge_needles,
    needle_of,
    of_targets,
    suits,
)
from dolenti.guideline.session.pause import Answer, LineState, Pause, Pauses, PlannedAct
from dolenti.guideline.session.reporting import GRADES, Due, Proposed, asked, due, proposed
from dolenti.guideline.session.targets import (
    Given,
    PlannedInfiltration,
    judge_infiltration,
    refusal,
)

__all__ = [
    "GRADES",
    "LENGTH",
    "MIXTURES_OF",
    "STILL_TO_SAY",
    "Alarm",
    "Answer",
    "Before",
    "Case",
    "Comparison",
    "Content",
    "Cycle",
    "DrawnMap",
    "DrawnPoint",
    "Due",
    "Figure",
    "Finding",
    "Freezing",
    "Given",
    "Grid",
    "InjectedPoint",
    "Injection",
    "KitFinding",
    "KitState",
    "LineState",
    "Margin",
    "Meant",
    "Pause",
    "Pauses",
    "Place",
    "Places",
    "PlannedAct",
    "PlannedInfiltration",
    "Proposed",
    "Sheet",
    "Signed",
    "Someone",
    "Spread",
    "StandingCard",
    "Stock",
    "ToFreeze",
    "TypedInjection",
    "Where",
    "as_file",
    "as_text_of",
    "asked",
    "card_hash",
    "cards",
    "cards_edition",
    "clusters",
    "compare",
    "compose",
    "content",
    "doses_of",
    "due",
    "fall_percent",
    "figures",
    "finding_as_json",
    "found",
    "grid",
    "has_content",
    "insist_countable",
    "insist_injectable",
    "judge_block",
    "judge_consented",
    "judge_freezing",
    "judge_infiltration",
    "judge_injection",
    "judge_lengths",
    "judge_needles",
    "judge_places",
    "judge_point",
    "judge_to_freeze",
    "judge_typed",
    "lacking",
    "lasting",
    "leaflet_of",
    "look_at_kit",
    "margin",
    "may_be_switched_on",
    "needle_of",
    "never_frozen",
    "of_targets",
    "offered",
    "per_point",
    "place_of_nerve",
    "place_of_target",
    "places",
    "places_of",
    "probe_named",
    "proposed",
    "reach_of",
    "read_drawn",
    "refusal",
    "session_rules",
    "signed",
    "spread",
    "stops",
    "suits",
    "variants_of",
    "verified",
]
