"""The shape of each entry of ``knowledge/patient/``, one file a subject."""
