"""Why a record was opened outside the care team, and what was thought of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dolenti.clinic.common.forms import TokenForm, reason_field


class BreakGlassForm(TokenForm):
    """Why a record is opened from outside its care team."""

    reason = reason_field(
        _("Why you open this record"),
        _("For example: emergency, or the colleague in charge is away. The auditor reads it."),
        _("Say why: no record is opened without a reason."),
    )


class ReviewForm(TokenForm):
    """What an auditor makes of an opening."""

    reason = reason_field(
        _("What you make of it"),
        _("Whether the reason holds, whom you asked, what follows from it."),
        _("Write what you make of it: it is the only way to close the alert."),
    )
