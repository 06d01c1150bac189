"""What the subjects of the screens share."""
