"""What the answers of a course come to, and what a practitioner decides of it.

It stands above the diary, the events and the courses, because it reads all three: that is why the
decision is not a table of ``treatment``. What is suggested is worked out each time and never stored
(``guideline.diary.response``); a decision is stored with what it was taken on. A patient is told of
a step once it was accepted, and not while something keeps the response from being judged.
"""
