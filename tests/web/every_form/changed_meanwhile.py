"""A form that two people opened, and both send: the second is told, and their next press, made on
what the page then shows, is taken. Refused for ever, it leaves what was typed no way on.

Every form that says what it was ``based_on`` and can be sent as it stands goes this way.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from tests.web.asked_page import Node, parsed
from tests.web.every_form.met import Met
from tests.web.forms import sent

FREE: Final = ("note", "name", "first_name", "label", "finding", "text", "reason", "outcome")
"""Fields that take any words: two people never type the same."""
MINE: Final = "mine"
MET: Final = {
    "complaint-error", "contact-edit", "imaging-edit", "imaging-withdraw", "lot-hold", "note-edit",
    "note-withdraw", "patient-edit", "patient-error", "session-happened", "site", "site-room",
}  # fmt: skip
"""Forms that are refused and taken again here: where one is not any more, this looks at nothing."""


def comes_back_on_what_stands(met: Met) -> None:
    """The first of two is written, the second refused once, and taken from the page that says
    why."""
    if "based_on" not in met.fields:
        return
    assert _went_all_the_way(met) or met.name not in MET, f"{met.name}: was not refused once"


def _went_all_the_way(met: Met) -> bool:
    written = sent(met.browser, met.path, _typed(met.fields, "La première"))
    if written.status_code != 302:
        return False  # so simple a filling is refused: the test of its own view fills it in
    mine = _typed(met.fields, "La seconde")
    refused = sent(met.browser, met.path, mine)
    if refused.status_code != 409:
        return False  # the same press twice is one, and another part is written beside the first
    same = [form for form in parsed(refused.content.decode()).all("form") if _is_of(form, met.path)]
    if not same:
        return False  # what stands asks for nothing of this kind any more
    shown = {name: values[-1] for name, values in same[0].fields.items()}
    taken = sent(met.browser, met.path, {**mine, **shown, **_choices(same[0])})
    assert taken.status_code != 409, f"{met.name}: refused again, from the page that said why"
    return True


def _typed(fields: dict[str, str], words: str) -> dict[str, str]:
    own = {name: f"{words} personne" for name in FREE if name in fields}
    return {**fields, **own, "token": str(uuid.uuid4())}


def _is_of(form: Node, path: str) -> bool:
    action = form.attributes.get("action", "") or path
    return action.partition("?")[0] == path.partition("?")[0] and "based_on" in form.fields


def _choices(form: Node) -> dict[str, Any]:
    names = (one.attributes.get("name", "") for one in form.all("input", type="radio"))
    return {name: MINE for name in names if name.startswith("keep-")}
