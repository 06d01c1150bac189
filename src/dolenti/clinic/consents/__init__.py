"""Consents signed and withdrawn."""
