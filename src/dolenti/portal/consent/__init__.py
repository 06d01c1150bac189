"""A consent at home: the text, a question, « at the visit », « no », the signature and its code."""
