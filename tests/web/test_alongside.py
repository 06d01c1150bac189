"""What else is done at the place of a course is said where it is planned and on its page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.records.models import Complaint
from dolenti.treatment import alongside
from dolenti.treatment.models import Course, SessionRecord
from tests.web.world import allow, begun, clinic, workday

pytestmark = pytest.mark.django_db
OTHER = "mesotherapy"


def _planned(at_alice: Client, course: Course, therapy: str = OTHER) -> str:
    address = reverse("course-new", args=[course.assessment.public_id, therapy])
    return at_alice.get(address).content.decode()


def test_another_course_at_the_place_is_said_at_planning_and_on_its_page(
    alice: User, knee: Complaint, at_alice: Client
) -> None:
    first = clinic(alice).with_complaint(knee).with_course().course
    said = "Une autre cure est en cours au même endroit"
    own = at_alice.get(reverse("course", args=[first.public_id])).content.decode()
    assert said not in own
    allow(alice, OTHER)
    assert said in _planned(at_alice, first)
    second = begun(alice, first.assessment, OTHER, [workday(14)])
    for one in (first, second):
        page = at_alice.get(reverse("course", args=[one.public_id])).content.decode()
        assert said in page


def test_an_act_of_the_last_days_is_said_with_its_day_and_one_of_long_ago_is_not(
    alice: User, knee: Complaint
) -> None:
    world = clinic(alice).with_complaint(knee)
    record = world.record
    course = Course.objects.get(pk=record.session.course_id)
    today = clock.today()
    (one,) = alongside.found(alice, course.complaint, today)
    assert (one.course, one.on, one.under_way) == (course, today, True)
    Course.objects.filter(pk=course.pk).update(state="completed")
    (one,) = alongside.found(alice, course.complaint, today)
    assert not one.under_way
    later = today + alongside.LATELY + timedelta(days=1)
    assert alongside.found(alice, course.complaint, later) == []
    assert SessionRecord.objects.exists()


def test_the_other_side_is_another_place(alice: User, knee: Complaint) -> None:
    course = clinic(alice).with_complaint(knee).with_course().course
    other = Complaint.objects.get(pk=knee.pk)
    other.pk, other.side = None, "left"
    assert alongside.found(alice, other, clock.today()) == []
    other.side = ""
    assert [one.course for one in alongside.found(alice, other, clock.today())] == [course]
