"""A form whose part somebody else wrote meanwhile, as it comes back: what stands is beside it, so
that its next press is made on what was seen, and takes back nothing that its sender left alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dolenti.clinic.session.forms import stands_happened
from dolenti.clinic.session.shown import Sheet
from dolenti.clinic.session.supply_forms import PartForm
from dolenti.ledger.versions import version_sent
from dolenti.treatment import recording
from dolenti.treatment.content import Happened, plain
from dolenti.ui.language import current


def seen_again(sheet: Sheet, part: str, form: PartForm) -> None:
    """Base a form that was sent too late on what its page shows now. Of what happened, a field that
    whoever sent it had not touched is as it stands now. In the other parts one field means little
    without its neighbour (a volume is of its lot): there all that was typed stays together."""
    sent_data: Any = form.data
    data = sent_data.copy()
    based_on = version_sent(data)
    data["based_on"] = str(sheet.version)
    record = sheet.now.record
    if part == "happened" and record is not None:
        opened = recording.as_opened(record, part, based_on)
        now = recording.as_opened(record, part, record.version)
        assert isinstance(opened, Happened)
        assert isinstance(now, Happened)
        was, stands = stands_happened(opened), stands_happened(now)
        for name in form.fields.keys() - {"token", "based_on"}:
            field = form.fields[name]
            sent = field.widget.value_from_datadict(data, form.files, name)
            if was.get(name) != stands.get(name) and not field.has_changed(was.get(name), sent):
                data.setlist(name, _as_sent(stands.get(name)))
    form.data = data


def _as_sent(value: Any) -> list[str]:
    """A value as its form sends it."""
    if isinstance(value, list):
        return [str(one) for one in value]
    if value is None:
        return []
    return [plain(value, current()) if isinstance(value, Decimal) else str(value)]
