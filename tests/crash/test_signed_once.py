"""Two presses at one moment: a text is signed once, whoever was first, and no code twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

import pytest
from django.db import connections

from dolenti.access import clock
from dolenti.access.models import User
from dolenti.diary import consenting, links, telling
from dolenti.diary.answers import ClosedError
from dolenti.diary.consenting import Signing
from dolenti.diary.models import Code, Link
from dolenti.records.judging.assessing import ChangedMeanwhileError
from dolenti.treatment.models import Consent, Course
from tests.web.diary import code_of, no_pdf, opened, to_read
from tests.web.world import signed

pytestmark = [pytest.mark.each, pytest.mark.django_db(transaction=True)]
RACES: Final = 6
Ask = Callable[[], Any]


def together(user: User, *asks: Ask) -> list[Any]:
    """What each of some asks at one moment made, or the error that it met."""
    line = threading.Barrier(len(asks))

    def go(ask: Ask) -> Any:
        line.wait(60)
        try:
            with clock.at_site(user.site):
                return ask()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test says what may be
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(asks)) as threads:
        return list(threads.map(go, asks))


def sign(link: Link) -> Consent:
    fresh = Link.objects.select_related("patient__site").get(pk=link.pk)
    signing = Signing(fresh.text_sha256, code_of(fresh), "Paul Lefèvre")
    return consenting.sign(links.patient_by(fresh), fresh, signing, no_pdf).consent


def test_one_code_signs_once_and_a_signature_at_the_clinic_wins_or_loses(alice: User) -> None:
    for number in range(RACES):
        link = opened(to_read(alice, days=200 + 7 * number))
        telling.send_code(links.patient_by(link), link, Code.Use.SIGN)
        course = Course.objects.get(pk=link.of_course.pk)
        at_clinic = number % 2 == 1
        other = partial(signed, alice, course) if at_clinic else partial(sign, link)
        made = together(alice, partial(sign, link), other)
        refusals = [one for one in made if isinstance(one, Exception)]
        assert all(isinstance(one, ClosedError | ChangedMeanwhileError) for one in refusals), made
        assert len(refusals) == (1 if at_clinic else 0)
        assert Consent.objects.filter(course=course).count() == 1
        link.refresh_from_db()
        by_code = Code.objects.filter(link=link, used_at__isnull=False).count()
        assert by_code == (1 if link.consent is not None else 0)
