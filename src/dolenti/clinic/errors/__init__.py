"""What is shown when something is wrong."""
