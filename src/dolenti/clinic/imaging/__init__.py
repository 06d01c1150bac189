"""What imaging showed of a complaint: its lines, one more, one corrected or withdrawn."""
