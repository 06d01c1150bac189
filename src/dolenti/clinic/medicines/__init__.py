"""What a patient takes: the list of their medicines, typed by name."""
