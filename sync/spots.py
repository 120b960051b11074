"""Which pulls deliveries hint at, as far as the board knows them."""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime

from reviewflow.board import Board
from reviewflow.card import Card
from reviewflow.delivery import Delivery, Hints
from reviewflow.models import TrackedRepository
from sync.pulls import Spot

Sign = tuple[int, str, str]
"""Our id of a repository, what kind of thing some of its pulls have in common, and what it is."""
CARDS_AT_ONCE = 1000
"""Cards that are gone through before others have their turn."""


async def spots(
    deliveries: Collection[Delivery], shown: Collection[TrackedRepository], board: Board
) -> dict[str, AbstractSet[Spot]]:
    """Give the id of each delivery → what to read; nothing for a repository that is not shown.

    The board is gone through once, however many deliveries there are; those that say the same share a set.
    """
    by_id = {each.repository.id: each.id for each in shown}
    sought = {each.id: _sought(each, by_id) for each in deliveries}
    seen = await _seen_on(board, {sign for signs in sought.values() for sign in signs})
    found: dict[str, AbstractSet[Spot]] = {}
    shared: dict[tuple[Sign, ...], AbstractSet[Spot]] = {}
    for each in deliveries:
        home = None if each.forge_id is None else by_id.get(each.forge_id)
        numbers = each.hints.numbers if home is not None and each.hints is not None else ()
        named: set[Spot] = {(home, number) for number in numbers if home is not None}
        signs = tuple(sought[each.id])
        if signs not in shared:
            shared[signs] = (
                seen[signs[0]] if len(signs) == 1 else set().union(*(seen[sign] for sign in signs))
            )
            await asyncio.sleep(0)
        found[each.id] = named | shared[signs] if named else shared[signs]
    return found


def is_passed(delivery: Delivery, spot: Spot, board: Board) -> bool:
    """Tell whether the board has what was read after it: the pull moved on since, and we know all of that."""
    newer_than = None if delivery.hints is None else delivery.hints.newer_than
    card = board.find(*spot)
    if newer_than is None or card is None or card.detail_of is None:
        return False
    return card.detail_of > newer_than and not card.wants_detail


def is_wide(delivery: Delivery) -> bool:
    """Tell whether it names no pulls, but what many may have."""
    return delivery.hints is not None and bool(delivery.hints.labels or delivery.hints.milestones)


def union(sets: Iterable[AbstractSet[Spot]]) -> set[Spot]:
    """Put sets together, each once: many deliveries share one set."""
    return set().union(*{id(each): each for each in sets}.values())


def newest_of(
    waiting: Collection[Delivery], wanted: Mapping[str, AbstractSet[Spot]], due: AbstractSet[Spot]
) -> dict[Spot, datetime]:
    """Give how new at least these pulls are, by what deliveries say."""
    newer_than: dict[Spot, datetime] = {}
    for delivery in waiting:
        newest = None if delivery.hints is None else delivery.hints.newer_than
        if newest is not None and delivery.id in wanted:
            for spot in wanted[delivery.id] & due:
                newer_than[spot] = max(newest, newer_than.get(spot, newest))
    return newer_than


def _sought(delivery: Delivery, by_id: dict[int, int]) -> list[Sign]:
    """Say what to look for on the board."""
    home = None if delivery.forge_id is None else by_id.get(delivery.forge_id)
    if home is None or delivery.hints is None:
        return []
    return [(home, kind, name) for kind, name in _named(delivery.hints)]


def _named(hints: Hints) -> Iterator[tuple[str, str]]:
    yield from (('sha', sha) for sha in hints.shas)
    yield from (('label', label.lower()) for label in hints.labels)
    yield from (('milestone', milestone) for milestone in hints.milestones)


async def _seen_on(board: Board, sought: AbstractSet[Sign]) -> dict[Sign, set[Spot]]:
    """Find the pulls that have what is sought."""
    found: dict[Sign, set[Spot]] = {sign: set() for sign in sought}
    homes, kinds = {home for home, _, _ in sought}, {kind for _, kind, _ in sought}
    cards = [card for card in board.cards.values() if card.repository_id in homes] if sought else []
    for start in range(0, len(cards), CARDS_AT_ONCE):
        for card in cards[start : start + CARDS_AT_ONCE]:
            for kind in kinds:
                for name in _names(card, kind):
                    if (spots := found.get((card.repository_id, kind, name))) is not None:
                        spots.add((card.repository_id, card.pull.number))
        await asyncio.sleep(0)
    return found


def _names(card: Card, kind: str) -> list[str]:
    """Say what of a kind a card has."""
    pull = card.pull
    match kind:
        case 'sha':
            return [pull.head_sha]
        case 'milestone':
            return [pull.milestone]
        case _:
            return [label.name.lower() for label in pull.labels]
