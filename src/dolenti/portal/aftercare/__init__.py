"""The leaflet of a session, on the phone of whom it was given."""
