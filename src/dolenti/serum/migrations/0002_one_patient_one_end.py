"""The database itself refuses what must never be: serum of one patient for another, a path that the
machine has not, an injection without its row, a warm unit back in the cold, a step that changes.

The pairs of states are those of the machine when this was written; a test holds them to it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from dolenti.access.triggers import AppendOnly, refusals

TUBE = (
    "drawn>discarded drawn>held drawn>labelled drawn>missing held>discarded held>incubated "
    "held>incubating held>missing held>spun incubated>discarded incubated>held incubated>missing "
    "incubated>spun incubating>discarded incubating>held incubating>incubated incubating>missing "
    "labelled>discarded labelled>held labelled>incubating labelled>missing missing>held "
    "planned>discarded planned>drawn spun>discarded spun>held spun>missing spun>portioned"
)
UNIT = (
    "fresh>discarded fresh>held fresh>injected fresh>missing fresh>quarantined fresh>used-for-test "
    "frozen>discarded frozen>handed-over frozen>held frozen>in-transit frozen>issued "
    "frozen>missing frozen>used-for-test held>discarded held>fresh held>missing held>portioned "
    "held>quarantined held>used-for-test in-transit>discarded in-transit>frozen in-transit>held "
    "in-transit>missing issued>discarded issued>held issued>missing issued>thawed missing>held "
    "portioned>discarded portioned>fresh portioned>held portioned>missing quarantined>discarded "
    "quarantined>frozen quarantined>held quarantined>missing quarantined>used-for-test "
    "thawed>discarded thawed>held thawed>injected thawed>missing"
)
COLD = "('portioned', 'fresh', 'quarantined', 'frozen', 'in-transit')"


def _astray(pairs: str) -> str:
    allowed = ", ".join(f"'{pair}'" for pair in pairs.split())
    return f"OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN ({allowed})"


def _moved(at: str) -> str:
    """A time that was written is another one; that it is taken away is for the state to refuse."""
    return f"(OLD.{at} IS NOT NULL AND NEW.{at} IS NOT NULL AND NEW.{at} <> OLD.{at})"


def _of(table: str, key: str, column: str = "patient_id") -> str:
    return f"(SELECT {column} FROM {table} WHERE id = NEW.{key})"  # noqa: S608 - names of ours


SAME = "OLD.patient_id <> NEW.patient_id OR OLD.draw_id <> NEW.draw_id OR OLD.number <> NEW.number"
SESSION = (
    "(SELECT c.patient_id FROM treatment_session s JOIN treatment_course c ON c.id = s.course_id "
    "WHERE s.id = NEW.session_id)"
)
# Name, table, on what, when, what is said. What an INSERT looks for never changes, so that a
# restored database says the same.
TRIGGERS = (
    ("serum_draw_whose", "serum_draw", "INSERT",
     f"NEW.patient_id <> {_of('treatment_course', 'course_id')}", "a course of another patient"),
    ("serum_draw_stays", "serum_draw", "UPDATE",
     "OLD.patient_id <> NEW.patient_id OR OLD.course_id <> NEW.course_id OR OLD.code <> NEW.code "
     "OR OLD.day <> NEW.day OR OLD.number <> NEW.number OR NEW.units < OLD.units",
     "a draw stays whose it is"),
    ("serum_tube_whose", "serum_tube", "INSERT",
     f"NEW.patient_id <> {_of('serum_draw', 'draw_id')}", "a tube of another patient"),
    ("serum_tube_stays", "serum_tube", "UPDATE", SAME, "a tube stays whose it is"),
    ("serum_tube_path", "serum_tube", "UPDATE", _astray(TUBE), "no such step of a tube"),
    ("serum_tube_times", "serum_tube", "UPDATE",
     f"{_moved('drawn_at')} OR {_moved('spun_at')} "
     f"OR {_moved('incubated_to')} OR (OLD.state <> 'held' AND NEW.lifted_at IS NOT NULL "
     "AND (OLD.lifted_at IS NULL OR NEW.lifted_at <> OLD.lifted_at))",
     "since when a tube waits stays as it was written"),
    ("serum_unit_whose", "serum_unit", "INSERT",
     f"NEW.patient_id <> {_of('serum_tube', 'tube_id')} "
     f"OR NEW.draw_id <> {_of('serum_tube', 'tube_id', 'draw_id')}", "a unit of another patient"),
    ("serum_unit_stays", "serum_unit", "UPDATE", SAME, "a unit stays whose it is"),
    ("serum_unit_path", "serum_unit", "UPDATE", _astray(UNIT), "no such step of a unit"),
    ("serum_unit_times", "serum_unit", "UPDATE",
     f"{_moved('portioned_at')} OR {_moved('expires')} OR {_moved('frozen_at')} "
     f"OR {_moved('issued_at')} OR {_moved('thawed_at')}",
     "since when a unit waits stays as it was written"),
    ("serum_unit_warm", "serum_unit", "UPDATE",
     f"(OLD.warmed AND NOT NEW.warmed) OR (NEW.warmed AND OLD.state <> NEW.state "
     f"AND NEW.state IN {COLD})", "what has thawed is never cold again"),
    ("serum_unit_given", "serum_unit", "UPDATE",
     "NEW.state = 'injected' AND OLD.state <> 'injected' AND NOT EXISTS "
     "(SELECT 1 FROM serum_injection i WHERE i.unit_id = NEW.id)",
     "an injection says into whom"),
    ("serum_injection_whose", "serum_injection", "INSERT",
     f"NEW.patient_id <> {_of('serum_unit', 'unit_id')} OR NEW.patient_id <> {SESSION}",
     "a unit of another patient"),
    *(
        (f"{table}_written", table, "UPDATE", "1 = 1", "what is written once stays")
        for table in ("serum_step", "serum_injection", "serum_label")
    ),
)  # fmt: skip
SITES = ("serum_statement", "serum_temperaturelog", "serum_excursion")


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("serum", "0001_initial"),
    ]

    operations: ClassVar[list[Any]] = [*refusals(*TRIGGERS), AppendOnly(*SITES)]
