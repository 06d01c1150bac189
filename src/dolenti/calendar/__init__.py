"""When a session may be: local times, opening hours, proposals, the patient's calendar file.

Values only: no database, no clock, no Django.
"""
