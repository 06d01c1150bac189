"""Who a person is: the health number, the names, the trust they deserve, likely duplicates.

Values only: no database, no clock, no Django.
"""
