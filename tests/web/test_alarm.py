"""What fails at night reaches somebody: which unit it was, and nothing of what it worked on."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dolenti.guideline.errors import InputError
from dolenti.site_terminal import alarm

TO = ("paul@pins.example", "guard@pins.example")


@pytest.fixture(autouse=True)
def named(settings: Any) -> None:
    settings.ALARM_TO, settings.MAIL = TO, object()


def test_whoever_is_named_gets_the_name_of_the_unit() -> None:
    assert alarm.send("dolenti-verify.service") == TO
    (message,) = mail.outbox
    assert message.to == list(TO)
    assert message.subject == "Dolenti: dolenti-verify.service"
    for word in ("dolenti-verify.service failed on", "a échoué sur", "journalctl --unit"):
        assert word in message.body


@pytest.mark.django_db
def test_it_asks_no_database() -> None:
    with CaptureQueriesContext(connection) as asked:
        alarm.send("dolenti-backup.service")
    assert not asked.captured_queries


@pytest.mark.parametrize("unit", ["a\nBcc: x@y.example", "", "é", "a b", "u" * 300])
def test_what_is_no_unit_is_not_sent(unit: str) -> None:
    with pytest.raises(InputError, match="no name of a unit"):
        alarm.send(unit)
    assert not mail.outbox


@pytest.mark.parametrize(
    "lacks,where", [("ALARM_TO", "DOLENTI_ALARM_TO"), ("MAIL", "DOLENTI_MAIL")]
)
def test_where_it_would_reach_nobody_it_says_so(settings: Any, lacks: str, where: str) -> None:
    setattr(settings, lacks, None)
    with pytest.raises(InputError) as refusal:
        alarm.send("dolenti-drill.service")
    assert refusal.value.where == where
    assert not mail.outbox
