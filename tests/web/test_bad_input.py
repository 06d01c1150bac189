"""What nobody should type, in every text field of every form: markup, right-to-left marks and
100 kB. Nothing breaks, nothing runs, nothing is cut in silence, and what was typed is still there.

The forms are those of ``test_sent_twice``, which fails when a new one is not listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from dolenti.access.models import User
from dolenti.records.models import Assessment, Complaint
from tests.web.forms import Fields, ready_to_send, sent
from tests.web.matrix import FORMS, dozens, first_of

HOSTILE = {
    "right-to-left": "Dupont \u202etnopuD",
    "100 kB": "Dupont" + "x" * 100_000,
    "markup": "<b id=evil onclick=alert(1)>\"'&Dupont</b>",
}
TEXTS = {"text", "email", "tel", "search", "textarea"}
# What is typed there is looked for, or read as a file: never kept, never shown as a name.
NOT_KEPT = {"q", "body-query", "text"}
MOST_FIELDS = 10  # of one form: the facts' own have dozens of the same kind


def texts_of(page: str) -> Iterator[str]:
    """The names of a page's text fields that somebody may type into, but that of the bar."""
    own = page[page.index("<main") :]
    names = [n for n, a in Fields(own).found.items() if a.get("type", "text") in TEXTS]
    yield from names[:MOST_FIELDS]


@pytest.mark.parametrize("names", dozens(FORMS), ids=first_of)
def test_no_field_breaks_runs_or_loses_what_was_typed(
    names: list[str],
    alice: User,
    knee: Complaint,
    stored: Assessment,
    browser_of: Callable[[User], Client],
    apart: Callable[..., AbstractContextManager[Any]],
) -> None:
    for name in names:
        with apart(name, alice, knee, stored) as world:
            browser, path, fields = ready_to_send(name, *world, browser_of)
            shown = browser.get(path)
            if shown.status_code != 200 or not shown["Content-Type"].startswith("text/html"):
                continue  # a button, or a file: there is nothing to type into
            for field in texts_of(shown.content.decode()):
                for kind, typed in HOSTILE.items():
                    with transaction.atomic():  # undone: the next one meets the same
                        response = sent(browser, path, {**fields, field: typed})
                        transaction.set_rollback(True)
                    _stands(field, kind, response)


def _stands(field: str, kind: str, response: Any) -> None:
    """What was typed into a field is refused in words there, or kept as it was typed."""
    where = (field, kind, response.status_code)
    assert response.status_code in (200, 302, 409, 422), where
    if response.streaming or response.status_code == 302:
        assert kind == "markup" or field in NOT_KEPT, where
        return
    page = response.content.decode()
    assert "<b id=evil" not in page, where
    again = Fields(page).found.get(field)
    if field in NOT_KEPT or again is None or kind == "markup":
        return
    assert again.get("aria-invalid") == "true", where
    about = again.get("aria-describedby", "").split()
    assert any(f'id="{one}"' in page for one in about), where
    # Of 100 kB a page shows what it can; of the rest nothing may be missing.
    kept = again["value"].lstrip("\n")
    assert kept.startswith("Dupont") or kind == "100 kB", where
