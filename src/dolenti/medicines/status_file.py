"""The statuses read from a base, written as a file of the knowledge.

An edition holds what it says, whole: the statuses are part of its texts, with the day of the base
in them, so that an assessment replays to the same verdict whatever base is loaded later.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import yaml

from dolenti.medicines.status import Status, as_entry

_HEAD = """\
# Read from the public base of medicines by `dolenti medicines check --write`, and never typed: a
# test holds it to the base that is delivered. What a product is in the base is its `in_base`.
"""


def written(statuses: Iterable[Status]) -> str:
    """The text of ``medicines/status.yaml``, in the order of the products' ids."""
    entries = []
    for status in sorted(statuses, key=lambda status: status.product.id):
        fields = msgspec.to_builtins(as_entry(status))
        entries.append({"id": fields.pop("id"), **fields})
    body = yaml.safe_dump(
        entries, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=False
    )
    return _HEAD + body
