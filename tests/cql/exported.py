"""The shipped knowledge as CQL, translated once."""

from __future__ import annotations

import functools

import msgspec

from dolenti.guideline.knowledge import Edition
from tests.cql.bundles import Exported
from tests.spec.strategies import EDITION


@functools.cache
def exported() -> Exported:
    """The shipped knowledge with every rule in force, those too that a policy switches off, so
    that one translation serves all tests."""
    return Exported(_all_in_force(EDITION))


def _all_in_force(edition: Edition) -> Edition:
    replace = msgspec.structs.replace
    therapies = tuple(
        replace(therapy, criteria=tuple(replace(c, policy=None) for c in therapy.criteria))
        for therapy in edition.therapies
    )
    flags = tuple(replace(flag, policy=None) for flag in edition.red_flags)
    return replace(edition, therapies=therapies, red_flags=flags)
