"""What went wrong with a patient, graded and followed to its end; and the alarm of a site where two
infections have a lot, a room, a device or a hand in common.

What may happen, how bad it is, to whom it is reported and what makes a cluster is the knowledge's,
and is reckoned by ``guideline.session``. Nothing is ever sent from here.
"""
