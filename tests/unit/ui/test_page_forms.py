"""What every page with a form has at its head: whose record it writes in, and what was refused.

Read from the templates with all that they include: a new page is held to it without a line here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import dolenti

CODE: Final = Path(dolenti.__file__).parent
PAGES: Final = CODE / "clinic"
STRIP: Final = "clinic/common/strip.html"
FIELDS: Final = r"<c-(?:input|tick|fact)\b"
INCLUDED: Final = re.compile(r'{% include "([^"]+)"')

# Folders whose pages write in nobody's record: the site's own things, and its people.
OF_THE_SITE: Final = {
    "absences", "knowledge", "meanings", "people", "privileges", "readiness", "site", "stock",
    "trail", "emergency",
}  # fmt: skip
OF_NO_ONE_PATIENT: Final = {
    "agenda/day.html": "a day of many patients, each named on their line",
    "agenda/list.html": "the same",
    "agenda/week.html": "the same",
    "alerts/list.html": "the alerts of many patients, each named on their line",
    "appointments/find.html": "looks for a free moment before it is said for whom",
    "medicines/find.html": "looks a medicine up, for nobody",
    "errors/another-form.html": "it was about another: its page is opened first, and says whose",
    "errors/another-site.html": "it goes back to where it was opened, and only from there",
    "complaints/import.html": "a case without identity is about to be made",
    "complaints/new.html": "the same",
    "erasures/retention.html": "records of many patients, each named on their line",
    "merging/merge.html": "two records side by side, with every trait of both",
    "openings/review.html": "the auditor reads why a record was opened, and not the record",
    "patients/list.html": "a list",
    "registering/import.html": "no record yet",
    "registering/new.html": "no record yet",
    "safety/alarm.html": "an alarm of the site, from several patients",
    "serum/close.html": "of the bench", "serum/cold.html": "of the bench",
    "serum/count.html": "of the bench", "serum/count-new.html": "of the bench",
    "serum/place.html": "of the bench", "serum/statement.html": "of the bench",
    "serum/log.html": "of the bench",
    "serum/draw-new.html": "chooses among the courses that wait",
    "merging/confirm.html": "two patients, both named in full on the page",
    "merging/waiting.html": "merges of many patients, each named on their line",
    "serum/issue.html": "the birth date is typed as a proof, and must not be read beside it",
    "serum/step.html": "the same",
    "session/mixtures.html": "what the site mixes",
    "visits/wishes.html": "wishes of many patients, each named on their line",
}  # fmt: skip


def _text(name: str) -> str:
    for folder in (CODE, CODE / "ui" / "templates"):
        if (folder / name).exists():
            return (folder / name).read_text()
    raise AssertionError(f"{name} is included and is not there")


def whole(name: str, above: tuple[str, ...] = ()) -> str:
    """A template with everything that it includes, at any depth."""
    text = _text(name)
    within = [one for one in INCLUDED.findall(text) if one not in above]
    return "\n".join([text, *(whole(one, (*above, one)) for one in within)])


def with_forms() -> dict[str, str]:
    """Whole pages that send something, by folder and file."""
    found = {}
    for path in sorted(PAGES.glob("*/*.html")):
        if '{% extends "ui/base.html" %}' in path.read_text():
            text = whole(f"clinic/{path.parent.name}/{path.name}")
            if re.search(r'<form\b[^>]*\bmethod="post"', text):
                found[f"{path.parent.name}/{path.name}"] = text
    return found


WITH_FORMS: Final = with_forms()


def test_a_page_that_writes_in_a_record_says_whose() -> None:
    told = {name for name, text in WITH_FORMS.items() if f'include "{STRIP}"' in text}
    of_patients = {name for name in WITH_FORMS if name.partition("/")[0] not in OF_THE_SITE}
    untold = of_patients - told
    assert not untold - set(OF_NO_ONE_PATIENT), "include the strip, or say here why it has none"
    assert not set(OF_NO_ONE_PATIENT) - untold, "these have a strip, or are there no more"


def test_a_form_that_was_refused_says_so_at_its_head() -> None:
    """A summary that takes the focus and leads to each field (``registering/fields.html``)."""
    asking = {name for name, text in WITH_FORMS.items() if re.search(FIELDS, text)}
    assert asking
    assert not {name for name in asking if "data-trouble" not in WITH_FORMS[name]}


def test_what_a_form_just_proposed_above_a_button_that_sticks_is_led_to() -> None:
    """Such a button says “done” over what nobody has seen: a form with another press than its last
    (to propose, to look up) marks what that press makes, and the script goes there. One that is
    redrawn in place keeps the focus where it was."""
    sticky = {n: text for n, text in WITH_FORMS.items() if "form-end" in text}
    assert len(sticky) > 3
    proposing = {
        name
        for name, text in sticky.items()
        if re.search(r"<button[^>]*\sname=", text) and "data-redrawn" not in text
    }
    assert proposing
    assert not {name for name in proposing if "data-made" not in WITH_FORMS[name]}
