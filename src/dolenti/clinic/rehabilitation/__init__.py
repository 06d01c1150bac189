"""Exercises for a complaint, and the way back to work and sport."""
