"""Appointments in the hands of patients: the link to one, and what they wish of the reception."""
