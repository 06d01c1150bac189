"""Letters to those who care for a patient elsewhere: signed, kept as they were sent, and answered.

What a letter may say stands in the knowledge (``guideline.letters``); what the record says of it is
gathered by whoever shows the page. A signed letter never changes: a correction is another letter
that names it. One that wishes a reply is waited for until somebody says how that ended.
"""
