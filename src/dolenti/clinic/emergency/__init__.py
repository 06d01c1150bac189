"""The emergency cards: one page that opens at one press, also without the network; and their
signature by a doctor of the site.

The page says nothing of anybody: weight and age are typed on it, or read from the page that it was
opened from, and are gone with it.
"""
