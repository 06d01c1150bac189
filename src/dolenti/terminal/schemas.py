"""The JSON Schemas of what goes in (``schemas_in``) and out of the command line.

Each is made of classes (``schemas_judged``, ``schemas_knowledge``, ``schemas_site``), or of the
edition where its words decide. Keys may be added to an answer, so no schema of an answer forbids
another key; a file with one is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Contradiction, Edition
from dolenti.guideline.near import admitted, shown
from dolenti.terminal import schemas_judged, schemas_knowledge, schemas_site
from dolenti.terminal.schemas_in import READ

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

ANSWERS: Final[Mapping[str, Any]] = {
    "assessment": schemas_judged.Assessment,
    "mixture": schemas_judged.MixtureResult,
    "plan": schemas_judged.Plan,
    "population": schemas_judged.Population,
    "flattening": schemas_judged.Flattening,
    "refusal": schemas_judged.Refused,
    "version": schemas_knowledge.Version,
    "check": schemas_knowledge.Checked,
    "entries": list[schemas_knowledge.Listed],
    "coverage": list[schemas_knowledge.Covered],
    "review": schemas_knowledge.Reviewed,
    "contradictions": list[Contradiction],
    "changes": schemas_site.Changes,
    "medicines": schemas_knowledge.MedicinesFound,
    "medicine": schemas_knowledge.MedicineShown,
    "backup": schemas_site.Saved,
    "key-pair": schemas_site.KeyPair,
    "restoration": schemas_site.Restoration,
    "key-change": schemas_site.KeyChange,
    "trail": schemas_site.Trail,
}
"""What comes out, by the name of its schema; ``entry`` is made of the kinds of an edition."""


def schema(name: str, edition: Edition) -> dict[str, Any]:
    """A schema by its name. Raises ``InputError`` that lists the names, for one that is none."""
    made = READ.get(name)
    if name in ANSWERS:
        written = msgspec.json.schema(ANSWERS[name], schema_hook=schemas_knowledge.condition)
    elif name == "entry":
        written = schemas_knowledge.entry(edition)
    elif made is not None:
        written = made(edition)
    else:
        others = admitted(name, NAMES)
        raise InputError(
            f"there is no schema “{shown(name)}”{others.en}",
            fr=f"il n’y a pas de schéma «\u00a0{shown(name)}\u00a0»{others.fr}",
        )
    return {"$schema": DIALECT, "title": name, **written}


NAMES: Final = (*READ, *ANSWERS, "entry")
"""Every schema, by its name."""
