"""Appointments: when, with whom, in which room; and when a site is open."""
