"""What nobody should send: each field with another of sixty nasty values, and each field twice.
An answer or a refusal, never a fault, and soon. ``make fuzz`` sends all sixty in each field, by
every role (test_fuzz_site.py)."""

from __future__ import annotations

from tests.nasty import VALUES, bounded, some
from tests.web.every_form.met import Met
from tests.web.forms import sendable, sent


def breaks_at_nothing_nasty(met: Met) -> None:
    drawn = some(met.name, len(VALUES))
    told = {field: drawn[place % len(drawn)] for place, field in enumerate(met.fields)}
    with bounded((met.name, told)):
        answer = sent(met.browser, met.path, sendable(told))
    assert answer.status_code < 500, told


def breaks_at_no_field_sent_twice(met: Met) -> None:
    twice = {field: [value, "other"] for field, value in met.fields.items()}
    with bounded(met.name):
        answer = sent(met.browser, met.path, twice)
    assert answer.status_code < 500
