"""Courses of treatment: planned, consented, priced, given; who may give them."""
