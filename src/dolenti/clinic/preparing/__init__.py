"""The list of the day for whoever prepares: what to bring out for each session, whom to ask
what."""
