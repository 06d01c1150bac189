"""The parts of the command line: what is typed, and what answers."""
