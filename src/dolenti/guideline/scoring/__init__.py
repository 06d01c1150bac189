"""Scores that patients answer, and what a change in them is worth.

Pure functions of numbers, in exact arithmetic: 30 % is 30 %, and 29.9 % is not. What cannot be
evaluated is ``None``, never a number. Here are no questionnaire's words, only how its answers are
counted; what is out of range or not a number is refused with an ``InputError``.

- ``pain``: 0-10 numerical rating scale, its change, the IMMPACT grades, the Farrar responder
- ``impression``: patient global impression of change (PGIC)
- ``koos12``: the three scales and the summary of KOOS-12
- ``roland_morris``: the count of Roland-Morris and its change
- ``responders``: OMERACT-OARSI, from pain, function and the patient's global assessment
"""
