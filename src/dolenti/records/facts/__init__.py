"""What is known of a patient: stated, over time, as the judge is told."""
