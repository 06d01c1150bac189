"""What nobody should send: each field twice, as it is filled in and with another of sixty nasty
values, which is the one that counts. An answer or a refusal, never a fault, and soon. ``make fuzz``
sends all sixty in each field, by every role (test_fuzz_site.py)."""

from __future__ import annotations

from tests.nasty import VALUES, bounded, some
from tests.web.every_form.met import Met
from tests.web.forms import sendable, sent


def breaks_at_nothing_nasty(met: Met) -> None:
    drawn = some(met.name, len(VALUES))
    told = {field: drawn[place % len(drawn)] for place, field in enumerate(met.fields)}
    twice = {field: [met.fields[field], nasty] for field, nasty in sendable(told).items()}
    with bounded((met.name, told)):
        answer = sent(met.browser, met.path, twice)
    assert answer.status_code < 500, told
