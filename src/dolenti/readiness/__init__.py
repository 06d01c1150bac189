"""Whether a room is ready for the worst: its emergency kit as somebody counted it, and the
emergency cards that a doctor of the site has signed.

What is to be in a kit and on a card is the knowledge's; how a kit stands on a day is reckoned by
``guideline.session.kit``. Here stands who looked, when, and what they found.
"""
