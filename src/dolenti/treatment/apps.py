"""Courses: chosen, planned, consented to, priced, given."""

from __future__ import annotations

from django.apps import AppConfig


class TreatmentConfig(AppConfig):
    """Courses: chosen, planned, consented to, priced, given."""

    name = "dolenti.treatment"

    def ready(self) -> None:
        """The steps of courses and of what is given, what they ask of appointments, and what the
        sessions given tell of a complaint."""
        from dolenti.records.facts import recorded as on_record
        from dolenti.treatment import consents, courses, recorded, recording, sessions  # noqa: F401

        on_record.tells(recorded.facts_of)
