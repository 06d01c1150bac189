"""Adverse events of patients, their reports, and the alarms of the site."""
