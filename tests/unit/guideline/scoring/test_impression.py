"""Patient global impression of change."""

from __future__ import annotations

import pytest

from dolenti.guideline.errors import InputError
from dolenti.guideline.scoring import impression


@pytest.mark.parametrize("answer", [1, 2])
def test_very_much_and_much_improved_are_responders(answer):
    assert impression.is_responder(answer)


@pytest.mark.parametrize("answer", [3, 4, 5, 6, 7])
def test_minimally_improved_and_less_are_not(answer):
    assert not impression.is_responder(answer)


@pytest.mark.parametrize("answer", [0, 8, -1, 1.5, 2.0, float("nan"), True, "2", None])
def test_what_is_no_pgic_is_refused(answer):
    with pytest.raises(InputError, match="1 to 7"):
        impression.is_responder(answer)
