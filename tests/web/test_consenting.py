"""A consent at home: read by a link, asked about, left for the visit, declined, or signed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dolenti.access.models import AuditEntry, User
from dolenti.access.writing import NotAllowedError
from dolenti.diary import codes, consenting, links, reminding, stops, telling
from dolenti.diary.answers import ClosedError
from dolenti.diary.codes import CodeRefusedError, Use
from dolenti.diary.consenting import NameAskedError, NotHereError, ReplyRefusedError, Signing
from dolenti.diary.links import LinkRefusedError, Made, NotOpenedError
from dolenti.diary.models import Alert, Code, ConsentReply, Link, Message, Stop
from dolenti.guideline.errors import InputError
from dolenti.portal import door
from dolenti.records.models import Statement
from dolenti.records.patients import contacting
from dolenti.treatment import consents
from dolenti.treatment.models import Consent, Course
from dolenti.ui.documents import consent_pdf
from tests.printed import Print
from tests.web.diary import (
    BORN,
    NETWORK,
    after,
    code_of,
    no_pdf,
    opened,
    signed_at_home,
    to_read,
)
from tests.web.phones import Phone
from tests.web.world import POSSIBLE, quoted, registered, sent, signed

pytestmark = pytest.mark.django_db
PAUL = "Paul Lefèvre"
BIRTH = {"day": str(BORN.day), "month": str(BORN.month), "year": str(BORN.year)}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "HELD", 0.0)


@pytest.fixture
def made(alice: User) -> Made:
    """A link to the text of a course, whose patient has a number and an e-mail address."""
    alice.site.phone = "01 23 45 67 89"
    alice.site.save()
    return to_read(alice)


@pytest.fixture
def link(made: Made) -> Link:
    return opened(made)


@pytest.fixture
def phone(made: Made) -> Client:
    """A browser in which the link was opened."""
    found = Phone()
    found.post(f"/s/{made.token}/", BIRTH)
    found.post(f"/s/{made.token}/device/", {"own": "yes"})
    return found


def by(link: Link) -> Any:
    return links.patient_by(link)


def course_of(link: Link) -> Course:
    return Course.objects.get(pk=link.of_course.pk)


def sign_with(link: Link, code: str, seen: str = "") -> Consent:
    signing = Signing(seen or link.text_sha256, code, PAUL)
    return consenting.sign(by(link), link, signing, no_pdf).consent


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def protected(link: Link) -> None:
    contacting.add(sent(link.author), link.patient, {"kind": "guardian", "name": "Anne"})  # type: ignore[arg-type]


class TestSigning:
    def test_it_opens_what_a_signature_at_the_clinic_opens_and_says_how_it_was_made(
        self, alice: User, link: Link
    ) -> None:
        consent = signed_at_home(link)
        kept = consent.signature
        assert (kept["how"], kept["channel"], kept["for_patient"]) == ("home", "sms", False)
        assert (consent.signed_by, consent.author) == ("Paul Lefèvre", alice)
        assert consent.text_sha256 == link.text_sha256
        course = course_of(link)
        assert course.state == Course.State.CONSENTED
        assert consents.standing(alice, course).state == "valid"
        consents.activate(alice, course, course.version)
        entry = AuditEntry.objects.get(action="sign-consent")
        assert (entry.role, entry.detail["how"], entry.detail["channel"]) == (
            "patient", "home", "sms",
        )  # fmt: skip

    def test_a_press_sent_twice_is_one_consent_and_the_link_then_opens_no_more(
        self, made: Made, link: Link
    ) -> None:
        first = signed_at_home(link)
        assert sign_with(link, code_of(link)) == first
        assert Consent.objects.count() == 1
        with pytest.raises(NotOpenedError):
            links.open_(made.token, BORN, NETWORK)

    def test_what_was_read_is_what_is_signed_or_nothing_is(self, alice: User, link: Link) -> None:
        telling.send_code(by(link), link, Use.SIGN)
        with pytest.raises(ClosedError):
            sign_with(link, code_of(link), seen="0" * 64)
        quoted(alice, course_of(link))  # the price is in the text
        with pytest.raises(ClosedError):
            sign_with(link, code_of(link))
        assert not Consent.objects.exists()
        assert Code.objects.get().used_at is None

    def test_read_one_day_and_signed_another_it_is_the_text_that_was_read(self, link: Link) -> None:
        with after(24 * 3):
            consent = signed_at_home(link)
        assert consent.text_sha256 == link.text_sha256
        assert consent.content["day"] == str(link.text_day)

    def test_what_speaks_against_it_since_is_for_the_visit(self, alice: User, link: Link) -> None:
        Statement.objects.create(
            patient=link.patient, complaint=link.of_course.complaint, fact="hot-swollen-joint",
            value=True, at=timezone.localdate(), author=alice, submission=uuid.uuid4(),
        )  # fmt: skip
        with pytest.raises(NotHereError, match="at the visit"):
            signed_at_home(link)

    @pytest.mark.parametrize("event", ["stopped", "dead", "in error", "revoked", "signed here"])
    def test_what_happens_while_the_page_is_open_closes_it(
        self, alice: User, link: Link, event: str
    ) -> None:
        telling.send_code(by(link), link, Use.SIGN)
        course = course_of(link)
        if event == "stopped":
            Course.objects.filter(pk=course.pk).update(state="stopped", stop_reason="moved away")
        elif event == "dead":
            stops.stop(sent(alice), link.patient, Stop.Why.DIED, "")
        elif event == "in error":
            type(link.patient).objects.filter(pk=link.patient_id).update(in_error="twice")
        elif event == "revoked":
            links.revoke(alice, link)
        else:
            signed(alice, course)
        before = Consent.objects.count()
        with pytest.raises(ClosedError):
            sign_with(link, code_of(link))
        assert Consent.objects.count() == before

    def test_withdrawn_it_is_read_and_signed_by_no_link(self, alice: User, link: Link) -> None:
        consent = signed_at_home(link)
        consents.withdraw(sent(alice), consent, "Paul", "")
        assert course_of(link).state == Course.State.STOPPED
        with pytest.raises(consents.CourseRefusedError):
            links.make_for_consent(alice, course_of(link))

    def test_killed_between_the_code_and_the_signature_neither_stands(
        self, link: Link, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        telling.send_code(by(link), link, Use.SIGN)
        with monkeypatch.context() as patched:
            patched.setattr(consents, "keep", lambda *_given: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                sign_with(link, code_of(link))
        assert Code.objects.get().used_at is None
        assert sign_with(link, code_of(link)).signature["how"] == "home"

    def test_by_its_own_patient_alone(self, alice: User, link: Link) -> None:
        other = links.OtherActor(links.Kind.PATIENT, registered(alice).public_id, "", alice.site)
        telling.send_code(by(link), link, Use.SIGN)
        for actor in (other, alice):
            with pytest.raises(NotAllowedError):
                consenting.sign(actor, link, Signing(link.text_sha256, code_of(link), PAUL), no_pdf)
        assert not Consent.objects.exists()


class TestWhoSigns:
    """What the law gives to somebody else, and what nobody said, is for the visit."""

    def test_neither_a_minor_nor_a_protected_adult_nor_of_whom_nobody_said(
        self, link: Link
    ) -> None:
        protected(link)
        with pytest.raises(NotHereError, match="at the visit"):
            signed_at_home(link)
        assert not Consent.objects.exists()

    def test_of_a_minor(self, link: Link) -> None:
        telling.send_code(by(link), link, Use.SIGN)
        link.patient.birth_date = timezone.localdate() - timedelta(days=365 * 17)
        link.patient.save(update_fields=["birth_date"])
        with pytest.raises(NotHereError):
            sign_with(link, code_of(link))

    def test_unknown_whether_protected_is_no_no(self, alice: User) -> None:
        found = opened(to_read(alice, POSSIBLE))
        with pytest.raises(NotHereError, match="at the visit"):
            signed_at_home(found)

    def test_whom_the_patient_trusts_may_answer_and_is_named(self, alice: User, link: Link) -> None:
        with pytest.raises(NotHereError):
            signed_at_home(link, by="Marie Curie")
        contacting.add(sent(alice), link.patient, {"kind": "trusted", "name": "Marie Curie"})
        consent = signed_at_home(link, by="marie CURIE")
        assert (consent.signed_by, consent.signature["for_patient"]) == ("marie CURIE", True)

    def test_without_a_way_for_the_code(self, alice: User) -> None:
        found = opened(to_read(alice, phone="", email="", address="1 rue Neuve"))
        with pytest.raises(NotHereError, match="no number"):
            consenting.insist_here(found)
        telling.send_code(by(found), found, Use.SIGN)
        assert not Message.objects.exists()


class TestTheName:
    """Typed by whoever signs, as they would write it on paper."""

    @pytest.mark.parametrize(
        "name",
        ["Paul Lefèvre", "PAUL LEFEVRE", "lefevre", "P. Lefèvre-Martin", "Paul Martin-Lefèvre"],
    )
    def test_it_is_kept_as_typed_beside_the_digest(self, link: Link, name: str) -> None:
        consent = signed_at_home(link, name=name)
        assert consent.signed_by == consent.signature["name"] == name
        assert not consent.signature["name_asked"]

    def test_a_name_of_use_is_theirs_as_the_birth_name_is(self, link: Link) -> None:
        type(link.patient).objects.filter(pk=link.patient_id).update(used_name="de la Tour")
        found = Link.objects.select_related("patient").get(pk=link.pk)
        assert not signed_at_home(found, name="Paul DELATOUR").signature["name_asked"]

    def test_another_name_is_asked_about_once_and_then_kept(self, link: Link) -> None:
        with pytest.raises(NameAskedError):
            signed_at_home(link, name="Anne Durand")
        assert Code.objects.get().used_at is None  # nothing is lost by being asked
        assert Code.objects.get().tries == 0
        consent = signed_at_home(link, name="Anne Durand", sure=True)
        assert (consent.signed_by, consent.signature["name_asked"]) == ("Anne Durand", True)

    def test_who_has_no_code_does_not_learn_whether_a_name_is_theirs(self, link: Link) -> None:
        telling.send_code(by(link), link, Use.SIGN)
        for name in ("Anne Durand", PAUL):
            signing = Signing(link.text_sha256, wrong(code_of(link)), name)
            with pytest.raises(CodeRefusedError):
                consenting.sign(by(link), link, signing, no_pdf)

    @pytest.mark.parametrize("name", ["", "   ", "1234", "Paul\u202eLefèvre", "x" * 101])
    def test_what_is_no_name_signs_nothing(self, link: Link, name: str) -> None:
        telling.send_code(by(link), link, Use.SIGN)
        with pytest.raises(InputError) as error:
            consenting.sign(by(link), link, Signing(link.text_sha256, code_of(link), name), no_pdf)
        assert error.value.where == "name"
        assert Code.objects.get().used_at is None
        assert not Consent.objects.exists()

    def test_who_answers_for_the_patient_signs_with_their_own_name_and_what_they_are(
        self, alice: User, link: Link
    ) -> None:
        contacting.add(sent(alice), link.patient, {"kind": "trusted", "name": "Marie Curie"})
        telling.send_code(by(link), link, Use.SIGN)
        for name, quality, where in ((PAUL, "fille", "name"), ("Marie Curie", "", "quality")):
            signing = Signing(link.text_sha256, code_of(link), name, "Marie Curie", quality)
            with pytest.raises(InputError) as error:
                consenting.sign(by(link), link, signing, no_pdf)
            assert error.value.where == where
        consent = signed_at_home(link, by="Marie Curie", name="M. Curie")
        assert (consent.signed_by, consent.signature["quality"]) == (
            "M. Curie", "personne de confiance",
        )  # fmt: skip

    def test_one_first_name_in_common_is_not_the_name_of_who_answers(
        self, alice: User, link: Link
    ) -> None:
        contacting.add(sent(alice), link.patient, {"kind": "trusted", "name": "Anne Martin"})
        with pytest.raises(NameAskedError):
            signed_at_home(link, by="Anne Martin", name="Anne Durand")

    def test_the_page_asks_once_and_keeps_all_that_was_typed(
        self, phone: Client, made: Made, at_alice: Client
    ) -> None:
        place = f"/s/{made.token}/consent/sign/"
        form = phone.post(f"/s/{made.token}/consent/code/", follow=True).content.decode()
        assert 'name="name"' in form
        assert "Lefèvre" not in form  # it is typed, and nobody is told it
        link = Link.objects.get(pk=made.link.pk)
        told = {"seen": link.text_sha256, "code": code_of(link), "answered": "yes"}
        missing = phone.post(place, told)
        assert missing.status_code == 422
        assert "Écrivez votre prénom et votre nom" in missing.content.decode()
        asked = phone.post(place, {**told, "name": "Anne Durand"})
        text = asked.content.decode()
        assert asked.status_code == 422
        assert "Ce n’est pas le nom que nous connaissons" in text
        for typed in ("Anne Durand", code_of(link), "checked", 'name="sure"'):
            assert typed in text
        done = phone.post(place, {**told, "name": "Anne Durand", "sure": "yes"}, follow=True)
        assert "C’est signé" in done.content.decode()
        page = at_alice.get(f"/courses/{course_of(link).public_id}/").content.decode()
        assert "Anne Durand" in page
        assert "Le nom saisi n’est pas celui du dossier" in page

    def test_it_stands_on_the_printed_consent(
        self, alice: User, link: Link, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        printed = Print()
        monkeypatch.setattr(import_module("dolenti.ui.print.consent"), "fitted", printed.fitted)
        contacting.add(sent(alice), link.patient, {"kind": "trusted", "name": "Marie Curie"})
        telling.send_code(by(link), link, Use.SIGN)
        signing = Signing(link.text_sha256, code_of(link), "Marie Curie", "marie curie", "sœur")
        consenting.sign(by(link), link, signing, consent_pdf)
        for said in ("Marie Curie", "Nom saisi par la personne qui signe", "En qualité de sœur"):
            assert said in printed.words


class TestTheCode:
    def test_it_goes_by_the_other_way_and_at_any_hour(self, link: Link) -> None:
        assert codes.way(link) == "sms"
        Message.objects.create(
            patient=link.patient, link=link, kind="to-read", channel="sms", key=uuid.uuid4(),
            day=timezone.localdate(), state="sent",
        )  # fmt: skip
        assert codes.way(link) == "mail"
        telling.send_code(by(link), link, Use.SIGN)  # beside the message of the day
        message = Message.objects.get(kind="code")
        assert reminding._is_needed(message, timezone.now().replace(hour=2)) in (True, False)
        subject, body = reminding.composed(message)
        assert code_of(link) in body
        for word in ("consent", "Lefèvre", "genou", "/s/"):
            assert word not in subject + body

    def test_its_digits_are_kept_nowhere(self, link: Link) -> None:
        telling.send_code(by(link), link, Use.SIGN)
        rows = [str(row) for model in (Code, Message, AuditEntry) for row in model.objects.values()]
        assert not any(code_of(link) in row for row in rows)

    def test_one_refusal_whatever_the_cause(self, alice: User, link: Link) -> None:
        said = set()

        def refused(code: str) -> None:
            with pytest.raises(CodeRefusedError) as error:
                sign_with(link, code)
            said.add(error.value.sentence("fr"))

        refused("123456")  # none was sent
        telling.send_code(by(link), link, Use.SIGN)
        refused(wrong(code_of(link)))
        refused("")
        other = opened(to_read(alice, days=224))
        telling.send_code(by(other), other, Use.SIGN)
        refused(code_of(other))
        old = code_of(link)
        telling.send_code(by(link), link, Use.SIGN)
        refused(old)  # another went since
        with after(0.2):
            refused(code_of(link))  # it ended
        assert len(said) == 1
        assert not Consent.objects.exists()

    def test_five_wrong_and_the_right_one_opens_no_more(self, link: Link) -> None:
        telling.send_code(by(link), link, Use.SIGN)
        for _ in range(codes.TRIES):
            with pytest.raises(CodeRefusedError):
                sign_with(link, wrong(code_of(link)))
        with pytest.raises(CodeRefusedError):
            sign_with(link, code_of(link))
        refusals = AuditEntry.objects.filter(action="enter-code", outcome="refused")
        assert refusals.count() == codes.TRIES + 1

    def test_ten_wrong_in_a_day_and_no_code_opens(self, link: Link) -> None:
        for _ in range(2):
            telling.send_code(by(link), link, Use.SIGN)
            for _ in range(codes.TRIES):
                with pytest.raises(CodeRefusedError):
                    sign_with(link, wrong(code_of(link)))
        telling.send_code(by(link), link, Use.SIGN)
        with pytest.raises(CodeRefusedError):
            sign_with(link, code_of(link))

    def test_three_go_in_an_hour(self, link: Link) -> None:
        for _ in range(codes.SENT_AN_HOUR + 2):
            telling.send_code(by(link), link, Use.SIGN)
        assert Code.objects.count() == Message.objects.count() == codes.SENT_AN_HOUR

    def test_a_code_that_ended_or_was_replaced_does_not_leave(self, link: Link) -> None:
        telling.send_code(by(link), link, Use.SIGN)
        telling.send_code(by(link), link, Use.SIGN)
        first, last = Message.objects.filter(kind="code").order_by("pk")
        now = timezone.now()
        assert not codes.is_awaited(first, now)
        assert codes.is_awaited(last, now)
        assert not codes.is_awaited(last, now + codes.LASTS)


class TestReplies:
    def test_a_question_holds_the_signature_until_it_is_answered(
        self, alice: User, link: Link
    ) -> None:
        for _ in range(2):
            reply = consenting.ask(by(link), link, "Puis-je conduire ?", "Marie")
        assert ConsentReply.objects.count() == 1
        assert reply.answered_by == "Marie"
        with pytest.raises(NotHereError, match="question"):
            signed_at_home(link)
        for _ in range(2):
            consenting.settle(alice, reply, "phone", "Pas le jour même")
        assert AuditEntry.objects.filter(action="settle-reply").count() == 1
        assert signed_at_home(link)

    @pytest.mark.parametrize("text", ["", "   ", "x" * 501, "\x00"])
    def test_a_question_that_is_none_keeps_nothing(self, link: Link, text: str) -> None:
        with pytest.raises(ReplyRefusedError):
            consenting.ask(by(link), link, text)
        assert not ConsentReply.objects.exists()

    def test_at_the_visit_closes_nothing_and_no_closes_the_signature(self, link: Link) -> None:
        consenting.sign_at_visit(by(link), link)
        consenting.insist_here(link)
        consenting.decline(by(link), link)
        with pytest.raises(NotHereError, match="do not wish"):
            signed_at_home(link)
        assert not Alert.objects.exists()  # it is no alarm


class TestTheLink:
    def test_none_for_whom_nothing_is_asked_or_nobody_could_sign(
        self, alice: User, link: Link
    ) -> None:
        stops.stop(sent(alice), link.patient, Stop.Why.WITHDRAWN, "")
        with pytest.raises(LinkRefusedError):
            links.make_for_consent(alice, course_of(link))

    def test_a_later_link_ends_the_earlier_one(self, alice: User, made: Made, link: Link) -> None:
        key = uuid.uuid4()
        again = links.make_for_consent(alice, course_of(link), key)
        assert links.make_for_consent(alice, course_of(link), key) == again
        with pytest.raises(NotOpenedError):
            links.open_(made.token, BORN, NETWORK)
        with pytest.raises(ClosedError):
            consenting.decline(by(link), link)

    def test_it_ends_after_fourteen_days_and_with_its_text(self, alice: User, made: Made) -> None:
        with after(24 * 14 + 1), pytest.raises(NotOpenedError):
            links.open_(made.token, BORN, NETWORK)
        quoted(alice, course_of(made.link))
        with pytest.raises(NotOpenedError):
            links.open_(made.token, BORN, NETWORK)

    def test_only_who_takes_consents_makes_one_and_answers(
        self, bob: User, chloe: User, link: Link
    ) -> None:
        reply = consenting.ask(by(link), link, "Combien de temps ?")
        for user in (bob, chloe):
            with pytest.raises(NotAllowedError):
                links.make_for_consent(user, course_of(link))
            with pytest.raises(NotAllowedError):
                links.revoke(user, link)
            with pytest.raises(NotAllowedError):
                consenting.settle(user, reply, "phone", "")


class TestThePages:
    def test_an_empty_question_is_asked_for_in_its_own_words(
        self, phone: Client, made: Made
    ) -> None:
        page = phone.post(f"/s/{made.token}/consent/ask/", {"text": " "})
        assert page.status_code == 422
        assert "Écrivez d’abord votre question" in page.content.decode()

    def test_read_and_signed_with_a_copy_for_who_typed_the_code(
        self, phone: Client, made: Made
    ) -> None:
        place = f"/s/{made.token}/consent/"
        read = phone.get(place).content.decode()
        for words in (
            "Ce que vous déclarez en signant",
            "Ce qui peut arriver",
            "Je signerai au rendez-vous",
        ):
            assert words in read
        assert "Lefèvre" not in read
        assert "consent/details/" in read
        details = phone.get(f"{place}details/")
        assert details.headers["Content-Type"] == "application/pdf"
        asked = phone.get(f"{place}sign/").content.decode()
        assert "Recevoir le code" in asked
        assert 'name="code"' not in asked
        form = phone.post(f"{place}code/", follow=True).content.decode()
        seen = re.search(r'name="seen" value="(\w+)"', form)
        assert seen is not None
        link = Link.objects.get(pk=made.link.pk)
        told = {"seen": seen[1], "code": code_of(link), "answered": "yes", "name": PAUL}
        unticked = phone.post(f"{place}sign/", {"code": code_of(link), "seen": seen[1]})
        assert unticked.status_code == 422
        assert code_of(link) in unticked.content.decode()  # what was typed stays
        bad = phone.post(f"{place}sign/", {**told, "code": "x"})
        assert bad.status_code == 422
        assert "Ce code n’est pas valable" in bad.content.decode()
        done = phone.post(f"{place}sign/", told, follow=True).content.decode()
        assert "C’est signé" in done
        assert "consent/copy/" in done
        copy = phone.get(f"{place}copy/")
        assert copy.headers["Content-Type"] == "application/pdf"
        for address in ("", "sign/", "ask/", "no/", "details/"):  # it is signed: nothing else opens
            assert phone.get(place + address).headers["Location"] == f"{place}done/"

    def test_the_signed_document_opens_to_nobody_else(self, phone: Client, made: Made) -> None:
        second = Phone()  # the link was forwarded, the birth date is known
        second.post(f"/s/{made.token}/", BIRTH)
        link = Link.objects.get(pk=made.link.pk)
        signed_at_home(link)
        place = f"/s/{made.token}/consent/"
        for browser in (phone, second):
            assert browser.get(f"{place}copy/").headers["Location"] == f"{place}done/"
            again = browser.post(f"{place}sign/", {"code": "000000", "answered": "1"})
            assert again.headers["Location"] == f"{place}done/"
            assert browser.get(f"{place}copy/").headers["Location"] == f"{place}done/"
        assert Consent.objects.count() == 1

    def test_looking_changes_nothing(self, phone: Client, made: Made) -> None:
        before = Link.objects.values().get(), AuditEntry.objects.count()
        for address in ("", "ask/", "no/", "sign/", "done/", "code/", "copy/"):
            phone.get(f"/s/{made.token}/consent/{address}")
        assert (Link.objects.values().get(), AuditEntry.objects.count()) == before
        assert not ConsentReply.objects.exists()
        assert not Code.objects.exists()

    def test_a_question_at_the_visit_and_no(self, phone: Client, made: Made) -> None:
        place = f"/s/{made.token}/consent/"
        long = phone.post(f"{place}ask/", {"text": "y" * 501})
        assert long.status_code == 422
        assert "y" * 501 in long.content.decode()
        page = phone.post(f"{place}ask/", {"text": "Puis-je conduire ?"}, follow=True)
        assert "Puis-je conduire ?" in page.content.decode()
        assert "Signer maintenant" not in page.content.decode()
        assert "Votre signature se fera au rendez-vous." not in page.content.decode()
        held = phone.get(f"{place}sign/").content.decode()
        assert "Votre question passe d’abord" in held
        assert "puis vous signez." in held
        visit = phone.post(place, follow=True).content.decode()
        assert "Vous signerez au rendez-vous" in visit
        no = phone.post(f"{place}no/", follow=True).content.decode()
        assert "Vous ne le souhaitez pas" in no
        assert "Signer maintenant" not in phone.get(place).content.decode()

    def test_a_text_that_changed_while_it_was_read_is_not_signed(
        self, phone: Client, made: Made, alice: User
    ) -> None:
        place = f"/s/{made.token}/consent/"
        phone.get(place)
        quoted(alice, course_of(made.link))
        sent_forms: dict[str, dict[str, str]] = {
            "": {}, "sign/": {"code": "1", "answered": "1"}, "ask/": {"text": "Ah ?"},
        }  # fmt: skip
        for address, form in sent_forms.items():
            answer = phone.post(place + address, form)
            assert answer.status_code == 409
            assert "Rien n’a été signé" in answer.content.decode()
        assert not ConsentReply.objects.exists()

    def test_a_link_opens_nothing_else(self, phone: Client, made: Made) -> None:
        # What the therapy is stands beside its consent.
        assert phone.get(f"/s/{made.token}/leaflet/").status_code == 200
        for page in ("answer/", "history/", "visit/", "exercises/", "done/", "more/"):
            assert phone.get(f"/s/{made.token}/{page}").headers["Location"] == f"/s/{made.token}/"


class TestTheClinic:
    def test_it_is_given_read_answered_and_taken_back(
        self, alice: User, browser_of: Callable[[User], Client]
    ) -> None:
        link = opened(to_read(alice))
        reply = consenting.ask(by(link), link, "Puis-je conduire ?")
        consenting.decline(by(link), link)
        clinic = browser_of(alice)
        course = course_of(link).public_id
        assert "réponses de patients à un consentement" in clinic.get("/agenda/").content.decode()
        assert "Puis-je conduire" in clinic.get("/consent-replies/").content.decode()
        assert "Ne le souhaite pas" in clinic.get(f"/courses/{course}/").content.decode()
        place = f"/courses/{course}/consent-at-home/"
        assert "Puis-je conduire" in clinic.get(place).content.decode()
        settle = f"/consent-replies/{reply.public_id}/settle/"
        bad = clinic.post(settle, {"how": "letter", "note": ""})
        assert bad.status_code == 422
        assert "Choisissez comment" in bad.content.decode()
        empty = clinic.post(settle, {"how": "here", "note": ""})
        assert empty.status_code == 422, "what the patient reads is written"
        page = clinic.post(settle, {"how": "here", "note": "Oui"}, follow=True)
        assert "Réponse par écrit" in page.content.decode()
        clinic.post(place, {"token": str(uuid.uuid4()), "take-back": link.public_id})
        link.refresh_from_db()
        assert link.revoked_at is not None
        new = clinic.post(place, {"token": str(uuid.uuid4())}).content.decode()
        token = re.search(r"/s/([\w-]+)/", new)
        assert token is not None
        assert Phone().post(f"/s/{token[1]}/", BIRTH).status_code == 302

    def test_the_course_says_that_it_was_signed_from_home(
        self, link: Link, at_alice: Client
    ) -> None:
        signed_at_home(link)
        text = at_alice.get(f"/courses/{course_of(link).public_id}/").content.decode()
        assert "Signé à domicile par Paul Lefèvre" in text
        assert "Par un code reçu par SMS" in text
