"""The history before a visit, on the patient's phone: one question a page, looked over, sent."""
