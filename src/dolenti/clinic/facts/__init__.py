"""What is known of a patient: facts stated, their history, the files they came in."""
