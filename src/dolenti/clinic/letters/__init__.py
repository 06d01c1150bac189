"""Letters to those who care for a patient elsewhere: written, signed, printed, answered."""
