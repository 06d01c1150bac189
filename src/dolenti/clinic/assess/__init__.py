"""A complaint assessed: its questions, answered in place, and its verdicts."""
