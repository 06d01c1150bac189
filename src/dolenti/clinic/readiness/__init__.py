"""The emergency kit of each room: how it stands, counted, opened, and which serves which room."""
