"""An identity's status follows from what was seen and retrieved, and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dolenti.guideline.errors import InputError
from dolenti.identity.ins import Authority, read_ins
from dolenti.identity.trust import Attribute, Document, Retrieval, Sighting, Status, Trust

NUMBER = read_ins("255081416802538")
SEEN = Sighting(Document.PASSPORT, date(2026, 11, 20))
GIVEN_BY_INSI = Retrieval(NUMBER, datetime(2026, 11, 20, 9, tzinfo=UTC), traits_agree=True)


@pytest.mark.parametrize(
    "trust,status",
    [
        (Trust(), Status.PROVISIONAL),
        (Trust(sighting=SEEN), Status.VALIDATED),
        (Trust(retrieval=GIVEN_BY_INSI), Status.RETRIEVED),
        (Trust(SEEN, GIVEN_BY_INSI), Status.QUALIFIED),
        (Trust(replace(SEEN, document=Document.VITALE_CARD), GIVEN_BY_INSI), Status.RETRIEVED),
        (Trust(SEEN, replace(GIVEN_BY_INSI, traits_agree=False)), Status.VALIDATED),
        (Trust(SEEN, attributes=frozenset({Attribute.DOUBTFUL})), Status.PROVISIONAL),
        (Trust(SEEN, attributes=frozenset({Attribute.FICTITIOUS})), Status.PROVISIONAL),
        (Trust(SEEN, GIVEN_BY_INSI, frozenset({Attribute.HOMONYM})), Status.QUALIFIED),
    ],
)
def test_the_status_follows_from_a_document_and_from_the_teleservice(trust, status):
    assert trust.status is status
    assert trust.lacks(status) == ()


def test_a_number_without_the_teleservice_never_qualifies():
    trust = Trust(sighting=SEEN)
    assert [text.en for text in trust.lacks(Status.QUALIFIED)] == [
        "The number was not retrieved from the INSi teleservice; typing it is not enough."
    ]
    assert not trust.may_share_ins


def test_an_invented_number_never_qualifies():
    number = replace(NUMBER, authority=Authority.NIR_DEMO)
    trust = Trust(SEEN, replace(GIVEN_BY_INSI, number=number), frozenset({Attribute.FICTITIOUS}))
    assert trust.status is Status.PROVISIONAL
    assert Trust(SEEN, replace(GIVEN_BY_INSI, number=number)).status is Status.VALIDATED


@pytest.mark.parametrize("attribute", [Attribute.DOUBTFUL, Attribute.FICTITIOUS])
def test_the_teleservice_is_not_asked_about_a_doubted_or_invented_person(attribute):
    with pytest.raises(InputError, match="INSi is not asked"):
        Trust(retrieval=GIVEN_BY_INSI, attributes=frozenset({attribute}))


def test_changing_a_strict_trait_takes_the_trust_away_and_keeps_the_attributes():
    trust = Trust(SEEN, GIVEN_BY_INSI, frozenset({Attribute.HOMONYM})).after_change_of_traits()
    assert trust == Trust(attributes=frozenset({Attribute.HOMONYM}))


TRUSTS = st.builds(
    Trust,
    st.none() | st.builds(Sighting, st.sampled_from(Document), st.just(date(2026, 1, 1))),
    st.none() | st.builds(Retrieval, st.just(NUMBER), st.datetimes(), st.booleans()),
    st.frozensets(st.just(Attribute.HOMONYM)),
) | st.builds(
    Trust,
    st.none() | st.builds(Sighting, st.sampled_from(Document), st.just(date(2026, 1, 1))),
    st.none(),
    st.frozensets(st.sampled_from(Attribute)),
)


@given(TRUSTS)
def test_nothing_lacks_for_the_status_held_and_qualified_is_what_lacks_nothing(trust):
    assert trust.lacks(trust.status) == ()
    assert (trust.lacks(Status.QUALIFIED) == ()) is (trust.status is Status.QUALIFIED)
    assert trust.may_share_ins is (trust.status is Status.QUALIFIED)


@pytest.mark.parametrize("member", [*Status, *Attribute, *Document])
def test_each_has_its_words(member):
    assert member.label.fr
    assert member.label.en
