"""Many rows at once: what is written as one value is as if it had been written row by row."""

from __future__ import annotations

import ast
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

import dolenti
from dolenti.access import at_once
from dolenti.access.identifiers import is_public_id
from dolenti.access.models import AuditKey, User
from dolenti.diary.models import Link, Message
from tests.web.diary import treated

pytestmark = pytest.mark.django_db
# How each is told as a text and read back by the database: tried below. One that packs or seals its
# values would be told as it is held.
PLAIN = (
    models.AutoField, models.BigIntegerField, models.IntegerField, models.CharField,
    models.TextField, models.UUIDField, models.DateField, models.DateTimeField, models.JSONField,
    models.ForeignKey,
)  # fmt: skip


def _written_at_once() -> set[str]:
    """The tables that something writes by ``at_once.insert``, from the code."""
    found = set()
    for file in Path(dolenti.__path__[0]).rglob("*.py"):
        if "at_once" not in (text := file.read_text()):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "at_once.insert":
                found.add(ast.unparse(node.args[0]))
    return found


def test_only_tables_of_plain_fields_are_written_at_once() -> None:
    known = {one.__name__: one for one in apps.get_models()}
    names = _written_at_once()

    assert {"Link", "Message", "AuditEntry", "AuditKey", "DBTaskResult"} <= names
    for name in names:
        for field in known[name]._meta.concrete_fields:
            kind = type(field)
            assert issubclass(kind, PLAIN), field
            assert kind.__module__.startswith("django.db.models"), field
            assert field.column == field.attname, field
            assert not getattr(field, "auto_now", False), field


def test_a_row_written_at_once_is_as_one_that_was_written_alone(alice: User) -> None:
    course, now = treated(alice), timezone.now()
    link = Link.objects.create(
        patient=course.patient, course=course, window="h48", anchor="session-1",
        token_sha256="a" * 64, expires_at=now + timedelta(days=2),
    )  # fmt: skip
    said = {
        "window": "h48", "anchor": "it's 50 % «\u00a0é\u00a0» \\ \"x\"", "stage": 0,
        "channel": "sms", "kind": "answer-due", "key": uuid.uuid4(),
    }  # fmt: skip
    alone = Message.objects.create(
        patient=course.patient, course=course, link=link, day=now.date(), **said
    )
    said |= {
        "day": now.date() + timedelta(days=1), "patient_id": course.patient_id,
        "course_id": course.pk, "link_id": link.pk, "stage": 1,
    }  # fmt: skip
    other = {**said, "stage": 2, "day": now.date() + timedelta(days=2)}
    keys = at_once.insert(Message, [said, other])

    found = [Message.objects.get(pk=one) for one in keys]
    assert [one.stage for one in found] == [1, 2]  # a key to each, in their order
    for one in found:
        for field in Message._meta.concrete_fields:
            if field.attname not in ("id", "public_id", "stage", "day", "created_at"):
                assert getattr(one, field.attname) == getattr(alone, field.attname), field
        assert is_public_id(one.public_id)
        assert abs(one.created_at - alone.created_at) < timedelta(minutes=10)


def test_what_the_database_refuses_is_refused_at_once_too(alice: User) -> None:
    with pytest.raises((ValueError, TypeError)):
        at_once.insert(AuditKey, [{"key": "k", "entry_id": 1, "kye": "k"}])
    with pytest.raises(IntegrityError), transaction.atomic():
        at_once.insert(Message, [{"window": "h48"}])  # no patient
    assert at_once.insert(Message, []) == []


def test_among_finds_what_in_finds(alice: User) -> None:
    course = treated(alice)
    keys = [course.pk, course.pk + 1]
    for find in ({"pk__among": keys}, {"id__among": set(keys)}):
        assert list(type(course)._default_manager.filter(**find)) == [course]
    patients = {course.patient_id: "a mapping of keys is its keys"}
    assert list(type(course)._default_manager.filter(patient__among=patients)) == [course]
    assert list(type(course)._default_manager.filter(patient__site__among=[-1])) == []
    assert list(type(course)._default_manager.filter(pk__among=[])) == []
    assert list(type(course)._default_manager.exclude(pk__among=[])) == [course]
    with pytest.raises(ValueError):  # noqa: PT011 - of int
        type(course)._default_manager.filter(pk__among=["1) OR (1=1"])
