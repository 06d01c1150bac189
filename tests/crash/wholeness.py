# ruff: noqa: E402 - the site is set up before its models are imported
"""Nothing by halves: what must hold of a database, whatever happened to the site.

Run as a script it looks at the database of its environment: whether it is whole, and has what the
list on its input was acknowledged; it prints the hashes of its trail.
"""

from __future__ import annotations

import json
import pickle
import sys
from collections import Counter
from itertools import pairwise

import django

django.setup()

from django.db import connection
from django.db.models import Count, Q
from django.urls import resolve

from dolenti.access import chain, heads
from dolenti.access.models import AuditEntry
from dolenti.agenda.models import Appointment
from dolenti.ledger.models import Draft, Receipt, Revision
from dolenti.records.models import CareRelation, Complaint, Contact, Patient, Statement
from tests.crash.writers import Ledger

MADE = {
    "records.patient": Patient,
    "records.complaint": Complaint,
    "records.statement": Statement,
    "records.contact": Contact,
}


def nothing_by_halves() -> None:
    """Every row has all that its form wrote with it, and nothing is there that no form wrote."""
    _sound()
    made = Counter(Receipt.objects.values_list("made", flat=True))
    for name, model in MADE.items():
        there = set(model.objects.values_list("pk", flat=True))  # type: ignore[attr-defined]
        receipts = Receipt.objects.filter(made=name)
        assert set(receipts.values_list("made_id", flat=True)) == there, name
        assert made[name] == len(there), name
    lines = AuditEntry.objects
    patients = Patient.objects
    assert not patients.filter(keys=None).exists()
    in_care = CareRelation.objects.values("patient")
    assert not patients.exclude(pk__in=in_care).exists()
    for action, model in (("register", Patient), ("describe", Complaint)):
        told = Counter(lines.filter(action=action).values_list("object_id", flat=True))
        assert told == Counter(model.objects.values_list("public_id", flat=True))  # type: ignore[attr-defined]
    assert lines.filter(action="state").count() == Statement.objects.count()
    for session in Appointment.objects.all():
        changes = list(Revision.objects.filter(kind="agenda.appointment", row=session.pk))
        assert [one.version for one in changes] == list(range(2, session.version + 1))
        moved = lines.filter(action="move-appointment", object_id=session.public_id)
        assert moved.count() == len(changes)
        if changes:
            assert changes[-1].after["start"] == session.start.isoformat()
        for one, then in pairwise(changes):
            assert one.after["start"] == then.before["start"]


def _sound() -> None:
    """What the database itself says of its file and its references."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert cursor.execute("PRAGMA foreign_key_check").fetchall() == []


def the_trail_holds(seen: chain.Head | None) -> None:
    """The chain is whole up to its end, and holds the end that was seen before, and the one that
    is kept beside the database."""
    assert seen is not None
    count, faults = heads.verify(seen)
    assert faults == []
    assert count >= seen.sequence


def everything_acknowledged_is_there(ledger: Ledger) -> None:
    """Each write that a person was told of, once, with what they typed."""
    for form, answer in ledger.of("register"):
        made = Patient.objects.get(pk=_made("records.patient", form.fields["token"]))
        assert made.public_id == resolve(answer.location).kwargs["public_id"]
        assert made.birth_name.lower() == form.fields["birth_name"].lower()
    for form, _ in ledger.of("state"):
        said = Statement.objects.get(submission=form.fields["token"])
        assert said.value == float(form.fields["value"])
    for form, answer in ledger.of("describe"):
        pain = Complaint.objects.get(pk=_made("records.complaint", form.fields["token"]))
        assert pain.public_id == resolve(answer.location).kwargs["public_id"]
        assert pain.note == form.fields["note"]
    for form, _ in ledger.of("move"):
        session = Appointment.objects.get(public_id=resolve(form.path).kwargs["public_id"])
        version = int(form.fields["based_on"]) + 1
        change = Revision.objects.get(kind="agenda.appointment", row=session.pk, version=version)
        assert change.after["start"][:10] == form.fields["day"]
    drafts = [int(form.fields["name"].split()[1]) for form, _ in ledger.of("draft")]
    if drafts:
        draft = Draft.objects.get(form="contact-new")
        # What was under way when the lights went out may have come through.
        kept = int(draft.content["name"][0].split()[1])
        assert kept in (drafts[-1], drafts[-1] + 1)


def once_each(ledger: Ledger) -> None:
    """No token made two things; none is left whose thing is gone."""
    tokens = [
        form.fields["token"]
        for form, _ in ledger.saved
        if form.kind in ("register", "describe", "state")
    ]
    twice = Receipt.objects.values("token").annotate(n=Count("pk")).filter(~Q(n=1))
    assert not twice.exists()
    assert Receipt.objects.filter(token__in=tokens).count() == len(tokens)


def _made(made: str, token: str) -> int:
    return Receipt.objects.get(made=made, token=token).made_id


def trail() -> list[str]:
    """The hashes of the trail's lines, in order, without what a restoring wrote."""
    lines = AuditEntry.objects.exclude(action="restore").order_by("sequence")
    return list(lines.values_list("sha256", flat=True))


def main() -> None:
    """Look at the database of the environment."""
    nothing_by_halves()
    everything_acknowledged_is_there(Ledger(saved=pickle.load(sys.stdin.buffer)))
    json.dump(trail(), sys.stdout)


if __name__ == "__main__":
    main()
