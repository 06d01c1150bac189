"""The agenda: days, appointments, absences, free time, the premises."""
