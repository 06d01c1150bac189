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

_HISTORY = "tests/e2e/test_history.py"
_PHONE = "tests/e2e/test_phone.py"
_TOLD = f"{_PHONE}::test_an_alarm_is_said_without_a_network_and_the_answer_leaves_once_there_is_one"
_TAPS = f"{_PHONE}::test_an_answer_takes_few_taps_and_the_last_of_a_scale_never_sends"
_TAPPED = f"{_HISTORY}::test_an_emergency_is_said_at_once_and_a_mistake_is_mended"
_DRAFTS = "tests/e2e/test_phone_drafts.py"
_CLOSED_TAB = f"{_DRAFTS}::test_a_closed_tab_without_a_network_loses_no_answer"
_DOOR = "tests/e2e/test_door.py"
_NURSE = "tests/e2e/test_keyboard_day.py::test_a_nurse_prepares_asks_and_answers_the_pause"
_SECOND = "tests/e2e/test_asking.py::test_a_second_click_at_a_changed_place_answers_nothing"
_PAUSE = "tests/e2e/test_session.py::test_no_control_of_the_pause_leaves_its_box"
_CUT = (
    "tests/e2e/test_session.py"
    "::test_what_is_typed_while_the_line_is_cut_is_kept_once_it_is_back_and_it_is_said"
)
_BACKUP = "tests/web/archive/test_backup.py"
_FAILED = f"{_BACKUP}::test_a_failed_restore_leaves_postgresql_as_it_was"
_FOUNDED = (
    "tests/web/test_founding.py"
    "::test_setup_makes_a_clinic_whose_link_opens_and_is_refused_the_second_time"
)
_SPOTS = "tests/unit/guideline/session/test_spots.py"
_STATES = "tests/web/test_states.py"
_MERGED = f"{_STATES}::test_another_site_learns_nothing_of_a_merge"

_TWO = "tests/e2e/test_two_people.py::test_two_people_answer_the_same_group"
_REDRAWN = "tests/e2e/test_redrawn.py::test_a_row_pressed_while_another_is_on_its_way"
_NO_PRESS = "tests/web/test_asking.py::test_no_press_from_any_page_stores_what_did_not_stand_there"
_FIELD = "tests/web/test_phone_forms.py::test_every_refused_field_says_so_itself[answer]"
_EXAMPLE = "tests/unit/test_contributing_examples.py::test_a_page"
_FAR = "tests/unit/test_far_days.py::test_no_day_in_a_file_breaks"

BY_NIGHT: Final[dict[str, str]] = {
    # The browser: the same at another width, in the other language, on the rest of the pages.
    f"{_PAGES}[1]": f"{_PAGES}[0]",
    f"{_PAGES}[3]": f"{_PAGES}[0]",
    _WORD: f"{_PAGES}[0]",
    f"{_CASE}[phone]": f"{_CASE}[desk]",
    f"{_CASE}[narrow]": f"{_CASE}[desk]",
    f"{_AXE}[phone-en]": f"{_AXE}[desk-fr]",
    f"{_KEY}[phone]": f"{_KEY}[desk]",
    f"{_KNEE}[desk]": f"{_KNEE}[phone]",
    f"{_STILL}[desk]": _SECOND,
    f"{_TWICE}[desk]": f"{_TWICE}[phone]",
    _FIRST: "tests/web/test_founding.py",
    f"{_HIDDEN}[caddy": f"{_HIDDEN}[nginx",
    f"{_PAGES}[2]": f"{_PAGES}[0]",
    "tests/e2e/test_days.py::*": "tests/e2e/test_counted_days.py",
    "tests/e2e/test_keyboard_day.py::test_a_doctor": _NURSE,
    "tests/e2e/test_keyboard_day.py::test_a_secretary": _NURSE,
    "tests/e2e/test_twelve.py": _KNEE + "[phone]",
    "tests/e2e/test_random_clicks.py": _SECOND,
    f"{_STILL}[phone]": _SECOND,
    f"{_HISTORY}::test_a_tap_answers": _TAPPED,
    f"{_HISTORY}::test_on_a_network_that_never_answers": _TAPPED,
    f"{_HISTORY}::test_a_form_that_was_left": _CLOSED_TAB,
    f"{_HISTORY}::test_a_closed_tab": _CLOSED_TAB,
    f"{_HISTORY}::test_an_appointment_is_given_up": "tests/web/test_visit.py",
    f"{_PHONE}::test_a_questionnaire_is_answered": _TAPS,
    f"{_PHONE}::test_an_alarm_is_said_at_once_on_a_network": _TOLD,
    f"{_PHONE}::test_none_of_these_never_wins": _TAPS,
    f"{_PHONE}::test_a_visit_that_ended_meanwhile": _TOLD,
    f"{_PHONE}::test_where_it_hurts_is_pressed": "tests/e2e/test_body_figure.py",
    f"{_PHONE}::test_nothing_is_passed_over": _TAPS,
    f"{_DRAFTS}::test_what_is_past_its_time": _CLOSED_TAB,
    f"{_DRAFTS}::test_at_twice_the_size": _CLOSED_TAB,
    f"{_DRAFTS}::test_a_shared_device": _CLOSED_TAB,
    f"{_DOOR}::test_a_passkey_is_removed": f"{_KEY}[desk]",
    f"{_DOOR}::test_an_app_is_set_up": f"{_KEY}[desk]",
    f"{_PAUSE}[fr-narrow": f"{_PAUSE}[fr-phone",
    f"{_PAUSE}[en": f"{_PAUSE}[fr-phone",
    f"{_PAUSE}[fr-desk": f"{_PAUSE}[fr-phone",
    f"{_CUT}[#id_note": f"{_CUT}[#id_volume",
    "tests/e2e/test_injection_map.py::test_every_place_of_the_list": _SPOTS,
    "tests/e2e/test_agenda.py::test_no_word_of_the_board": "tests/e2e/test_counted_days.py",
    "tests/e2e/test_practitioner.py::test_without_script": f"{_CASE}[desk]",
    "tests/e2e/test_keyboard.py::test_from_finding": "tests/e2e/test_keyboard_day.py",
    "tests/e2e/test_agenda.py::test_a_full_day_is_accessible_in_every_look": f"{_PAGES}[0]",
    "tests/e2e/test_phone_heights.py": "tests/e2e/test_counted_days.py",
    "tests/e2e/test_three_days.py": "tests/e2e/test_session.py",
    "tests/e2e/test_large_print.py": "tests/e2e/test_phone.py",
    # Another program under the same question: a cluster of the population.
    "tests/generative/test_cql.py::test_cql_on_the_shipped": _GENERATED,
    "tests/generative/test_cql.py::test_cql_on_large": _GENERATED,
    "tests/spec/test_population_on_spark.py": "tests/spec/test_population_agrees.py",
    "tests/generative/test_spark.py": "tests/generative/test_population.py",
    # Processes that are killed, and databases that are restored, again and again.
    f"{_SEALING}::test_what_a_killed_backup_left_in_clear_is_gone_with_the_next_one": _SAVED,
    f"{_SEALING}::test_whoever_keeps_the_key_elsewhere_tries_what_is_sealed": _SAVED,
    f"{_SEALING}::test_on_the_computer_of_the_key_the_drill_says_that_no_photo_was_tried": _SAVED,
    "tests/web/archive/test_commands.py::test_the_secret_key_travels_only_when_asked": _SAVED,
    "tests/web/archive/test_commands.py::test_rows_of_a_large_table_are_never_held_at_once": _SAVED,
    "tests/web/archive/test_leaving.py": "tests/web/test_founding.py",
    f"{_FAILED}[a row changed]": f"{_FAILED}[only its beginning]",
    f"{_FAILED}[a row removed]": f"{_FAILED}[only its beginning]",
    f"{_BACKUP}::test_append_only_tables": f"{_BACKUP}::test_the_restored_database",
    f"{_BACKUP}::test_postgresql_keeps_what_was_replaced": f"{_BACKUP}::test_a_replaced_database",
    f"{_BACKUP}::test_postgresql_has_counted": f"{_BACKUP}::test_one_file_goes_into_either",
    "tests/web/archive/test_commands.py::test_a_clinic_moves": f"{_BACKUP}::test_one_file_goes",
    "tests/web/archive/test_commands.py::test_a_clinic_is_saved": _SAVED,
    "tests/web/archive/test_answers_fit.py::test_every_answer": "tests/unit/test_schemas.py",
    "tests/web/test_founding.py::test_the_demo_is_left": _FOUNDED,
    # A record that was merged away, in every way: by day that its walls stand.
    f"{_STATES}::test_what_a_record_merged_away_held": _MERGED,
    f"{_STATES}::test_a_link_to_a_record_that_is_merged": _MERGED,
    f"{_WRONG}[lost]": f"{_WRONG}[setting]",
    f"{_WRONG}[foreign]": f"{_WRONG}[garbage]",
    _READS: f"{_WRONG}[garbage]",
    f"{_BROKEN}[nothing in it]": f"{_BROKEN}[a row removed]",
    "tests/crash/test_worker.py::test_every_copy_is_made": _SENT,
    # What asks for many times the processor of any other test: by day one of its kind.
    "tests/e2e/test_two_people.py::test_what_a_colleague_answers": _TWO,
    "tests/e2e/test_redrawn.py::test_a_save_that_is_pressed": _REDRAWN,
    f"{_PHONE}::test_an_emergency_is_said_at_the_tick": _TOLD,
    f"{_PHONE}::test_what_is_read_after_a_session_is_read_by_everybody[as-it-is]": (
        f"{_PHONE}::test_what_is_read_after_a_session_is_read_by_everybody[large]"
    ),
    "tests/e2e/test_phone_proofs.py::test_a_curve_that_stands_open": (
        "tests/e2e/test_phone_proofs.py::test_the_curve_opens_by_a_code"
    ),
    "tests/e2e/test_session.py::test_the_page_of_a_session_reads_well_at_any_width[desk]": (
        "tests/e2e/test_session.py::test_the_page_of_a_session_reads_well_at_any_width[phone]"
    ),
    "tests/e2e/test_agenda.py::test_the_desk_notes_an_arrival_by_one_press[desk]": (
        "tests/e2e/test_agenda.py::test_the_desk_notes_an_arrival_by_one_press[phone]"
    ),
    f"{_DOOR}::test_a_passkey_of_somebody_else": f"{_KEY}[desk]",
    "tests/e2e/test_emergency.py::test_the_page_is_accessible_and_fits[1280]": (
        "tests/e2e/test_emergency.py::test_the_page_is_accessible_and_fits[390]"
    ),
    "tests/web/test_markup.py::test_markup_is_shown_as_text_on_every_page[entered in error]": (
        "tests/web/test_markup.py::test_markup_is_shown_as_text_on_every_page[as usual]"
    ),
    f"{_NO_PRESS}[1]": f"{_NO_PRESS}[0]",
    f"{_NO_PRESS}[2]": f"{_NO_PRESS}[0]",
    "tests/web/test_phone_forms.py::test_every_refused_field_says_so_itself[consent]": _FIELD,
    "tests/web/test_phone_forms.py::test_every_refused_field_says_so_itself[aftercare]": _FIELD,
    "tests/web/archive/test_going_back.py": f"{_BACKUP}::test_what_was_saved_comes_back_whole",
    f"{_BACKUP}::test_a_migrated_database_without_rows": f"{_BACKUP}::test_a_database_that_holds",
    "tests/web/archive/test_commands.py::test_the_key_is_changed": (
        "tests/web/test_change_of_key.py"
    ),
    "tests/web/archive/test_commands.py::test_the_running_site": "tests/web/test_logs.py",
    "tests/web/archive/test_beside.py::test_the_commands_carry": (
        "tests/web/archive/test_beside.py::test_it_comes_back"
    ),
    "tests/crash/test_reminded.py": _SENT,
    "tests/unit/test_contributing_examples.py::test_a_table": _EXAMPLE,
    "tests/unit/test_contributing_examples.py::test_a_therapy": _EXAMPLE,
    "tests/unit/test_contributing_examples.py::test_a_questionnaire": _EXAMPLE,
    "tests/unit/test_far_days.py::test_no_option": _FAR,
    "tests/unit/test_far_days.py::test_no_day_in_a_population": _FAR,
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
