"""Whether map, targets, nerves and mixtures hold together and give their examples."""

from __future__ import annotations

from collections.abc import Iterator

from dolenti.guideline.body.checking import outline_problems
from dolenti.guideline.body.geometry import WIDTH, read_outline
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition
from dolenti.guideline.mixture import MixtureJudge
from dolenti.guideline.mixture.checking import EXAMPLES_DAY
from dolenti.guideline.parts_checking import Found
from dolenti.guideline.session.content import Content
from dolenti.guideline.session.decimals import exact
from dolenti.guideline.session.favourites import THERAPY, disagreements
from dolenti.guideline.session.freezing import margin
from dolenti.guideline.session.shapes.places import TechniqueDefault

MAP_RULES = (
    "outside-the-body", "outside-every-region", "depth-outside-technique", "not-usual-here",
    "volume-outside-technique", "volume-not-known", "needle-too-long", "needle-too-short",
    "deeper-than-usual", "more-than-prepared", "no-room-for-dead-space", "more-than-usual",
    "forbidden-device", "figure-out-of-date",
)  # fmt: skip
TARGET_CHECKS = (
    "wrong-product-for-target", "only-prednisolone-acetate", "alone-in-its-syringe",
    "no-anaesthetic-here", "dose-not-known", "dose-borrowed", "no-cap-for-target",
    "volume-over-most", "volume-over-usual", "needle-outside-range",
    "guidance-needed", "guidance-preferred",
    "specialised-centre", "one-large-joint", "repeat-of-target",
)  # fmt: skip
NERVE_CHECKS = (
    "nerve-not-listed", "nerve-not-listed-but-sensory", "guidance-of-nerve", "nerve-poorly-known",
    "motor-twitch", "motor-test-missing", "not-tested-before", "no-cycle", "probe-not-known",
    "distance-not-known", "margin-small", "margin-none", "block-not-positive", "too-soon",
    "too-many", "pain-not-back", "not-recovered",
)  # fmt: skip
_UNREAD = "non lu"
BOUNDS = ("nadir", "cycles", "freezing", "thawing", "lesion", "whole-act")


def problems(edition: Edition, content: Content) -> Found:
    """Every problem as (the entry, what is wrong with it)."""
    yield from _looked_up(content)
    yield from _map(edition, content)
    yield from _areas(edition, content)
    yield from _targets(content)
    yield from _cold(content)
    yield from _mixtures(edition, content)


def _looked_up(content: Content) -> Found:
    """The rules that the program looks up by their ids."""
    cold = content.cryoneurolysis
    for names, entries, where in (
        (MAP_RULES, content.places.rules, "map/rules.yaml"),
        (TARGET_CHECKS, content.infiltration.checks, "infiltration/rules.yaml"),
        (NERVE_CHECKS, cold.checks, "cryoneurolysis/rules.yaml"),
        (BOUNDS, cold.bounds, "cryoneurolysis/rules.yaml"),
    ):
        have = {entry.id for entry in entries}
        yield from ((name, f"is missing from {where}") for name in names if name not in have)


# --- The map --------------------------------------------------------------------------------------


def _map(edition: Edition, content: Content) -> Found:
    described = {
        t.id: t.depth_mm for one in edition.therapies if one.id == THERAPY for t in one.techniques
    }
    offered = {one.technique: one for one in content.techniques}
    for name in described:
        if name not in offered:
            yield name, "has no range on the map"
    for one in content.techniques:
        yield from ((one.technique, what) for what in _ranges(one, described.get(one.technique)))
    scaled = {scale.figure for scale in content.figure_scales}
    figures = {figure.id for figure in edition.body.figures} if edition.body is not None else set()
    yield from ((name, "has no scale (mm per cell)") for name in sorted(figures - scaled))
    used = {use.zone for use in content.zones}
    for zone in edition.zones:
        if zone.id not in used:
            yield zone.id, "nothing says what is usual in this zone"
    for use in content.zones:
        if use.default not in {usual.technique for usual in use.usual}:
            yield use.zone, "its default technique is not among the usual ones"
        if not use.total_ml[0] <= use.total_ml[1]:
            yield use.zone, "its usual total goes from a low to a high"


def _ranges(one: TechniqueDefault, described: tuple[float, float] | None) -> Iterator[str]:
    for what, span, default in (
        ("depth", one.depth_mm, one.default_depth_mm),
        ("volume", one.volume_ml, one.default_volume_ml),
        ("spacing", one.spacing_mm, one.default_spacing_mm),
    ):
        if (span is None) != (default is None):
            yield f"its {what} has a range and a default, or neither"
        elif span is not None and default is not None and not span[0] <= default <= span[1]:
            yield f"its default {what} lies outside its range"
    if described is not None and not (
        described[0] <= one.depth_mm[0] and one.depth_mm[1] <= described[1]
    ):
        yield "goes deeper, or less deep, than the therapy says of it"


def _areas(edition: Edition, content: Content) -> Found:
    if edition.body is None:
        yield "map", "this edition has no map of the body to draw on"
        return
    drawn, now = content.places.body_edition, edition.body.atlas.edition
    if drawn != now:
        yield "map", f"its outlines are drawn on body {drawn}, and the body is {now}"
    midline = {f.id for f in edition.body.figures if f.symmetry == "midline"}
    for area in content.areas:
        if (area.kind == "limit") != (area.max_depth_mm is not None):
            yield area.id, "a limit gives its depth, and only a limit"
        if area.paired and area.figure not in midline:
            yield area.id, "is paired on a figure of one side, which is mirrored by itself"
        try:
            outline = read_outline(area.outline, area.id)
        except InputError as error:
            yield area.id, error.what
            continue
        if len(outline) < 3:
            yield area.id, "needs three corners or more"
            continue
        yield from ((area.id, what) for what in outline_problems(outline))
        if area.paired and max(x for x, _ in outline) > WIDTH // 2:
            yield area.id, "is drawn on both sides; draw the viewer's left, it is mirrored"


# --- Targets and nerves ---------------------------------------------------------------------------


def _targets(content: Content) -> Found:
    for target in content.targets:
        low, high = target.volume_ml.usual
        if not 0 < low <= high <= target.volume_ml.most:
            yield target.id, "its volume goes from a low to a high, and at most to the most"
        if not 0 < target.needle.length_mm[0] <= target.needle.length_mm[1]:
            yield target.id, "its needle goes from a short to a long one"
    capped = {entry.size for entry in content.infiltration.caps}
    for size in content.infiltration.size_classes:
        if size.caps_of is not None and size.caps_of not in capped:
            yield size.id, f"takes the caps of {size.caps_of}, which has none"


def _cold(content: Content) -> Found:
    never = {one.id for one in content.never_frozen}
    for nerve in content.nerves:
        if nerve.id in never:
            yield nerve.id, "is frozen and never frozen; keep one"
        if not nerve.guidance:
            yield nerve.id, "says how it is found"
        if nerve.poorly_known and not nerve.motor_test:
            yield nerve.id, "is poorly known, and asks for no motor test"
        if nerve.mark == "R" and (nerve.poorly_known or _UNREAD in nerve.where.fr):
            yield nerve.id, "has landmarks that nobody read, and the mark R"
    for example in content.cryoneurolysis.skin.examples:
        found = margin(content, example.probe, exact(example.probe_mm))
        if found.mm != exact(example.margin_mm) or found.outcome != example.outcome:
            yield "skin", f"{example.probe_mm} mm should be {example.outcome}, {example.margin_mm}"


# --- The mixtures ---------------------------------------------------------------------------------


def _mixtures(edition: Edition, content: Content) -> Found:
    judge = MixtureJudge(edition)
    for mixture in content.usual_mixtures:
        try:
            for what in disagreements(edition, judge, mixture, EXAMPLES_DAY):
                yield mixture.id, what
        except InputError as error:
            yield mixture.id, error.what
