"""What is asked by night only (`make night`), and what asks of its kind on each change.

`make test` is to end within ten minutes on two cores, so that nobody is tempted to go without it;
it does not yet (ADR 38).
What repeats one question over every page, width, language or program takes longer than that: by
day one of each kind is asked, by night all of them (ADR 38). Whoever names a file runs all of it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

IS_NIGHT: Final = "NIGHT" in os.environ

_PAGES = "tests/e2e/test_every_page.py::test_every_page_is_accessible_and_breaks_no_word"
_CASE = "tests/e2e/test_practitioner.py::test_a_case_is_described_assessed_saved_and_read_again"
_WORD = "tests/e2e/test_narrow.py::test_no_page_of_the_phone_breaks_a_word"
_AXE = "tests/e2e/test_door.py::test_axe_finds_nothing_at_the_door"
_KEY = "tests/e2e/test_door.py::test_a_passkey_is_set_up_at_the_first_log_in_and_then_opens_alone"
_KNEE = "tests/e2e/test_asking.py::test_a_plain_knee_is_asked_and_stored"
_STILL = "tests/e2e/test_asking.py::test_nothing_moves_under_a_finger_however_long_it_waits"
_TWICE = (
    "tests/e2e/test_arriving.py"
    "::test_a_double_click_on_a_therapy_of_the_record_opens_and_answers_nothing"
)
_FIRST = "tests/e2e/test_first_clinic.py::test_the_page_leads_from_an_empty_machine_to_a_clinic"
_SEALING = "tests/web/archive/test_sealing.py"
_SAVED = f"{_SEALING}::test_a_clinic_is_sealed_copied_tried_lost_and_restored"
_WRONG = (
    "tests/web/archive/test_wrong_places.py::test_a_site_that_cannot_be_worked_on_is_one_sentence"
)
_READS = (
    "tests/web/archive/test_wrong_places.py"
    "::test_what_only_reads_leaves_a_database_of_another_version_as_it_is"
)
_BROKEN = "tests/web/archive/test_backup.py::test_a_broken_backup_changes_nothing"
_SENT = "tests/crash/test_worker.py::test_every_message_is_sent_however_often_the_worker_is_killed"
_GENERATED = "tests/cql/test_agreement.py::test_generated_patients[0]"
_HIDDEN = "tests/e2e/test_proxies.py::test_no_request_hides_in_another"

BY_NIGHT: Final[dict[str, str]] = {
    # The browser: the same at another width, in the other language, on the rest of the pages.
    f"{_PAGES}[1]": f"{_PAGES}[0]",
    f"{_PAGES}[3]": f"{_PAGES}[2]",
    f"{_WORD}[en]": f"{_WORD}[fr]",
    f"{_CASE}[phone]": f"{_CASE}[desk]",
    f"{_CASE}[narrow]": f"{_CASE}[desk]",
    f"{_AXE}[phone-en]": f"{_AXE}[desk-fr]",
    f"{_KEY}[phone]": f"{_KEY}[desk]",
    f"{_KNEE}[desk]": f"{_KNEE}[phone]",
    f"{_STILL}[desk]": f"{_STILL}[phone]",
    f"{_TWICE}[desk]": f"{_TWICE}[phone]",
    _FIRST: "tests/web/test_founding.py",
    f"{_HIDDEN}[caddy": f"{_HIDDEN}[nginx",
    "tests/e2e/test_days.py::*desk": "tests/e2e/test_days.py::*phone",
    "tests/e2e/test_keyboard.py::test_from_finding": "tests/e2e/test_keyboard_day.py",
    "tests/e2e/test_agenda.py::test_a_full_day_is_accessible_in_every_look": f"{_PAGES}[0]",
    "tests/e2e/test_phone_heights.py": "tests/e2e/test_counted_days.py",
    "tests/e2e/test_three_days.py": "tests/e2e/test_session.py",
    "tests/e2e/test_large_print.py": "tests/e2e/test_phone.py",
    # Another program under the same question: a cluster of the population.
    "tests/spec/test_population_on_spark.py": "tests/spec/test_population_agrees.py",
    "tests/generative/test_spark.py": "tests/generative/test_population.py",
    # Processes that are killed, and databases that are restored, again and again.
    f"{_SEALING}::test_what_a_killed_backup_left_in_clear_is_gone_with_the_next_one": _SAVED,
    f"{_SEALING}::test_whoever_keeps_the_key_elsewhere_tries_what_is_sealed": _SAVED,
    f"{_SEALING}::test_on_the_computer_of_the_key_the_drill_says_that_no_photo_was_tried": _SAVED,
    "tests/web/archive/test_commands.py::test_the_secret_key_travels_only_when_asked": _SAVED,
    "tests/web/archive/test_commands.py::test_rows_of_a_large_table_are_never_held_at_once": _SAVED,
    "tests/web/archive/test_leaving.py": "tests/web/test_founding.py",
    f"{_WRONG}[lost]": f"{_WRONG}[setting]",
    f"{_WRONG}[foreign]": f"{_WRONG}[garbage]",
    _READS: f"{_WRONG}[garbage]",
    f"{_BROKEN}[nothing in it]": f"{_BROKEN}[a row removed]",
    "tests/crash/test_worker.py::test_every_copy_is_made": _SENT,
    # The readers are compared on generated patients: by day on half of them.
    "tests/cql/test_agreement.py::test_generated_patients[1]": _GENERATED,
}
"""The beginning of a test's name (``*`` for anything between), and that of who asks of its kind by
day."""


def is_named(test: str, pattern: str) -> bool:
    """Whether a test is one of those that a line of the table means."""
    begin, *more = pattern.split("*")
    if not test.startswith(begin):
        return False
    at = len(begin)
    for part in more:
        at = test.find(part, at) + len(part)
        if at < len(part):
            return False
    return True


def of_the_night(test: str, named: Sequence[str] = ()) -> bool:
    """Whether a test is left to the night. ``named`` are the files that somebody asked for."""
    if IS_NIGHT or any(test.startswith(one) for one in named):
        return False
    return any(is_named(test, pattern) for pattern in BY_NIGHT)


def named_files(config: pytest.Config) -> list[str]:
    """The files, or single tests, that stand on the command line."""
    asked = [str(one) for one in config.invocation_params.args]
    return [one.removeprefix("./") for one in asked if Path(one.split("::")[0]).is_file()]
