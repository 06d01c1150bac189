"""Appointments: when, with whom, in which room; opening hours; the patient's calendar file."""
