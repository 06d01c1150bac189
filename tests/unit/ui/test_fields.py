"""Fields written without templates say letter for letter what Django's templates say."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test import override_settings
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from dolenti.ui.fields import Renderer

TEXTS = st.text(max_size=12) | st.sampled_from(
    ["<b>", "a&b", '"', "'", "é\u00a0:", "\x00", "{{ x }}"]
)
VALUES = TEXTS | st.booleans() | st.none() | st.integers() | st.just(mark_safe("<i>"))
ATTRIBUTES = st.dictionaries(st.sampled_from(["id", "class", "data-x", "required"]), VALUES)
WIDGETS = (
    forms.TextInput, forms.HiddenInput, forms.NumberInput, forms.EmailInput, forms.PasswordInput,
    forms.DateInput, forms.TimeInput, forms.CheckboxInput,
)  # fmt: skip


def both(widget: forms.Widget, value: Any, attributes: dict[str, Any]) -> tuple[str, str]:
    context = widget.get_context("name", value, attributes)
    name = widget.template_name
    ours, theirs = (one().render(name, context) for one in (Renderer, DjangoTemplates))
    return _close(ours), _close(theirs)


def _close(text: str) -> str:
    """Lines that are broken between two tags say nothing."""
    return re.sub(r"(?<=>)\s*\n\s*(?=<)", "", text).strip()


@pytest.mark.parametrize("make", WIDGETS)
@given(value=VALUES, attributes=ATTRIBUTES)
def test_an_input_is_as_django_writes_it(make: Any, value: Any, attributes: dict[str, Any]) -> None:
    ours, theirs = both(make(), value, attributes)
    assert ours == theirs


@given(
    choices=st.lists(
        st.tuples(TEXTS, TEXTS)
        | st.tuples(TEXTS, st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)),
        max_size=5,
    ),
    value=TEXTS | st.none(),
    attributes=ATTRIBUTES,
)
def test_a_list_of_choices_is_as_django_writes_it(
    choices: Any, value: Any, attributes: dict[str, Any]
) -> None:
    ours, theirs = both(forms.Select(choices=choices), value, attributes)
    assert ours == theirs


@pytest.mark.parametrize("make", [forms.RadioSelect, forms.CheckboxSelectMultiple])
@given(
    choices=st.lists(st.tuples(TEXTS, TEXTS | st.just(mark_safe("<i>"))), min_size=1, max_size=4),
    value=TEXTS | st.none(),
    attributes=ATTRIBUTES,
    is_wrapped=st.booleans(),
)
def test_a_mark_among_others_is_as_django_writes_it(
    make: Any, choices: Any, value: Any, attributes: dict[str, Any], is_wrapped: bool
) -> None:
    widget = make(choices=choices)
    for one in widget.get_context("name", value, attributes)["widget"]["optgroups"]:
        for option in one[1]:
            context = {"widget": {**option, "wrap_label": is_wrapped}}
            ours, theirs = (
                kind().render(option["template_name"], context)
                for kind in (Renderer, DjangoTemplates)
            )
            assert ours.split() == theirs.split()  # theirs breaks a line before the label


def test_a_label_in_words_of_later_is_written_and_escaped() -> None:
    ours, theirs = both(forms.Select(choices=[("a", gettext_lazy("A & B"))]), "a", {})
    assert ours == theirs
    assert "A &amp; B" in ours
    assert "selected" in ours


def test_the_site_writes_its_forms_so() -> None:
    from django.conf import settings

    assert settings.FORM_RENDERER == "dolenti.ui.fields.Renderer"
    with override_settings(FORM_RENDERER="dolenti.ui.fields.Renderer"):
        assert (
            forms.CharField().widget.render("x", "<") == '<input type="text" name="x" value="&lt;">'
        )
