"""The patient's phone: a link, a birth date, one form. No account, no menu, nothing of the record.

Nothing here is kept by the browser but a signed cookie of the one link, and on the patient's own
phone the answers of a form that has not left yet.
"""
