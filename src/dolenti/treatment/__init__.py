"""Courses: a therapy chosen, planned, consented to, priced, given."""
