"""Every rule that has a condition, and those in force under the policies of a clinic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Edition, Rule
from dolenti.guideline.near import nearest

R = TypeVar("R", bound=Rule)


def walk_rules(edition: Edition) -> Iterator[tuple[str, Rule]]:
    """Every rule with a condition, with the place it belongs to (``red-flags``, a therapy's or a
    product's id, ``mixtures``)."""
    for flag in edition.red_flags:
        yield "red-flags", flag
    for therapy in edition.therapies:
        for criterion in therapy.criteria:
            yield therapy.id, criterion
    for product in edition.products:
        for rule in product.rules:
            yield product.id, rule
    for rule in edition.group_rules:
        yield "mixtures", rule


def rules_in_force(rules: Sequence[R], policies: Mapping[str, str]) -> tuple[R, ...]:
    """The rules that no policy switches off."""
    return tuple(
        rule
        for rule in rules
        if rule.policy is None or policies[rule.policy.id] == rule.policy.value
    )


def policies_in_force(edition: Edition, chosen: Mapping[str, str]) -> dict[str, str]:
    """Every policy with its value. Raises ``InputError`` for one that is not known."""
    in_force = {policy.id: policy.default for policy in edition.policies}
    options = {policy.id: [o.id for o in policy.options] for policy in edition.policies}
    for name, value in chosen.items():
        if name not in in_force:
            close = nearest(name, in_force)
            raise InputError(
                f"there is no policy “{name}”{close.en}",
                "policies",
                fr=f"le choix de l’établissement «\u00a0{name}\u00a0» n’existe pas{close.fr}",
            )
        if value not in options[name]:
            listed = ", ".join(options[name])
            raise InputError(
                f"“{value}” is no option; known are: {listed}",
                f"policies.{name}",
                fr=f"«\u00a0{value}\u00a0» n’est pas une option\u00a0; options admises\u00a0: "
                f"{listed}",
            )
        in_force[name] = value
    return in_force
