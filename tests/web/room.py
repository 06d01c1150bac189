"""What happens in the room, made step by step: the pause answered, a syringe drawn up, what went
in, what happened."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from PIL import Image

from dolenti.access.models import User
from dolenti.guideline import load_folder
from dolenti.guideline import session as guided
from dolenti.records.facts import stating
from dolenti.stock.items import Presentation
from dolenti.stock.models import Lot
from dolenti.treatment import given, recording, room
from dolenti.treatment.content import Happened, Injected, kept
from dolenti.treatment.models import Session, SessionRecord
from dolenti.treatment.recording import Asked, Pressed
from tests.web.stock import in_stock, stocked
from tests.web.world import sent

STEROID = Presentation(
    "product", "Méthylprednisolone 40 mg/mL, 1 mL", "methylprednisolone", Decimal(40), "mg/mL",
    Decimal(1),
)  # fmt: skip
LIDOCAINE = Presentation(
    "product", "Lidocaïne 10 mg/mL, 5 mL", "lidocaine", Decimal(10), "mg/mL", Decimal(5)
)
HALF = Decimal("0.5")
LEAVING = tuple(one.id for one in guided.content(load_folder()).leaving.lines)
SOONER = "The patient stayed with the nurse next door, who watched on."
"""Why somebody signs before the time of the watch is over."""
SEEN_TO: dict[str, Any] = {"leaving": LEAVING, "leaving_why": SOONER}
NOTHING = Happened(events=(), **SEEN_TO)
"""Nothing happened, and all was seen to before the patient left."""
IN_THE_KNEE = Injected(target="knee", guidance="ultrasound", needle="21G 40 mm", volume_ml=HALF)


def lot_of(user: User, what: Presentation = STEROID, **said: Any) -> Lot:
    """A lot of the site, of ten pieces."""
    return in_stock(user, stocked(user, what), **said)


def answered(user: User, session: Session, **pressed: Pressed) -> SessionRecord:
    """Every open line of the pause said to be well, but those that are said otherwise; where the
    record speaks against it, somebody goes on and says why."""
    now = room.standing(user, session)
    lines = {
        one.line.id: Pressed(safe=True, reason=WHY if one.status == "red" else "")
        for one in now.looked.lines
        if one.status != "safe"
    }
    version = now.record.version if now.record else 0
    return recording.answer(
        sent(user), session, version, {**lines, **pressed}, elsewhere=(), confirm=True,
        facts=said_of(now),
    )  # fmt: skip


def undone(user: User, session: Session, name: str = "preparation") -> SessionRecord:
    """A part as it stood before, from the page as it stands now."""
    record = room.standing(user, session).record
    return recording.undo(sent(user), session, name, record.version if record else 0)


WHY = "Discussed with the patient."
SAID = {
    "weight": 82,
    "allergy": [],
    "inr": 2,
    "corticosteroid-infiltrations-12-months": 0,
}
"""What the patient says of what no button answers."""


def said_of(now: room.Standing) -> dict[str, Any]:
    """The facts that are still to be known before the needle, said to be calm."""
    open_lines = [one for one in now.looked.lines if one.status in ("open", "red")]
    found: dict[str, Any] = {}
    for line in open_lines:
        found |= now.denied(line)
        found |= {fact: calm(fact) for fact in now.to_ask(line)}
    return found


def calm(fact: str) -> Any:
    """The reassuring value of a fact, as a file writes it."""
    if fact in SAID:
        return SAID[fact]
    definition = stating.definition_of(fact)
    assert definition is not None
    value = definition.reassuring
    return list(value) if isinstance(value, tuple) else value


class Always(dict[str, str]):
    """A reason for whatever a rule asks to be justified."""

    def get(self, key: str, default: Any = None) -> Any:
        return WHY


def drawn_up(user: User, session: Session, **changes: Any) -> SessionRecord:
    """One syringe of a steroid, which is a suspension, or of another lot; as it must look."""
    lot = changes.pop("lot", None) or lot_of(user)
    record = room.standing(user, session).record
    rows = changes.pop("rows", ((lot.public_id, HALF),))
    steroids = Lot.objects.filter(public_id__in=[one for one, _ in rows])
    looks = "even" if steroids.filter(item__product=STEROID.product).exists() else "limpid"
    asked = Asked(**{"rows": rows, "looks": looks, "reasons": Always(), **changes})
    return recording.prepare(sent(user), session, record.version if record else 0, asked)


def ready(user: User, session: Session, **changes: Any) -> SessionRecord:
    """All that is to be said before the needle, and what happened: to be given, and signed."""
    drawn_up(user, session, **changes)
    record = answered(user, session)
    return recording.happen(sent(user), session, record.version, NOTHING)


def give(user: User, record: SessionRecord, based_on: int | None = None) -> SessionRecord:
    """What was drawn up went in, by the service of the step itself."""
    version = record.version if based_on is None else based_on
    return given.deliver(user, record, version, injected=kept(IN_THE_KNEE))


def given_in(
    user: User, session: Session, injected: Injected = IN_THE_KNEE, **reasons: str
) -> SessionRecord:
    """What was drawn up was given, after the pause."""
    record = room.standing(user, session).record
    if record is None or not record.preparation:
        drawn_up(user, session)
    record = answered(user, session)
    return recording.inject(sent(user), session, record.version, injected, reasons)


def signed_off(user: User, session: Session, **happened: Any) -> SessionRecord:
    """Given, nothing happened, signed."""
    record = given_in(user, session)
    said = Happened(
        **{
            "pain_before": 6,
            "pain_after": 3,
            "events": (),
            **SEEN_TO,
            **happened,
        }
    )
    return recording.happen(sent(user), session, record.version, said, sign=True)


def a_photo(form: str = "JPEG", size: tuple[int, int] = (64, 48), **more: Any) -> bytes:
    """A photo as a telephone sends it."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 120, 90)).save(out, form, **more)
    return out.getvalue()
