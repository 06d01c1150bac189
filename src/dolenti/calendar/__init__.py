"""When a session may be: local times, opening hours, proposals.

Values only: no database, no clock, no Django.
"""
