"""The patient between the visits: links, answers, and the alerts that answers raise.

When something is due, what is asked and what is an alarm is the knowledge's, and is reckoned by
``guideline.diary``. No alert is ever ended but by a person, with a reason.
"""
