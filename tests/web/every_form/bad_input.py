"""What nobody should type, in every form: markup, right-to-left marks and 100 kB in every text
field, the ends of the calendar in every field of a day, NUL. Nothing breaks, nothing runs, nothing
is cut in silence, and what was typed is still there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.test import Client

from tests.nasty import LARGE
from tests.night import IS_NIGHT
from tests.web.every_form.met import Met
from tests.web.forms import FAR, Fields, sent
from tests.web.matrix import FORMS

REFUSED = {"right-to-left": "Dupont \u202etnopuD", "100 kB": "Dupont" + "x" * 100_000}
MARKUP = "<b id=evil onclick=alert(1)>\"'&Dupont</b>"
DATES: Final = re.compile(r"(^|_|-)(day|first|last|start|since|at|until|on|date|from|to)(_|$|\d)")
TEXTS = {"text", "email", "tel", "search", "textarea"}
# What is typed there is looked for, or read as a file: never kept, never shown as a name.
NOT_KEPT = {"q", "body-query", "text"}
BY_TURNS: Final = ("user", "site", "draft-about", "token", "q")
"""Who refuses NUL stands before every form: another field on each."""
MOST_FIELDS = 10  # of one form: the facts' own have dozens of the same kind


def texts_of(page: str) -> list[str]:
    """The names of a page's text fields that somebody may type into, but that of the bar."""
    own = page[page.index("<main") :]
    return [n for n, a in Fields(own).found.items() if a.get("type", "text") in TEXTS][:MOST_FIELDS]


def dates_of(page: str) -> list[str]:
    """The names of a page's fields in which a day stands."""
    found = Fields(page).found
    return [n for n, a in found.items() if a.get("type") == "date" or DATES.search(n)]


def stands_or_is_refused(met: Met) -> None:
    """Nothing breaks, nothing runs, nothing is cut in silence."""
    if not met.is_page:
        return
    page, try_out = met.shown.content.decode(), partial(_tried, met.browser, met.path, met.fields)
    texts, days = texts_of(page), dates_of(page)
    if texts and days and not (IS_NIGHT or LARGE):  # by day one of the two, by turns
        texts, days = (texts, []) if FORMS.index(met.name) % 2 else ([], days)
    for kind, typed in REFUSED.items() if texts else ():
        together = try_out(dict.fromkeys(texts, typed))
        among = set() if together.status_code == 302 else _refused(together)
        for field in texts:  # alone, where it is not told among the others
            _stands(met.path, field, kind, together if field in among else try_out({field: typed}))
    if texts:
        marked = try_out(dict.fromkeys(texts, MARKUP))
        _stands(met.path, texts[0], "markup", marked)
        back = Fields(marked.content.decode()).found if marked.status_code == 422 else {}
        for field in texts if back else ():
            if field not in back:  # not shown again beside what the others refuse
                _stands(met.path, field, "markup", try_out({field: MARKUP}))
    told: set[str] = set()
    for changed in far_days(days):
        if told.issuperset(changed):
            continue  # refused by itself among the others
        response = try_out(changed)
        assert response.status_code in (200, 302, 409, 422), changed
        if len(changed) > 1 and response.status_code == 422:
            told |= _refused(response)
    turn = FORMS.index(met.name) % len(BY_TURNS)
    assert try_out({BY_TURNS[turn]: "a\0b"}).status_code == 400


def far_days(fields: list[str]) -> Iterator[dict[str, str]]:
    """Every day at each end of the calendar at once, so that none is refused for being before
    another; then each alone, at another end than its neighbour: where it was not told before."""
    for end in FAR if len(fields) > 1 else ():
        yield dict.fromkeys(fields, end)
    for place, field in enumerate(fields):
        for end in FAR if len(fields) == 1 else (FAR[place % len(FAR)],):
            yield {field: end}


def _tried(browser: Client, path: str, fields: dict[str, str], changed: dict[str, str]) -> Any:
    """The answer to a form with some fields changed; undone: the next one meets the same."""
    with transaction.atomic():
        response = sent(browser, path, {**fields, **changed})
        transaction.set_rollback(True)
    return response


def _refused(response: Any) -> set[str]:
    """The names of the fields that a page says are wrong."""
    found = Fields(response.content.decode()).found
    return {name for name, one in found.items() if one.get("aria-invalid") == "true"}


def _stands(path: str, field: str, kind: str, response: Any) -> None:
    """What was typed into a field is refused in words there, or kept as it was typed."""
    where = (path, field, kind, response.status_code)
    assert response.status_code in (200, 302, 409, 422), where
    if response.streaming or response.status_code == 302:
        assert kind == "markup" or field in NOT_KEPT, where
        return
    page = response.content.decode()
    assert "<b id=evil" not in page, where
    again = Fields(page).found.get(field)
    is_search = again is not None and again.get("type") == "search"  # nothing is kept of it
    if field in NOT_KEPT or again is None or is_search or kind == "markup":
        return
    assert again.get("aria-invalid") == "true", where
    about = again.get("aria-describedby", "").split()
    assert any(f'id="{one}"' in page for one in about), where
    # Of 100 kB a page shows what it can; of the rest nothing may be missing.
    kept = again["value"].lstrip("\n")
    assert kept.startswith("Dupont") or kind == "100 kB", where
