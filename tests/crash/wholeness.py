"""Nothing by halves: what must hold of a database, whatever happened to the site."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from django.db import connections
from django.db.models import Count, Q
from django.urls import resolve

from dolenti.access import audit
from dolenti.access.models import AuditEntry
from dolenti.records.models import (
    CareRelation,
    Complaint,
    Contact,
    Draft,
    Patient,
    Receipt,
    Revision,
    Session,
    Statement,
)
from tests.crash.writers import Ledger

MADE = {"patient": Patient, "complaint": Complaint, "statement": Statement, "contact": Contact}


def nothing_by_halves(alias: str = "default") -> None:
    """Every row has all that its form wrote with it, and nothing is there that no form wrote."""
    _sound(alias)
    made = Counter(Receipt.objects.using(alias).values_list("made", flat=True))
    for name, model in MADE.items():
        there = set(model.objects.using(alias).values_list("pk", flat=True))  # type: ignore[attr-defined]
        receipts = Receipt.objects.using(alias).filter(made=name)
        assert set(receipts.values_list("made_id", flat=True)) == there, name
        assert made[name] == len(there), name
    lines = AuditEntry.objects.using(alias)
    patients = Patient.objects.using(alias)
    assert not patients.filter(keys=None).exists()
    in_care = CareRelation.objects.using(alias).values("patient")
    assert not patients.exclude(pk__in=in_care).exists()
    for action, model in (("register", Patient), ("describe", Complaint)):
        told = Counter(lines.filter(action=action).values_list("object_id", flat=True))
        assert told == Counter(model.objects.using(alias).values_list("public_id", flat=True))  # type: ignore[attr-defined]
    assert lines.filter(action="state").count() == Statement.objects.using(alias).count()
    for session in Session.objects.using(alias):
        changes = list(Revision.objects.using(alias).filter(kind="session", row=session.pk))
        assert [one.version for one in changes] == list(range(2, session.version + 1))
        moved = lines.filter(action="move-session", object_id=session.public_id)
        assert moved.count() == len(changes)
        if changes:
            assert changes[-1].after["start"] == session.start.isoformat()
        for one, then in pairwise(changes):
            assert one.after["start"] == then.before["start"]


def _sound(alias: str) -> None:
    """What the database itself says of its file and its references."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert cursor.execute("PRAGMA foreign_key_check").fetchall() == []


def the_trail_holds(seen: audit.Head | None) -> None:
    """The chain is whole up to its end, and holds the end that was seen before, and the one that
    is kept beside the database."""
    for head in (seen, audit.last_head()):
        assert head is not None
        count, faults = audit.verify(head)
        assert faults == []
        assert count >= head.sequence


def everything_acknowledged_is_there(ledger: Ledger, alias: str = "default") -> None:
    """Each write that a person was told of, once, with what they typed."""
    for form, answer in ledger.of("register"):
        made = Patient.objects.using(alias).get(pk=_made(alias, "patient", form.fields["token"]))
        assert made.public_id == resolve(answer.location).kwargs["public_id"]
        assert made.birth_name.lower() == form.fields["birth_name"].lower()
    for form, _ in ledger.of("state"):
        said = Statement.objects.using(alias).get(submission=form.fields["token"])
        assert said.value == float(form.fields["value"])
    for form, answer in ledger.of("describe"):
        pain = Complaint.objects.using(alias).get(
            pk=_made(alias, "complaint", form.fields["token"])
        )
        assert pain.public_id == resolve(answer.location).kwargs["public_id"]
        assert pain.note == form.fields["note"]
    for form, _ in ledger.of("move"):
        session = Session.objects.using(alias).get(public_id=resolve(form.path).kwargs["public_id"])
        version = int(form.fields["based_on"]) + 1
        change = Revision.objects.using(alias).get(kind="session", row=session.pk, version=version)
        assert change.after["start"][:10] == form.fields["day"]
    drafts = [int(form.fields["name"].split()[1]) for form, _ in ledger.of("draft")]
    if drafts:
        draft = Draft.objects.using(alias).get(form="contact-new")
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


def _made(alias: str, made: str, token: str) -> int:
    return Receipt.objects.using(alias).get(made=made, token=token).made_id
