"""The pain that judges a course, with its sessions, as a curve: for a page of the clinic, for paper
and for the patient's own phone."""

from __future__ import annotations

from dolenti.calendar.moments import to_local
from dolenti.followup.going import Going
from dolenti.guideline.diary import Due
from dolenti.ui import curve as drawing
from dolenti.ui.curve import Curve


def curve_of(found: Going, language: str) -> Curve:
    """The pain that judges the course, with its sessions; French in any language but English."""
    response = found.response
    points = [
        drawing.Point(
            to_local(one.at),
            None if one.value is None else float(one.value),
            one.late,
            one == response.baseline,
        )
        for one in found.so_far.readings
        if one.scale == response.scale
    ]
    points += [drawing.Point(to_local(one.due), None) for one in _unanswered(found)]
    if (other := response.other_baseline) is not None and other.value is not None:
        points.append(drawing.Point(to_local(other.at), float(other.value), is_other=True))
    sessions = [
        drawing.Sat(one.number, to_local(one.ended))
        for one in found.so_far.sessions
        if one.ended is not None
    ]
    return drawing.drawn(points, sessions, language="en" if language == "en" else "fr", name="pain")


def _unanswered(found: Going) -> list[Due]:
    """The windows of the pain that judges that ended without an answer, sent or not. They leave a
    gap in the curve of whatever pain is known."""
    judging = {one.id for one in found.content.questions if one.judges}
    with_it = {one.id for one in found.content.sets if judging & set(one.asks)}
    return [
        one for one in found.so_far.silent if one.status == "expired" and one.window.set in with_it
    ]
