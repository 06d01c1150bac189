"""A form sends by itself all that nobody fills in by hand: its token, what it was made from."""

from __future__ import annotations

from django.forms import BaseForm

from tests.web.every_form.met import Met
from tests.web.forms import as_rendered


def sends_every_hidden_field_that_it_needs(met: Met) -> None:
    """Sent as it was rendered it may lack what a person types, never what nobody sees."""
    said = as_rendered(met.shown, met.path) if met.is_page else {}
    if not said:
        return  # a press of another page
    answer = met.browser.post(met.path, said)
    if answer.status_code != 422:
        return
    for context in answer.context or ():
        form = context.get("form")
        if isinstance(form, BaseForm) and form.is_bound:
            unseen = {one.name for one in form.hidden_fields()}
            assert not unseen & form.errors.keys(), form.errors
