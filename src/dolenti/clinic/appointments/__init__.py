"""Appointments booked, moved, pressed through the day."""
