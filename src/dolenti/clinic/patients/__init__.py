"""Patients found, and their record's first page."""
