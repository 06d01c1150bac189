"""What happened: cases, answers, assessments."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """What happened: cases, answers, assessments."""

    name = "dolenti.records"
