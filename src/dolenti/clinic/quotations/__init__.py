"""What a course costs."""
