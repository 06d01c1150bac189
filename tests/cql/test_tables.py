"""Every operator and every kind of node in CQL, with true, false and unknown, by hand."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from dolenti.guideline.conditions import OPERATORS, leaves, parse
from dolenti.guideline.dates import read_date
from dolenti.guideline.facts import Case, Complaint, Dictionary, Known, read_facts
from tests.cql.bundles import Exported, bundle_of
from tests.small_edition import RULE, small_edition

AS_OF = "2026-05-31"
T, F, U = True, False, None

# A condition, then rows of facts and what it must give.
TABLES: list[tuple[Any, list[tuple[dict[str, Any], bool | None]]]] = [
    ("fever", [({"fever": True}, T), ({"fever": False}, F), ({}, U)]),
    ({"not": "fever"}, [({"fever": True}, F), ({"fever": False}, T), ({}, U)]),
    (
        {"all": ["fever", "smoker"]},
        [
            ({"fever": True, "smoker": True}, T),
            ({"fever": True, "smoker": False}, F),
            ({"fever": True}, U),
            ({"fever": False, "smoker": True}, F),
            ({"fever": False, "smoker": False}, F),
            ({"fever": False}, F),
            ({"smoker": True}, U),
            ({"smoker": False}, F),
            ({}, U),
        ],
    ),
    (
        {"any": ["fever", "smoker"]},
        [
            ({"fever": True, "smoker": True}, T),
            ({"fever": True, "smoker": False}, T),
            ({"fever": True}, T),
            ({"fever": False, "smoker": True}, T),
            ({"fever": False, "smoker": False}, F),
            ({"fever": False}, U),
            ({"smoker": True}, T),
            ({"smoker": False}, U),
            ({}, U),
        ],
    ),
    (
        {"all": [{"any": ["fever", {"not": "smoker"}]}, {"not": {"all": ["fever", "infection"]}}]},
        [
            ({"fever": True}, U),
            ({"fever": True, "infection": True}, F),
            ({"smoker": True, "fever": False}, F),
            ({"smoker": False, "infection": False}, T),
        ],
    ),
    (
        {"anticoagulant": {"is": "vka"}},
        [({"anticoagulant": "vka"}, T), ({"anticoagulant": "doac"}, F), ({}, U)],
    ),
    (
        {"anticoagulant": {"in": ["vka", "doac"]}},
        [({"anticoagulant": "doac"}, T), ({"anticoagulant": "none"}, F), ({}, U)],
    ),
    (
        {"allergy": {"has": "nsaid"}},
        [
            ({"allergy": ["nsaid"]}, T),
            ({"allergy": []}, F),
            ({"allergy": {"has": ["lidocaine"]}}, U),
            ({"allergy": {"has": ["lidocaine"], "not": ["nsaid"]}}, F),
            ({}, U),
        ],
    ),
    ({"weight": {"over": 60}}, [({"weight": 60.1}, T), ({"weight": 60}, F), ({}, U)]),
    ({"weight": {"at-least": 60}}, [({"weight": 60}, T), ({"weight": 59.9}, F), ({}, U)]),
    ({"weight": {"under": 60.5}}, [({"weight": 60.4}, T), ({"weight": 60.5}, F), ({}, U)]),
    ({"weight": {"at-most": 60.5}}, [({"weight": 60.5}, T), ({"weight": 60.6}, F), ({}, U)]),
    (
        {"last-injection": {"before": "2026-02-28"}},
        [
            ({"last-injection": "2026-02-27"}, T),
            ({"last-injection": "2026-02-28"}, F),
            ({"last-injection": "never"}, F),
            ({}, U),
        ],
    ),
    (
        {"last-injection": {"after": "2026-02-28"}},
        [
            ({"last-injection": "2026-03-01"}, T),
            ({"last-injection": "2026-02-28"}, F),
            ({"last-injection": "never"}, F),
            ({}, U),
        ],
    ),
    (
        # Three months before 31 May is the last day of February.
        {"last-injection": {"within": "3 months"}},
        [
            ({"last-injection": "2026-05-31"}, T),
            ({"last-injection": "2026-02-28"}, T),
            ({"last-injection": "2026-02-27"}, F),
            ({"last-injection": "never"}, F),
            ({}, U),
        ],
    ),
    (
        {"last-injection": {"older-than": "3 months"}},
        [
            ({"last-injection": "2026-02-27"}, T),
            ({"last-injection": "2026-02-28"}, F),
            ({"last-injection": "never"}, F),
            ({}, U),
        ],
    ),
    (
        {"not": {"last-injection": {"within": "2 days"}}},
        [
            ({"last-injection": "2026-05-29"}, F),
            ({"last-injection": "2026-05-28"}, T),
            ({"last-injection": "never"}, T),
            ({}, U),
        ],
    ),
    (
        {"next-race": {"within": "1 month"}},
        [
            ({"next-race": "2026-05-31"}, T),
            ({"next-race": "2026-06-30"}, T),
            ({"next-race": "2026-07-01"}, F),
            ({"next-race": "never"}, F),
            ({}, U),
        ],
    ),
    (
        # Irrelevant: the reassuring value. A stated value wins. Nobody knows: asked.
        "pregnancy",
        [
            ({"sex": "male"}, F),
            ({"sex": "male", "pregnancy": True}, T),
            ({"sex": "female"}, U),
            ({}, U),
        ],
    ),
    (
        # Relevant by a fact that has a relevance; without a reassuring value it stays unknown.
        {"gestational-age": {"over": 20}},
        [
            ({"sex": "male"}, U),
            ({"pregnancy": True, "gestational-age": 21}, T),
            ({"pregnancy": True, "gestational-age": 20}, F),
        ],
    ),
    (
        # Kept for 48 hours.
        {"inr": {"over": 3}},
        [
            ({"inr": {"value": 3.5, "at": "2026-05-29"}}, T),
            ({"inr": {"value": 3.5, "at": "2026-05-28"}}, U),
            ({"inr": {"value": 3.0, "at": "2026-05-31"}}, F),
            ({"inr": {"value": 3.5, "at": "2026-06-01"}}, U),
        ],
    ),
    (
        {"zone": {"is": "knee"}},
        [
            ({"condition": "sore-knee"}, T),
            ({"condition": "sore-elbow"}, F),
            ({"condition": "sore-elbow", "zone": "knee"}, T),
            ({}, U),
        ],
    ),
]  # fmt: skip


def test_the_tables_have_every_operator() -> None:
    drawn = {
        getattr(leaf, "operator", "holds") for when, _ in TABLES for leaf in leaves(parse(when))
    }
    assert drawn == {*OPERATORS, "holds"}


@pytest.mark.node
def test_every_operator_and_node() -> None:
    criteria = "".join(
        f"- {{id: row-{n}, kind: indication, when: {yaml.safe_dump(when, default_flow_style=True, width=9999).strip().removesuffix('...').strip()}, {RULE}}}\n"  # noqa: E501
        for n, (when, _) in enumerate(TABLES)
    )
    edition = small_edition({"therapies/needling/criteria.yaml": criteria})
    exported, dictionary, as_of = Exported(edition), Dictionary(edition), read_date(AS_OF)
    asked, wanted = [], []
    for number, (when, rows) in enumerate(TABLES):
        for facts, answer in rows:
            known, _ = read_facts(facts, dictionary, as_of)
            told = dict(known)
            if "inr" in facts:  # its day decides whether it counts, and CQL must see that itself
                told["inr"] = Known(facts["inr"]["value"])
            bundle = bundle_of(Case(as_of, Complaint("1"), told), edition)
            for entry in bundle["entry"]:
                if entry["resource"]["id"] == "inr":
                    entry["resource"]["effectiveDateTime"] = facts["inr"]["at"]
            ask = {"DolentiNeedling": [f"row-{number}"]}
            asked.append({"as_of": AS_OF, "bundle": bundle, "ask": ask})
            wanted.append((when, facts, answer))
    answers = exported.engine.ask(asked)
    found = [next(iter(answer["DolentiNeedling"].values())) for answer in answers]
    wrong = [
        (*row, answer) for row, answer in zip(wanted, found, strict=True) if answer is not row[2]
    ]
    assert wrong == []
    # Unknown for ever and asked of nobody: how far pregnant a man is.
    known, _ = read_facts({"sex": "male"}, dictionary, as_of)
    man = Case(as_of, Complaint("1"), known)
    questions = exported.judge.assess(man).verdicts[0].questions
    assert "fever" in questions
    assert "gestational-age" not in questions
    assert exported.disagreements([man], [bundle_of(man, edition)]) == []


@pytest.mark.node
def test_the_first_status_that_applies() -> None:
    edition = small_edition()
    exported, dictionary, as_of = Exported(edition), Dictionary(edition), read_date(AS_OF)
    calm: dict[str, Any] = {
        "condition": "sore-knee", "fever": False, "odd-nodule": False, "infection": False,
        "sex": "male", "anticoagulant": "none", "smoker": False,
    }  # fmt: skip
    rows = [
        ({}, "possible"),
        ({"fever": True, "infection": True}, "redirect"),
        ({"infection": True, "fever": None}, "contraindicated"),
        ({"condition": None, "infection": True}, "contraindicated"),
        ({"pregnancy": True}, "caution"),
        ({"odd-nodule": True}, "caution"),
        ({"odd-nodule": None}, "needs-information"),
        ({"odd-nodule": True, "infection": None}, "needs-information"),
        ({"pregnancy": True, "anticoagulant": None}, "needs-information"),
        ({"condition": None}, "needs-information"),
        ({"smoker": None}, "possible"),
        ({"condition": "sore-elbow"}, "possible"),
    ]
    cases = []
    for changes, _ in rows:
        facts = {name: value for name, value in (calm | changes).items() if value is not None}
        known, _ = read_facts(facts, dictionary, as_of)
        cases.append(Case(as_of, Complaint("1"), known))
    bundles = [bundle_of(case, edition) for case in cases]
    assert exported.disagreements(cases, bundles) == []
    verdicts = [exported.judge.assess(case).verdicts for case in cases]
    assert [needling.status for needling, _ in verdicts] == [status for _, status in rows]
    assert verdicts[-1][1].status == "not-indicated"  # an elbow is not frozen


@pytest.mark.node
def test_a_policy_decides_at_the_time_of_the_export() -> None:
    edition = small_edition()
    default, counting = Exported(edition), Exported(edition, {"smoking": "counts"})
    assert "needling-policy" not in default.place
    known, _ = read_facts({"smoker": True}, Dictionary(edition), read_date(AS_OF))
    case = Case(read_date(AS_OF), Complaint("1"), known)
    bundle = bundle_of(case, edition)
    assert default.disagreements([case], [bundle]) == []
    assert counting.disagreements([case], [bundle]) == []
    ask = {"DolentiNeedling": ["needling-policy"]}
    (answer,) = counting.engine.ask([{"as_of": AS_OF, "bundle": bundle, "ask": ask}])
    assert answer == {"DolentiNeedling": {"needling-policy": True}}
