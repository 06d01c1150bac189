"""What the answer on a mixture says of what it set aside, and of what nobody read."""

from __future__ import annotations

from dolenti.guideline.mixture.report import mixture_as_json
from tests.spec.syringes import EDITION, judge

OLD = {"value": 70, "at": "2020-01-01"}


def test_a_weight_set_aside_is_listed_with_why_and_each_rule_says_whether_it_was_read() -> None:
    result = judge(("lidocaine", 10, 5), facts={"weight": OLD})
    answer = mixture_as_json(result, "en")
    assert answer["ignored"] == [{"fact": "weight", "why": "stale", "at": "2020-01-01"}]
    for told, found in zip(answer["findings"], result.findings, strict=True):
        assert told["verified"] is EDITION.verified(found.sources)
    every = [*answer["findings"], *answer["unknown"]]
    assert {one["verified"] for one in every} == {True, False}
