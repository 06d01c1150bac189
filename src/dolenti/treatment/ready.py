"""What stands in the way of the needle: the pause, the syringe, the target, the points. It writes
nothing: ``recording`` asks it when something is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from dolenti.guideline import session as room
from dolenti.guideline.errors import InputError
from dolenti.guideline.mixture import GIVEN_BEFORE, GIVEN_TODAY, TECHNIQUE, MixtureResult
from dolenti.guideline.mixture.ceilings import ProductTotal
from dolenti.guideline.session import DrawnMap
from dolenti.treatment import content, given, holds
from dolenti.treatment.content import Injected, Override
from dolenti.treatment.given import RecordRefusedError
from dolenti.treatment.room import AIMED, DRAWN_UP, Standing

ASK: Final = "ask-"
"""Before the line of the pause, or the fact, that a refusal waits for: where it is answered."""
MEASURED: Final = (
    "not as planned: if it was so, write why",
    "hors de ce qui est prévu\u00a0: si c’est bien ce qui s’est passé, écrivez pourquoi",
)
NOT_FROZEN: Final = ("nothing is frozen so", "rien n’est congelé ainsi")
LOOKS_AT: Final = "looks"


def look_first() -> RecordRefusedError:
    """That nobody has looked at the syringe. Made anew each time, as every refusal: what stands in
    it is of one patient."""
    return RecordRefusedError(
        "look at the syringe: only a limpid one is injected; a corticosteroid in suspension is "
        "shaken, even and without clumps",
        LOOKS_AT,
        fr="regardez la seringue\u00a0: seul un mélange limpide est injecté\u00a0; un corticoïde "
        "en suspension est agité, homogène et sans grumeau",
    )


def ask_at(question: str) -> str:
    """Where a question of a mixture is answered: by a fact, by a line of the pause (which asks of
    the days before too), or by the preparation itself."""
    if question == TECHNIQUE:
        return "preparation"
    if question == GIVEN_BEFORE:
        return f"{ASK}{GIVEN_TODAY}"
    return f"{ASK}{question}" if question in ("", GIVEN_TODAY) else f"{ASK}fact-{question}"


def insist_ready(
    now: Standing,
    injected: Injected,
    drawn: DrawnMap | None = None,
    overrides: tuple[Override, ...] | None = None,
) -> None:
    """Raises the first of what is still ``in_the_way``, with the ``others``: whoever is refused
    reads all that is left to do at once."""
    found = in_the_way(now, injected, drawn, overrides)
    if found:
        first, *others = found
        first.others = tuple(others)
        raise first


def in_the_way(
    now: Standing,
    injected: Injected,
    drawn: DrawnMap | None = None,
    overrides: tuple[Override, ...] | None = None,
) -> list[InputError]:
    """All that is still in the way, what comes first on the page first: ``RecordRefusedError``, or
    what the rules say of a point of the map, by its number. ``overrides`` are what was gone past of
    the syringe, where that was decided just now."""
    return [
        *_refused(lambda: given.insist_not_stopped(now.session.course)),
        *before_the_act(now, overrides),
        *_of_the_act(now, injected, drawn),
    ]


def before_the_act(
    now: Standing, overrides: tuple[Override, ...] | None = None
) -> list[InputError]:
    """What of it is known before anybody says what was injected; what stops the whole course is a
    red line of the pause there, and is asked anew when something is given."""
    past = now.preparation.overrides if overrides is None else overrides
    return [
        *_refused(lambda: holds.insist_none(now.held)),
        *_in_the_pause(now),
        *_refused(lambda: _insist_syringe(now, past)),
    ]


def _refused(*asked: Callable[[], None]) -> Iterator[InputError]:
    for ask in asked:
        try:
            ask()
        except InputError as error:
            yield error


def _of_the_act(now: Standing, injected: Injected, drawn: DrawnMap | None) -> Iterator[InputError]:
    volume, where = content.emptied(injected)
    if now.preparation.drawn and volume is None:
        yield RecordRefusedError("say how much went in", where, fr="indiquez le volume injecté")
    else:
        yield from _refused(lambda: insist_of_a_piece(now, injected, drawn))
    if now.is_block and injected.block is None:
        yield RecordRefusedError(
            "say which nerve was put to sleep", "nerve", fr="indiquez le nerf endormi"
        )
    elif now.therapy == "cryoneurolysis" and not now.is_block and injected.freezing is None:
        yield RecordRefusedError("say what was frozen", "nerve", fr="indiquez ce qui a été congelé")
    else:
        yield from _refused(lambda: _insist_nerve(now, injected))
    if now.therapy in AIMED and not injected.target:
        yield RecordRefusedError("choose the target", "target", fr="choisissez la cible")
    past = {one.rule for one in injected.overrides}
    found = now.findings(injected, drawn=drawn)
    # What no reason lifts comes first: nobody writes one for nothing.
    for one in sorted(found, key=lambda one: one.severity != "block"):
        if one.severity == "block" and one.rule not in room.OF_THE_COLD:
            yield _not_yet(one, ("the rules block this", "les règles s’y opposent"))
        elif one.severity in ("block", "override") and one.rule not in past:
            yield _not_yet(one, MEASURED)


def _insist_nerve(now: Standing, injected: Injected) -> None:
    """That a nerve may be touched was confirmed of one nerve, by its name, and of no other."""
    act = injected.freezing or injected.block
    if act is not None and act.nerve != now.preparation.nerve:
        raise RecordRefusedError(
            "the questions of the pause are still to be asked for this nerve: choose it in the "
            "preparation, then answer its lines",
            "nerve",
            fr="les questions de la pause restent à poser pour ce nerf\u00a0: choisissez-le dans "
            "la préparation, puis répondez à ses lignes",
        )


def insist_of_a_piece(now: Standing, injected: Injected, drawn: DrawnMap | None) -> None:
    """What went in came from what was drawn up, and every point lies where a needle may go: asked
    when it is given, and of every correction. Raises ``InputError``."""
    content.insist_coherent(now.preparation, injected)
    room.insist_countable(now.places, injected.points)
    if drawn is not None:
        room.insist_injectable(now.places, drawn, now.preparation.volume, now.bmi)


def insist_may_be_frozen(found: Iterable[room.Finding]) -> None:
    """Nobody plans to freeze what is refused: it is refused when the nerve is chosen. What nobody
    has said yet may be said later, before the freeze. Raises ``RecordRefusedError``."""
    for one in found:
        if one.severity == "block" and one.rule not in room.STILL_TO_SAY:
            raise _not_yet(one, NOT_FROZEN)


def _not_yet(one: room.Finding, blocked: tuple[str, str]) -> RecordRefusedError:
    """``blocked`` says, in both languages, that no reason lifts it, or what the reason is of."""
    says, french = (
        blocked
        if one.severity == "block"
        else ("say why you override this", "écrivez le motif pour y passer outre")
    )
    return RecordRefusedError(
        f"{says}: {one.because.en}",
        f"reason-{one.rule}",
        fr=f"{french}\u00a0: {one.because.fr}",
    )


def _in_the_pause(now: Standing) -> Iterator[InputError]:
    looked = now.looked
    if looked.red:
        first = looked.red[0]
        says = first.says or first.line.red.says
        yield RecordRefusedError(
            f"the safety pause stops the session: {says.en}",
            "pause",
            fr=f"la pause de sécurité arrête la séance\u00a0: {says.fr}",
        )
        return
    yield from (_not_yet(one, NOT_FROZEN) for one in now.freeze_waits)
    if looked.verdict != "go":
        asked, *others = (one.line for one in looked.lines if one.status == "open")
        yield RecordRefusedError(
            f"the safety pause is not finished: {asked.ask.en}",
            f"{ASK}{asked.id}",
            fr=f"la pause de sécurité n’est pas terminée\u00a0: {asked.ask.fr}",
        )
        for line in others:
            yield RecordRefusedError(line.ask.en, f"{ASK}{line.id}", fr=line.ask.fr)


def _insist_syringe(now: Standing, overrides: tuple[Override, ...]) -> None:
    preparation = now.preparation
    if not preparation.drawn:
        if now.therapy in DRAWN_UP or now.is_block:
            raise RecordRefusedError(
                "say what was drawn up", "preparation", fr="indiquez ce qui a été préparé"
            )
        return
    if not now.looks_right():
        raise look_first()
    result = now.mixture()
    insist_may_be_drawn_up(result, now.beside_the_consent(), overrides)
    if result is not None and result.verdict == "incomplete":
        open_rule = result.unknown[0]
        raise RecordRefusedError(
            f"something is still to be known about this mixture: {open_rule.because.en}",
            ask_at(next(iter(result.questions), "")),
            fr=f"il reste à savoir, pour ce mélange\u00a0: {open_rule.because.fr}",
        )


def insist_confirmed(overrides: tuple[Override, ...]) -> None:
    """What somebody who may not give it went past was seen and confirmed by a practitioner. Raises
    ``RecordRefusedError``."""
    left = next((one for one in overrides if one.is_open), None)
    if left is not None:
        raise RecordRefusedError(
            f"{left.name} overrode a rule of the mixture: read why, and confirm it",
            f"confirm-{left.rule}",
            fr=f"{left.name} a passé outre à une règle du mélange\u00a0: lisez le motif, et "
            "confirmez",
        )


def insist_may_be_drawn_up(
    result: MixtureResult | None,
    beside: tuple[room.Finding, ...],
    overrides: tuple[Override, ...],
    *,
    decided: bool = True,
) -> None:
    """Raises ``RecordRefusedError`` for what the rules block, and for what somebody would go past
    without saying why, ``beside`` the consent too; where that is not ``decided`` yet, whoever gives
    it says so first."""
    if result is None:
        return
    if any(one.severity == "block" for one in result.findings):
        english, french = (" ".join(_blocks(result, language)) for language in ("en", "fr"))
        raise RecordRefusedError(
            f"the rules block this mixture: {english}",
            "preparation",
            fr=f"les règles bloquent ce mélange\u00a0: {french}",
        )
    if not decided:
        return
    given_past = {one.rule for one in overrides}
    asked = [(one.rule, one.because) for one in beside]
    asked += [(f.rule, f.because) for f in result.findings if f.severity == "override"]
    missing = next((one for one in asked if one[0] not in given_past), None)
    if missing is not None:
        rule, because = missing
        raise RecordRefusedError(
            f"say why you override this: {because.en}",
            f"reason-{rule}",
            fr=f"écrivez le motif pour passer outre\u00a0: {because.fr}",
        )


def _blocks(result: MixtureResult, language: str) -> list[str]:
    """Everything that blocks a mixture, each with the products that it is about: a dose above its
    ceiling first, which hurts whatever it is mixed with."""
    labels = {one.id: one.label.in_language(language) for one in result.edition.products}
    over = {one.product.id for one in result.totals if max(_shares(one), default=0) > 1}
    blocks = [one for one in result.findings if one.severity == "block"]
    found = []
    for one in sorted(blocks, key=lambda one: over.isdisjoint(one.products)):
        names = ", ".join(labels.get(product, product) for product in one.products)
        parts = (one.because, *((one.detail,) if one.detail else ()))
        says = " ".join(part.in_language(language) for part in parts)
        colon = "\u00a0: " if language == "fr" else ": "
        found.append(f"{names}{colon}{says}" if names else says)
    return list(dict.fromkeys(found))


def _shares(total: ProductTotal) -> list[float]:
    return [one for one in (total.share, total.share_today) if one is not None]
