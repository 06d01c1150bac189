"""What a log says, and that nothing anybody typed is ever in it."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

import dolenti
from dolenti.access.models import User
from dolenti.config import logs
from dolenti.records import engine

pytestmark = pytest.mark.any_database

SOURCE = Path(dolenti.__file__).parent
# What a person might type, in every place where one can.
SECRETS = ("Zoe", "Zoé", "Dupont", "VIH", "HIV-positive", "1968-02-29", "metastasis", "%5Bvih%5D")
SAID = "Zoé Dupont 1968-02-29 VIH HIV-positive metastasis"


def said(lines: io.StringIO, logger: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in lines.getvalue().splitlines()]
    return [one for one in found if one["logger"] == logger]


def holds_no_secret(text: str) -> None:
    for secret in SECRETS:
        assert secret.lower() not in text.lower(), secret


def test_a_request_is_one_line_that_says_which_view_and_how_long(
    at_alice: Client, lines: io.StringIO
) -> None:
    response = at_alice.get(reverse("knowledge"), {"q": SAID})
    (line,) = said(lines, "dolenti.request")
    assert line.pop("ms") > 0
    assert line.pop("request_id") == response.headers["X-Request-ID"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT[\d:.]+\+00:00", line.pop("time"))
    assert line == {
        "level": "info", "logger": "dolenti.request", "message": "answered",
        "view": "knowledge", "method": "GET", "status": 200, "role": "practitioner",
    }  # fmt: skip


def test_the_id_of_a_request_is_ours(client: Client) -> None:
    first = client.get("/health/", headers={"X-Request-ID": "Dupont"}).headers["X-Request-ID"]
    second = client.get("/health/").headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{16}", first)
    assert first != second


def test_nothing_typed_is_in_the_log_or_the_metrics(
    alice: User, at_alice: Client, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses = []

    def sent(response: Any) -> None:
        statuses.append(response.status_code)

    browser = Client(raise_request_exception=False)
    browser.cookies = at_alice.cookies
    hostile = {"User-Agent": SAID, "Referer": "https://x.example/Dupont", "X-Request-ID": "Dupont"}
    typed = {"reference": SAID, "condition": SAID, "fact-weight": SAID, "Dupont": "HIV-positive"}
    # Nothing there, in the address and in the query
    sent(browser.get("/patients/Zoe-Dupont/HIV-positive/", {"q": SAID}, headers=hostile))
    # A form with mistakes
    sent(browser.post(reverse("complaint-new"), typed, headers=hostile))
    # A form without its token, with the data in it and in the referer
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = at_alice.cookies
    sent(strict.post(reverse("complaint-new"), typed, headers=hostile))
    # A host that is not ours
    sent(browser.get("/", HTTP_HOST="dupont.vih.example"))
    # A wrong password, with somebody's name as the address
    sent(Client().post(reverse("account_login"), {"login": "zoe@dupont.example", "password": SAID}))
    # Errors of every sort on the way to an answer, each with the data in it
    for error in (
        ValueError(SAID),
        KeyError("Dupont"),
        DatabaseError(f"DETAIL: Key (name)=({SAID}) already exists"),
        SuspiciousOperation(SAID),
        type("Chained", (Exception,), {"__module__": "elsewhere"})(SAID),
    ):

        def fails(*_: Any, error: Exception = error, **__: Any) -> None:
            try:
                int("Dupont HIV-positive")
            except ValueError as cause:
                raise error from cause

        monkeypatch.setattr(engine, "edition_in_force", fails)
        sent(browser.get(reverse("knowledge"), {"q": SAID}, headers=hostile))
    monkeypatch.undo()
    # A library that logs what it should not
    logging.getLogger("some.library").error("%s has %s", "Dupont", "VIH", extra={"patient": SAID})
    logging.getLogger("some.library").error(SAID, stack_info=True)
    logging.getLogger("gunicorn.error").error(f"Error handling request {SAID}")

    assert {404, 422, 403, 400, 500} <= set(statuses)
    text = lines.getvalue()
    holds_no_secret(text)
    assert alice.public_id not in text
    assert "example.org" not in text
    holds_no_secret(at_alice.get("/metrics").content.decode())


def test_an_error_says_its_classes_and_our_lines(
    at_alice: Client, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        try:
            json.loads(SAID)
        except ValueError as cause:
            raise RuntimeError(SAID) from cause

    monkeypatch.setattr(engine, "edition_in_force", fails)
    at_alice.raise_request_exception = False
    response = at_alice.get(reverse("knowledge"))
    (line,) = said(lines, "dolenti.error")
    assert line["level"] == "error"
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert line["view"] == "knowledge"
    assert line["error"]["classes"] == ["builtins.RuntimeError", "json.decoder.JSONDecodeError"]
    ours = [frame for frame in line["error"]["frames"] if frame.startswith("dolenti/")]
    assert any(re.match(r"dolenti/clinic/knowledge/views\.py:\d+ overview", one) for one in ours)
    assert said(lines, "django.request") == []


def test_each_line_is_one_json_object_even_for_a_message_of_many_lines() -> None:
    record = logging.LogRecord("dolenti.x", logging.INFO, __file__, 1, "one\ntwo %s", ("x",), None)
    line = logs.JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "one\ntwo %s"  # as in the code: nothing is put into it


def test_a_person_at_a_terminal_reads_a_line() -> None:
    try:
        raise ValueError(SAID)
    except ValueError as error:
        record = logging.LogRecord(
            "dolenti.error", logging.ERROR, __file__, 1, "a request failed", (),
            (type(error), error, error.__traceback__),
        )  # fmt: skip
    record.view = "case"
    text = logs.Readable().format(record)
    assert re.match(r"\d\d:\d\d:\d\d error   dolenti.error  a request failed view=case\n", text)
    assert "builtins.ValueError" in text
    assert "test_logs.py" in text
    holds_no_secret(text)


def test_a_line_that_cannot_be_written_is_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    stream = logs.Stream(Full())
    stream.emit(logging.LogRecord("x", logging.ERROR, __file__, 1, SAID, (), None))
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "level,effective",
    [("debug", "DEBUG"), ("ERROR", "ERROR"), ("", "INFO"), ("loud", "INFO")],
)
def test_the_level_comes_from_the_environment(
    level: str, effective: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert logs.settings(level)["loggers"]["dolenti"]["level"] == effective


def test_our_own_messages_are_written_out_in_the_code() -> None:
    """What is logged as a message is shown: so it is a text of ours, with nothing put into it."""
    found = 0
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = ast.unparse(node.func.value)
            if not re.search(r"(^|\.)(logger|log|logging|errors|requests)$", owner):
                continue
            if node.func.attr not in ("debug", "info", "warning", "error", "exception", "log"):
                continue
            message = node.args[1 if node.func.attr == "log" else 0]
            assert isinstance(message, ast.Constant), f"{file}:{node.lineno}"
            assert len(node.args) == (2 if node.func.attr == "log" else 1), f"{file}:{node.lineno}"
            found += 1
    assert found >= 3
