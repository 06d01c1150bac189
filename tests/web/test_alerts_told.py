"""What a patient told by an alert stands on every page and paper that speaks of how they are."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access.models import User
from dolenti.clinic.letters.gathering import Gatherer
from dolenti.diary import alerts
from dolenti.diary.models import Alert
from dolenti.guideline import letters
from dolenti.letters import writing
from dolenti.letters.writing import About
from dolenti.ui.births import birth_as_listed
from tests.printed import Print
from tests.web.diary import after, alert_of, answered, link_to, opened, treated

pytestmark = pytest.mark.any_database


def plain(text: str) -> str:
    """Without the mark-up, the line breaks and the no-break spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_an_alert_stands_wherever_events_or_alarm_signs_are_told_of(
    alice: User, browser_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = Print()
    monkeypatch.setattr("dolenti.ui.print.followup.pdf", printed.pdf)
    course = treated(alice)
    with after(50):
        browser = browser_of(alice)

        def paper() -> list[str]:
            browser.get(reverse("course-follow-up-document", args=[course.public_id]))
            assert printed.content is not None
            return list(printed.content["events"])

        def page(name: str, *args: str) -> str:
            return plain(browser.get(reverse(name, args=args)).content.decode())

        assert paper() == []
        answered(
            opened(link_to(alice, course)), signs_early=["fever", "redness"],
            fever_value="over-38",
        )  # fmt: skip
        alert = Alert.objects.get()
        said = "fièvre ou frissons, rougeur ou chaleur qui s’étend"
        (line,) = paper()
        assert line.startswith("Alerte du ")
        assert "(ouverte)" in line
        assert said in line
        assert "38 °C ou plus" in line.replace("\u00a0", " ")
        follow = page("course-follow-up", course.public_id)
        assert said in follow
        assert "aucun événement" not in follow.lower()
        record = page("patient", course.patient.public_id)
        assert "Une alerte du patient est en cours" in record
        assert record.index(said) < record.index("Consulter les données"), "at the top"
        assert said in page("patient-events", course.patient.public_id)
        for name in ("referring-doctor-assessment", "surgeon"):
            written = page("complaint-letter", course.complaint.public_id, name)
            assert "Une alerte du patient est en cours" in written, "said before it is signed"
        of_course = page("course-letter", course.public_id, "referring-doctor-course")
        assert "aucun événement indésirable" not in of_course.lower()
        alerts.end(alice, alert, alert.version, "sent-to-emergency", "Adressé à l’hôpital")
        (line,) = paper()
        assert "adressé aux urgences (Adressé à l’hôpital)" in line
        record = page("patient", course.patient.public_id)
        assert "Une alerte du patient est en cours" not in record
        assert "Alertes levées" in record
        assert "Adressé aux urgences" in record
        about = About(course.patient, course.complaint, course)
        for model in map(writing.model_of, ("referring-doctor-assessment", "pain-clinic")):
            known = Gatherer(alice, about).known(model)
            text = plain(letters.fill(letters.parse(model.body), known).text)
            day = Gatherer(alice, about).complaint.assessed_on()
            assert f"à l’évaluation du {day}" in text, "what was found then is dated"
            assert "Signalé par le patient entre les visites : alerte du" in text
            assert said in text


def test_two_patients_of_one_name_are_told_apart_where_they_are_to_be_called(
    alice: User, browser_of: Callable[[User], Client]
) -> None:
    alert = alert_of(alice)
    assert alert.patient.birth_date is not None
    born = birth_as_listed(alert.patient.birth_date, alert.patient.sex)
    for page in ("home", "alerts"):
        shown = browser_of(alice).get(reverse(page)).content.decode()
        listed = shown.partition(reverse("alert", args=[alert.public_id]))[2]
        assert born in listed.partition("</a>")[0], page
