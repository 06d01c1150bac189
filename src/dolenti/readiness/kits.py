"""The emergency kit of each room of a site: how it stands on a day, who counted it, which serves
which room.

As in a gate: what takes the user first gives only what they may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.db.models import Max, Q, QuerySet

from dolenti.access import audit, clock
from dolenti.access.actors import Actor
from dolenti.access.roles import Permission
from dolenti.access.rows import sole
from dolenti.access.writing import writing
from dolenti.agenda.models import Room
from dolenti.guideline import session as guided
from dolenti.guideline.errors import InputError
from dolenti.guideline.knowledge import Text
from dolenti.guideline.session import KitState, Stock
from dolenti.guideline.session.shapes.emergency import Kit, KitItem
from dolenti.ledger.once import Submission, once
from dolenti.readiness import cards
from dolenti.readiness.models import KitLook, KitPlace
from dolenti.records import engine, gate
from dolenti.treatment.room import KitLevel

MOST: Final = 999
"""As many pieces of one item as anybody counts in a kit."""


class KitRefusedError(InputError):
    """The kit cannot be written so."""


@dataclass(frozen=True)
class Counted:
    """What somebody found in a kit. An item that nobody counted is not in ``contents``."""

    contents: Mapping[str, Stock]
    seal: str = ""
    note: str = ""


@dataclass(frozen=True)
class RoomKit:
    """The kit that serves a room, as it stands. ``lies_in`` is the room it is kept in, ``last``
    what was done with it last, ``checked`` its last check."""

    room: Room
    lies_in: Room
    last: KitLook | None
    checked: KitLook | None
    state: KitState

    @property
    def is_near_by(self) -> bool:
        """Whether it lies in another room."""
        return self.room.pk != self.lies_in.pk

    @property
    def is_opened(self) -> bool:
        """Whether it was opened since it was counted."""
        return self.last is not None and self.last.kind == KitLook.Kind.OPENED


def kit_in_force() -> Kit:
    """What is to be in a kit, by the edition in force."""
    return cards.content().kit


def cards_edition() -> str:
    """What stands on the printed cards of the edition in force: a kit holds those, or old ones."""
    return _printed(engine.edition_in_force().sha256)


@lru_cache(maxsize=2)
def _printed(sha256: str) -> str:
    """Every session asks it, of an edition that does not change: ``sha256`` is its own."""
    return guided.cards_edition(cards.content())


def rooms(user: Actor) -> QuerySet[Room]:
    """The rooms in use of the user's site."""
    if not (user.may(Permission.PREPARE) or user.may(Permission.ADMINISTER)):
        return Room.objects.none()
    return Room.objects.filter(site_id=user.site_id, closed=False)


def room(user: Actor, public_id: str) -> Room:
    """One room of the user's site. Raises ``Http404``."""
    found = sole(rooms(user).select_related("site").filter(public_id=public_id))
    if found is None:
        raise gate.refused(user, Room, public_id)
    return found


def of(user: Actor, day: date) -> list[RoomKit]:
    """The kit of every room of the site. Three queries, whatever was counted."""
    return standing(list(rooms(user)), day)


def history(user: Actor, lies_in: Room) -> QuerySet[KitLook]:
    """What was done with the kit of a room, the last first."""
    found = KitLook.objects.filter(room=lies_in, room__in=rooms(user))
    return found.select_related("author")


def standing(wanted: Iterable[Room], day: date) -> list[RoomKit]:
    """The kit that serves each of these rooms, as it stands on a day."""
    there = list(wanted)
    serving = _serving(there)
    lying = {one.pk for one in serving.values()}
    last, checked = _looks(lying)

    def kit(served: Room) -> RoomKit:
        lies_in = serving[served.pk]
        seen = last.get(lies_in.pk)
        return RoomKit(served, lies_in, seen, checked.get(lies_in.pk), state_of(seen, day))

    return [kit(one) for one in there]


def state_of(last: KitLook | None, day: date) -> KitState:
    """How a kit stands on a day after what was done with it last. Once opened, it is unchecked."""
    if last is None or last.kind == KitLook.Kind.OPENED:
        return guided.look_at_kit(kit_in_force(), {}, None, day, cards_edition())
    return guided.look_at_kit(kit_in_force(), found_in(last), last.day, day, cards_edition())


def found_in(look: KitLook) -> dict[str, Stock]:
    """What somebody found in a kit, as values."""
    return {name: _read(kept) for name, kept in look.contents.items()}


def level(of_room: Room | None) -> KitLevel | None:
    """What the kit that serves a room lacks today; ``None`` where a session has no room."""
    if of_room is None:
        return None
    return standing([of_room], clock.today())[0].state.level


def lacking(of_room: Room | None) -> tuple[Text, ...]:
    """What is wrong with the kit that serves a room today, each in words; what comes soon is left
    out. Of a kit that nobody counted, or that was opened since, that alone is said."""
    if of_room is None:
        return ()
    (kit,) = standing([of_room], clock.today())
    unseen = kit.last is None or kit.is_opened
    found = (one for one in kit.state.findings if one.trouble != "soon")
    return tuple(one.in_words for one in found if one.item is None or not unseen)


def check(submission: Submission, lies_in: Room, counted: Counted) -> KitLook:
    """Somebody counted a kit today. A form sent twice is one check. Raises ``KitRefusedError``."""
    items = {one.id: one for one in kit_in_force().items}
    for name, stock in counted.contents.items():
        _insist_readable(items.get(name), stock)

    def make() -> KitLook:
        contents = {name: _kept(stock) for name, stock in counted.contents.items()}
        return _written(
            submission, lies_in, KitLook.Kind.CHECKED,
            contents=contents, seal=counted.seal, note=counted.note,
        )  # fmt: skip

    with writing(submission.actor, Permission.PREPARE, lies_in.site_id):
        return once(submission, KitLook, make)


def open_up(submission: Submission, lies_in: Room, note: str) -> KitLook:
    """A kit was opened for an emergency: nothing is injected beside it until it is counted
    again."""

    def make() -> KitLook:
        return _written(submission, lies_in, KitLook.Kind.OPENED, note=note)

    with writing(submission.actor, Permission.PREPARE, lies_in.site_id):
        return once(submission, KitLook, make)


def serve(submission: Submission, served: Room, lies_in: Room) -> KitPlace:
    """From now on a room is served by the kit that lies in this one. Raises ``KitRefusedError`` for
    a room of another site, a closed one, and one that has no kit of its own."""
    if lies_in.site_id != served.site_id or lies_in.closed:
        raise KitRefusedError(
            "choose a room in use of this site",
            "served_by",
            fr="choisissez une salle en service de ce site",
        )

    def make() -> KitPlace:
        if lies_in.pk != served.pk and _serving([lies_in])[lies_in.pk].pk != lies_in.pk:
            raise KitRefusedError(
                f"the kit of {lies_in.name} lies in another room: choose that one",
                "served_by",
                fr=f"la trousse de {lies_in.name} se trouve dans une autre salle\u00a0: choisissez "
                "celle-là",
            )
        if lies_in.pk != served.pk and any(
            one.pk == served.pk for one in _serving(_others(served)).values()
        ):
            raise KitRefusedError(
                f"the kit of {served.name} serves another room: change that one first",
                "served_by",
                fr=f"la trousse de {served.name} dessert une autre salle\u00a0: changez d’abord "
                "celle-ci",
            )
        made = KitPlace.objects.create(room=served, served_by=lies_in, author=submission.user)
        audit.record("place-kit", actor=submission.actor, kind="room", object_id=served.public_id)
        return made

    with writing(submission.actor, Permission.ADMINISTER, served.site_id):
        return once(submission, KitPlace, make)


def _others(served: Room) -> list[Room]:
    return list(Room.objects.filter(site_id=served.site_id, closed=False).exclude(pk=served.pk))


def _written(submission: Submission, lies_in: Room, kind: str, **said: Any) -> KitLook:
    made = KitLook.objects.create(
        room=lies_in, kind=kind, day=clock.today(), author=submission.user, **said
    )
    action = "check-kit" if kind == KitLook.Kind.CHECKED else "open-kit"
    audit.record(action, actor=submission.actor, kind="room", object_id=lies_in.public_id)
    return made


def _insist_readable(item: KitItem | None, stock: Stock) -> None:
    if item is None:
        raise KitRefusedError(
            "the kit has no such item; open the page again",
            fr="la trousse n’a pas cet article\u00a0; rouvrez la page",
        )
    if not 0 <= stock.quantity <= MOST:
        raise KitRefusedError(
            f"count from 0 to {MOST}", item.id, fr=f"comptez de 0 à {MOST} unités"
        )


def _serving(wanted: Iterable[Room]) -> dict[int, Room]:
    """The room in which the kit lies, by the key of the room that it serves. A room whose kit lay
    in one that is closed since has its own again: nobody is sent to a locked door."""
    there = list(wanted)
    rows = KitPlace.objects.filter(room__in=[one.pk for one in there]).order_by()
    newest = KitPlace.objects.filter(pk__in=_newest(rows)).select_related("served_by")
    places = {one.room_id: one for one in newest}
    return {
        one.pk: places[one.pk].served_by
        if one.pk in places and not places[one.pk].served_by.closed
        else one
        for one in there
    }


def _looks(lying: set[int]) -> tuple[dict[int, KitLook], dict[int, KitLook]]:
    """What was done last with the kit that lies in each of these rooms, and its last check."""
    rows = KitLook.objects.filter(room__in=lying).order_by()
    checks = rows.filter(kind=KitLook.Kind.CHECKED)
    wanted = Q(pk__in=_newest(rows)) | Q(pk__in=_newest(checks))
    last: dict[int, KitLook] = {}
    checked: dict[int, KitLook] = {}
    for one in KitLook.objects.filter(wanted).select_related("author").order_by("pk"):
        last[one.room_id] = one
        if one.kind == KitLook.Kind.CHECKED:
            checked[one.room_id] = one
    return last, checked


def _newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The key of the last row of each room."""
    return rows.values("room").annotate(newest=Max("pk")).values("newest")


def _kept(stock: Stock) -> dict[str, Any]:
    kept: dict[str, Any] = {"quantity": stock.quantity}
    if stock.expires is not None:
        kept["expires"] = stock.expires.isoformat()
    if stock.edition is not None:
        kept["edition"] = stock.edition
    return kept


def _read(kept: Mapping[str, Any]) -> Stock:
    expires = kept.get("expires")
    return Stock(
        quantity=kept["quantity"],
        expires=date.fromisoformat(expires) if expires else None,
        edition=kept.get("edition"),
    )
