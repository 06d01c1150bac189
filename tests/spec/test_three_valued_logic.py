"""True, unknown and false: the full tables, and what decides an answer."""

from __future__ import annotations

import pytest

from dolenti.guideline.conditions import (
    AllOf,
    AnyOf,
    Holds,
    Leaf,
    Not,
    Proof,
    Truth,
    evaluate,
    parse,
    prove,
)

A, B, C = Holds("a"), Holds("b"), Holds("c")
T, U, F = True, None, False


def truths(**values: Truth) -> dict[Leaf, Truth]:
    return {Holds(name): value for name, value in values.items()}


@pytest.mark.parametrize(
    "a,b,both,either",
    [
        (T, T, T, T),
        (T, U, U, T),
        (T, F, F, T),
        (U, T, U, T),
        (U, U, U, U),
        (U, F, F, U),
        (F, T, F, T),
        (F, U, F, U),
        (F, F, F, F),
    ],
)
def test_all_and_any(a: Truth, b: Truth, both: Truth, either: Truth) -> None:
    known = truths(a=a, b=b)
    assert evaluate(AllOf((A, B)), known.__getitem__) is both
    assert evaluate(AnyOf((A, B)), known.__getitem__) is either


@pytest.mark.parametrize("a,negated", [(T, F), (U, U), (F, T)])
def test_not(a: Truth, negated: Truth) -> None:
    assert evaluate(Not(A), truths(a=a).__getitem__) is negated


@pytest.mark.parametrize("a", [T, U, F])
def test_a_single_part_is_itself(a: Truth) -> None:
    known = truths(a=a)
    assert evaluate(AllOf((A,)), known.__getitem__) is a
    assert evaluate(AnyOf((A,)), known.__getitem__) is a


@pytest.mark.parametrize("a,b", [(a, b) for a in (T, U, F) for b in (T, U, F)])
def test_de_morgan(a: Truth, b: Truth) -> None:
    known = truths(a=a, b=b)
    left = evaluate(Not(AllOf((A, B))), known.__getitem__)
    right = evaluate(AnyOf((Not(A), Not(B))), known.__getitem__)
    assert left is right


@pytest.mark.parametrize(
    "condition,known,proof",
    [
        (A, {"a": T}, Proof(T, decided=("a",))),
        (A, {"a": U}, Proof(U, open=("a",))),
        (Not(A), {"a": T}, Proof(F, decided=("a",))),
        # One true part is enough for "any"; the unknown one is not asked.
        (AnyOf((A, B)), {"a": U, "b": T}, Proof(T, decided=("b",))),
        # One false part is enough against "all".
        (AllOf((A, B)), {"a": U, "b": F}, Proof(F, decided=("b",))),
        # An unknown "all" is kept open by its unknown parts alone.
        (AllOf((A, B, C)), {"a": T, "b": U, "c": U}, Proof(U, open=("b", "c"))),
        # Every part is needed for a true "all" and for a false "any".
        (AllOf((A, B)), {"a": T, "b": T}, Proof(T, decided=("a", "b"))),
        (AnyOf((A, B)), {"a": F, "b": F}, Proof(F, decided=("a", "b"))),
        # A part that is settled inside an open whole is not asked about.
        (AllOf((AnyOf((A, B)), C)), {"a": T, "b": U, "c": U}, Proof(U, open=("c",))),
        # A fact that stands twice is named once.
        (AllOf((A, AnyOf((A, B)))), {"a": T, "b": F}, Proof(T, decided=("a",))),
    ],
)
def test_what_decides(condition: object, known: dict[str, Truth], proof: Proof) -> None:
    assert prove(condition, truths(**known)) == proof  # type: ignore[arg-type]


def test_a_condition_is_read_as_it_is_written() -> None:
    read = parse({"all": ["a", {"any": ["b", {"not": "c"}]}]})
    assert read == AllOf((A, AnyOf((B, Not(C)))))
