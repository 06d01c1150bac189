"""The people of a site, and one's own sites."""
