"""An appointment on the patient's phone: when and where; to come, to move it, to give it up."""
