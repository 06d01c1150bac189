"""What is read of each record of the catalogue is what stands there, whole.

``make pages`` runs this file as a script, which writes the readings anew; whoever does so reads
what changed.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
import yaml

from dolenti.fhir.who import read_who
from dolenti.guideline.errors import InputError
from tests.fhir_bundles import AS_OF, READER
from tests.readings import FOLDER, KINDS, odd_ones, printed

FILES = sorted(FOLDER.glob("*.yaml"))


def kinds() -> str:
    """The facts that a thing of each kind may concern."""
    found = {kind: list(facts) for kind, facts in sorted(READER._meanings._facts.items())}
    head = "# The facts that a thing of each kind may concern; written by the printer too.\n"
    return head + yaml.safe_dump(found, sort_keys=False, default_flow_style=True, width=100)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_read_is_what_the_catalogue_says(path: Path) -> None:
    assert printed(path) == path.read_text(encoding="utf-8")


def test_no_odd_element_costs_the_record() -> None:
    for name, data in odd_ones():
        for read in (partial(READER.read, as_of=AS_OF, name="a.json"), partial(read_who, name="a")):
            try:
                read(data)
            except InputError:
                continue
            except Exception as error:
                raise AssertionError(name) from error


def test_the_facts_of_each_kind_are_those_of_the_catalogue() -> None:
    assert kinds() == KINDS.read_text(encoding="utf-8")


if __name__ == "__main__":
    KINDS.write_text(kinds(), encoding="utf-8")
    for path in FILES:
        path.write_text(printed(path), encoding="utf-8")
