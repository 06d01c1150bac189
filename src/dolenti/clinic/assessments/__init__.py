"""Assessments as they were stored."""
