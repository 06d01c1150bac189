"""Whether the needles that were written are those that were taken: of a lot only its name is known,
and a name that says no gauge and no length is held against nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dolenti.guideline.knowledge import Edition, Text
from dolenti.guideline.session.content import Content, content, found
from dolenti.guideline.session.findings import Finding
from dolenti.guideline.session.shapes.places import Needle

_GAUGE = re.compile(r"(?<![\d.,])(\d{2})\s*G\b", re.IGNORECASE)
_LENGTH = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?)\s*mm\b", re.IGNORECASE)


def needle_of(known: Content, name: str) -> Needle | None:
    """The needle that a name speaks of, by its gauge and its length (mm): “30G 4 mm”."""
    gauge, length = _GAUGE.search(name), _LENGTH.search(name)
    if gauge is None or length is None:
        return None
    mm = float(length[1].replace(",", "."))
    return next(
        (one for one in known.needles if one.gauge[:2] == gauge[1] and one.length_mm == mm), None
    )


def judge_needles(
    edition: Edition, taken: Iterable[str], written: Iterable[str]
) -> tuple[Finding, ...]:
    """What is found of the needles ``written`` (their ids) against those ``taken`` (the names of
    their lots)."""
    known = content(edition)
    needles = [needle_of(known, name) for name in taken]
    ids = {one.id for one in needles if one is not None}
    used = [one for one in known.needles if one.id in set(written)]
    other = [one for one in used if one.id not in ids]
    if not needles or None in needles or not other:
        return ()
    names = ", ".join(f"{one.gauge} × {one.length_mm:g} mm" for one in other)
    rule = found(known.places.rules, "needle-not-taken", "map rules")
    detail = Text(fr=names.replace(".", ",") + ".", en=names + ".")
    return (Finding.of(edition, rule, "warn", detail=detail),)
