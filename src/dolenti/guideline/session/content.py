"""The session's content of an edition: read when somebody asks for it, never before.

::

    content = session.content(edition)
    [line.id for line in content.lines]

An edition carries the texts of ``knowledge/session/`` unread, so that judging a patient pays
nothing for them. They are parsed once per machine and made once per process.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition, Entry, Text
from dolenti.guideline.loading import Parsed, build_once, edition_hash
from dolenti.guideline.near import nearest, shown
from dolenti.guideline.once import once_an_edition
from dolenti.guideline.parts import Layout
from dolenti.guideline.session.shapes import aftercare as after
from dolenti.guideline.session.shapes import cryo, emergency
from dolenti.guideline.session.shapes import events as happened
from dolenti.guideline.session.shapes import infiltration as aimed
from dolenti.guideline.session.shapes import mixtures as mixed
from dolenti.guideline.session.shapes import pause as before
from dolenti.guideline.session.shapes import places as where
from dolenti.guideline.session.shapes.common import Named, Sourced

# Lists of entries, gathered over the files of a row.
LISTS: dict[str, tuple[str, Any]] = {
    "turn_to": (r"session/pause/turn-to\.yaml", Named),
    "lines": (r"session/pause/lines\.yaml", before.PauseLine),
    "checklists": (r"session/pause/checklists\.yaml", before.Checklist),
    "doses": (r"session/emergency/doses\.yaml", emergency.Dose),
    "scales": (r"session/events/scales\.yaml", happened.Scale),
    "circumstances": (r"session/events/circumstances\.yaml", happened.Circumstance),
    "events": (r"session/events/events/[^/]+\.yaml", happened.Event),
    "routes": (r"session/events/routes\.yaml", happened.Route),
    "clusters": (r"session/events/clusters\.yaml", happened.Cluster),
    "needles": (r"session/map/needles\.yaml", where.Needle),
    "devices": (r"session/map/devices\.yaml", where.Device),
    "techniques": (r"session/map/techniques\.yaml", where.TechniqueDefault),
    "zones": (r"session/map/zones\.yaml", where.ZoneUse),
    "areas": (r"session/map/areas\.yaml", where.Area),
    "figure_scales": (r"session/map/figure-scales\.yaml", where.FigureScale),
    "targets": (r"session/infiltration/targets\.yaml", aimed.Target),
    "refused": (r"session/infiltration/refused\.yaml", aimed.Refused),
    "nerves": (r"session/cryoneurolysis/nerves\.yaml", cryo.Nerve),
    "never_frozen": (r"session/cryoneurolysis/never\.yaml", cryo.NeverFrozen),
    "complications": (r"session/cryoneurolysis/complications\.yaml", cryo.Complication),
    "usual_mixtures": (r"session/mixtures/usual\.yaml", mixed.UsualMixture),
}
# Entries that have a file of their own.
FOLDERS: dict[str, tuple[str, Any]] = {
    "cards": (r"session/emergency/cards/[^/]+\.yaml", emergency.Card),
    "leaflets": (r"session/aftercare/leaflets/[^/]+\.yaml", after.Leaflet),
}
# What there is one of.
SINGLE: dict[str, tuple[str, Any]] = {
    "pause": (r"session/pause/rules\.yaml", before.Pause),
    "leaving": (r"session/pause/leaving\.yaml", before.Leaving),
    "call": (r"session/emergency/call\.yaml", emergency.Call),
    "kit": (r"session/emergency/kit\.yaml", emergency.Kit),
    "serious": (r"session/events/serious\.yaml", happened.Serious),
    "report_fields": (r"session/events/report-fields\.yaml", happened.ReportFields),
    "leaflet_rules": (r"session/aftercare/rules\.yaml", after.LeafletRules),
    "places": (r"session/map/rules\.yaml", where.Places),
    "infiltration": (r"session/infiltration/rules\.yaml", aimed.Infiltration),
    "cryoneurolysis": (r"session/cryoneurolysis/rules\.yaml", cryo.Cryoneurolysis),
    "mixtures": (r"session/mixtures/rules\.yaml", mixed.UsualMixtures),
}


LAYOUT = Layout(
    "session",
    Text(fr="le contenu de la séance", en="the session’s content"),
    LISTS,
    FOLDERS,
    SINGLE,
)


class Content(Entry, frozen=True, kw_only=True):
    """All that ``knowledge/session/`` says. Lists keep the order of the files.

    Nobody of the clinic has signed any of it by being here: whether a rule is signed is asked of
    ``reviews``, whether an emergency card is, of ``emergency.standing``.
    """

    pause: before.Pause
    turn_to: tuple[Named, ...]
    lines: tuple[before.PauseLine, ...]
    checklists: tuple[before.Checklist, ...]
    leaving: before.Leaving
    call: emergency.Call
    cards: tuple[emergency.Card, ...]
    doses: tuple[emergency.Dose, ...]
    kit: emergency.Kit
    serious: happened.Serious
    scales: tuple[happened.Scale, ...]
    circumstances: tuple[happened.Circumstance, ...]
    events: tuple[happened.Event, ...]
    routes: tuple[happened.Route, ...]
    report_fields: happened.ReportFields
    clusters: tuple[happened.Cluster, ...]
    leaflets: tuple[after.Leaflet, ...]
    leaflet_rules: after.LeafletRules
    places: where.Places
    needles: tuple[where.Needle, ...]
    devices: tuple[where.Device, ...]
    techniques: tuple[where.TechniqueDefault, ...]
    zones: tuple[where.ZoneUse, ...]
    areas: tuple[where.Area, ...]
    figure_scales: tuple[where.FigureScale, ...]
    infiltration: aimed.Infiltration
    targets: tuple[aimed.Target, ...]
    refused: tuple[aimed.Refused, ...]
    cryoneurolysis: cryo.Cryoneurolysis
    nerves: tuple[cryo.Nerve, ...]
    never_frozen: tuple[cryo.NeverFrozen, ...]
    complications: tuple[cryo.Complication, ...]
    mixtures: mixed.UsualMixtures
    usual_mixtures: tuple[mixed.UsualMixture, ...]

    @property
    def nerve_labels(self) -> dict[str, Text]:
        """What each nerve is called, by its id; those that are never frozen too."""
        sensory = {one.id: one.label for one in self.nerves}
        return sensory | {one.id: one.label for one in self.never_frozen}


def has_content(edition: Edition) -> bool:
    """Whether the edition says anything of the room; editions of before it did not."""
    return bool(edition.session_texts)


@once_an_edition(6)
def content(edition: Edition) -> Content:
    """The session's content of an edition, made once and kept by the edition's hash.

    Raises ``InputError``, with file and line, where the edition has none or it cannot be read.
    Whether its parts agree with each other is told by ``problems``.
    """
    if not has_content(edition):
        raise InputError(
            "this edition of the knowledge says nothing of the session; use a later one",
            "session",
            fr="cette édition du référentiel ne dit rien de la séance\u00a0; utilisez-en une plus "
            "récente",
        )
    texts = edition.session_texts
    return build_once(texts, f"session-{edition_hash(texts)}", build)


def build(parsed: Parsed) -> Content:
    """The content of parsed files, by their names. Raises ``InputError``."""
    return Content(**LAYOUT.parts(parsed))


def verified(edition: Edition, entry: Sourced) -> bool:
    """Whether an entry was read in every text that it cites. A judgement never is."""
    return entry.mark == "R" and edition.verified(entry.sources)


T = TypeVar("T")


def found(entries: Iterable[T], name: str, what: str) -> T:
    """The entry with that id. Raises ``InputError`` with the nearest ids.

    ``what`` is the part it is looked for in, as ``events`` or ``targets``.
    """
    ids = []
    for entry in entries:
        ids.append(getattr(entry, "id", ""))
        if ids[-1] == name:
            return entry
    close = nearest(name, ids)
    raise InputError(
        f"there is no “{shown(name)}” among {what}{close.en}",
        what,
        fr=f"«\u00a0{shown(name)}\u00a0» n’existe pas dans {what}{close.fr}",
    )
