"""Before a visit: the link to the questions of a complaint, and what the patient told from home."""
