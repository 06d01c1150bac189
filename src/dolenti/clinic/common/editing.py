"""A form that edits a row, and a button that is pressed on one: what becomes of them.

    stands = {"name": row.name, "based_on": row.version}
    edit = Edit(request, RowForm(typed(request, stands), initial=stands))
    if edit.writes(lambda said: rows.change(user, row, said["based_on"], edit.form.values())):
        return edit.done("row", row.public_id, said=_("The row is changed."))
    return edit.page("clinic/rows/edit.html", {"row": row}, of=row.patient)

A form whose row somebody else changed meanwhile is shown again as it was typed, with both texts
and a choice for each field (409; see ``conflicts``, and put ``clinic/common/conflict.html`` into
the form's page). One that is refused is shown again with the reason (422). Sent twice it is one
write: its service sees that the values stand already, or knows the token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dolenti.clinic.common import conflicts
from dolenti.clinic.common.request import strip_of
from dolenti.clinic.common.typed import refused, sentence
from dolenti.guideline.errors import InputError
from dolenti.ledger.versions import StaleEditError, version_sent
from dolenti.records.models import Patient, Statement

F_co = TypeVar("F_co", bound=forms.Form, covariant=True)
Beside: TypeAlias = "Callable[[InputError], str | None]"


def typed(request: HttpRequest, stands: Mapping[str, Any]) -> QueryDict | None:
    """What was sent, the choices of a conflict made; nothing where the form is only opened."""
    return conflicts.settled(request.POST, stands) if request.method == "POST" else None


def at_its_field(error: InputError) -> str | None:
    """The field that a refusal names, or none: for the ``beside`` of an edit."""
    return error.where or None


class Edit(Generic[F_co]):
    """A form that was opened, or sent. ``conflict`` is what stands in its way, ``stands`` what
    somebody else wrote meanwhile where something else was typed, ``made`` what it wrote."""

    def __init__(self, request: HttpRequest, form: F_co) -> None:
        self.request = request
        self.form = form
        self.conflict: conflicts.Conflict | None = None
        self.stands: tuple[conflicts.Line, ...] = ()
        self.is_stale = False
        self.made: Any = None

    def writes(
        self,
        write: Callable[[dict[str, Any]], Any],
        *,
        beside: Beside = lambda error: None,
        stale: str = "",
        more: conflicts.More | None = None,
    ) -> bool:
        """Whether the form was sent, is right, and is now written.

        ``beside`` names the field that a refusal stands at, ``more`` what is to be settled beside
        the form's own fields. With ``stale`` there is nothing to choose field by field: that
        sentence is shown, and below it what stands now; the next press is made on that.
        """
        if self.request.method != "POST" or not self.form.is_valid():
            return False
        self.made, error = _tried(lambda: write(self.form.cleaned_data))
        self.is_stale = isinstance(error, StaleEditError)
        if isinstance(error, StaleEditError) and not stale:
            self.conflict = conflicts.shown(error, self.form, more)
        elif isinstance(error, StaleEditError):
            self.stands = conflicts.beside(self.form)
            self.form.add_error(None, stale)
            # The page shows the row as it stands now: the next press is made on what is then seen,
            # and not refused for the same change.
            sent = self.request.POST.copy()
            sent["based_on"] = str(self.form.initial.get("based_on", error.row.version))
            self.form.data = sent
        elif error is not None:
            self.form.add_error(beside(error), refused(error))
        return error is None

    @property
    def status(self) -> int:
        """Of the page that shows the form."""
        if self.is_stale:
            return 409
        return 422 if self.request.method == "POST" else 200

    def done(self, to: str, *arguments: str, said: str = "") -> HttpResponse:
        """Where to go from what is written, and what is said of it there."""
        if said:
            messages.success(self.request, said)
        return redirect(to, *arguments)

    def page(
        self,
        template: str,
        context: dict[str, Any],
        *,
        of: Patient,
        opened: bool = True,
        stated: Sequence[Statement] | None = None,
        status: int | None = None,
    ) -> HttpResponse:
        """The form on its page, below the patient's strip (see ``patient_page``)."""
        context |= {"form": self.form, "conflict": self.conflict, "stands": self.stands}
        status = self.status if status is None else status
        return patient_page(
            self.request, template, context, of=of, opened=opened, stated=stated, status=status
        )


def patient_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    of: Patient,
    opened: bool = True,
    stated: Sequence[Statement] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page about a patient that the gate gave: what can hurt them stands above it all. ``stated``
    is what was stated of them, where the page read it already.

    Where their record is not ``opened`` to whoever reads, the strip says who they are, no more.
    """
    context |= {"strip": strip_of(request, of, opened=opened, stated=stated)}
    return render(request, template, context, status=status)


@dataclass(frozen=True)
class Refusal:
    """Why a button did nothing."""

    why: str
    status: int


def pressed(request: HttpRequest, press: Callable[[int], Any], *, stale: str) -> Refusal | None:
    """Press a button on a row as it stood when its page was shown (``based_on``); None when done.

    ``stale`` is said where somebody changed the row meanwhile; ``%(name)s`` in it is who.
    """
    based_on = version_sent(request.POST)
    _made, error = _tried(lambda: press(based_on))
    if isinstance(error, StaleEditError):
        return Refusal(stale % {"name": error.author or _("Somebody")}, 409)
    return None if error is None else Refusal(sentence(error), 422)


def _tried(write: Callable[[], Any]) -> tuple[Any, StaleEditError | InputError | None]:
    try:
        return write(), None
    except StaleEditError as error:
        return None, error
    except InputError as error:
        return None, error
