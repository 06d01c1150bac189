"""The knowledge as CQL, for hospitals whose systems speak it. See ``docs/cql.md``.

``export`` gives the texts of the files; writing them is the caller's work.
"""

from __future__ import annotations

from collections.abc import Mapping

from dolenti.cql.artefacts import plan_bundle, value_set_bundle
from dolenti.cql.libraries import FACTS_LIBRARY, CqlLibrary, LibraryWriter, library_name
from dolenti.guideline.fhir_strings import as_json
from dolenti.guideline.knowledge import Edition


def export(edition: Edition, policies: Mapping[str, str] | None = None) -> dict[str, str]:
    """The files of an export, by name: a CQL library of facts and red flags, one per therapy,
    ``plan-definitions.json`` (Libraries and PlanDefinitions) and ``value-sets.json``.

    Raises ``InputError`` for a policy or option that does not exist.
    """
    libraries = LibraryWriter(edition, policies).libraries()
    texts = {f"{library.name}.cql": library.text for library in libraries}
    for name, bundle in (
        ("plan-definitions.json", plan_bundle(edition, libraries)),
        ("value-sets.json", value_set_bundle(edition)),
    ):
        texts[name] = as_json(bundle, indent=1) + "\n"
    return texts


__all__ = ["FACTS_LIBRARY", "CqlLibrary", "LibraryWriter", "export", "library_name"]
