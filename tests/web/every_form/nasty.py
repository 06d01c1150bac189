"""What nobody should send: each field as it is filled in and again with another of sixty nasty
values, which is the one that counts; or, on every other form, one field alone so, as another form
or button of the page sends it: where all are wrong, the first refusal hides the rest. An answer or
a refusal, never a fault, and soon. ``make fuzz`` sends all sixty in each field alone, by every
form, button and role (test_fuzz_site.py)."""

from __future__ import annotations

from random import Random

from tests.nasty import VALUES, bounded, some
from tests.web.every_form.met import Met
from tests.web.forms import forms_of, raw, sent
from tests.web.matrix import FORMS


def breaks_at_nothing_nasty(met: Met) -> None:
    draw, drawn = Random(met.name), some(met.name, len(VALUES))
    form = draw.choice(forms_of(met.shown, met.path, met.user))
    is_alone = FORMS.index(met.name) % 2 == 0
    fields = [draw.choice(sorted(form))] if is_alone and form else sorted(form)
    told = {field: drawn[place % len(drawn)] for place, field in enumerate(fields)}
    nasty = raw(told)
    twice = {field: [value, *nasty.get(field, ())] for field, value in form.items()}
    with bounded((met.name, told)):
        answer = sent(met.browser, met.path, twice)
    assert answer.status_code < 500, told
