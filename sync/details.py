"""Decides which pulls to read next: those that changed, those never read, and all others in turn."""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from reviewflow.board import Query
from reviewflow.card import Card
from reviewflow.errors import ForgeError, ReviewFlowError
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Forge, Listed, Place, Pulse
from reviewflow.models import Repository, TrackedRepository
from sync.batch import Batch
from sync.health import STOPPING
from sync.pulls import Outcome, PullReader, Spot, Spots
from sync.rests import Rests

LAST_CHANGED_FIRST = Query()
PULSES_AT_ONCE = 50
PULSES_UNDER_WAY = 4
UNFELT_S, UNFELT_MAX_S = 60, 240
"""How long a pull whose pulse cannot be felt is left alone, first and at the most."""

Where = Mapping[int, Repository]
"""Our ids of the repositories that can be read at present → where they are."""


class DetailReader:
    """Knows which pulls to read next."""

    def __init__(
        self, pulls: PullReader, *, forge: Forge, flow: ReviewFlow, monotonic: Callable[[], float]
    ) -> None:
        self.read_for_lists = 0
        """Pulls that were read since a list only named them."""
        self._pulls = pulls
        self._forge = forge
        self._flow = flow
        self._monotonic = monotonic
        self._moved: set[Spot] = set()  # their pulse is another one than when they were read
        self._unfelt = Rests[Spot](monotonic)  # their pulses could not be felt
        self._felt_at_s = -math.inf
        self._pulses = Batch(self._load_pulses, size=lambda: PULSES_AT_ONCE, at_once=PULSES_UNDER_WAY)

    def suspect(self, repository_id: int, numbers: Iterable[int]) -> None:
        """Ask for these pulls by themselves: we hold them open, but the list of the repository has others."""
        suspects = self._pulls.suspects
        suspects.difference_update([spot for spot in suspects if spot[0] == repository_id])
        suspects.update((repository_id, number) for number in numbers)

    def due(self, where: Where) -> tuple[Spots, Spots]:
        """List the pulls that moved since they were read; and those never read, or maybe closed since."""
        changed, unread, doubtful = dict[Spot, Place](), dict[Spot, Place](), dict[Spot, Place]()
        for card in self._readable(where):
            spot = spot_of(card)
            if card.wants_detail or spot in self._moved:
                group = unread if card.pull.detail is None else changed
            elif card.pull.is_open and spot in self._pulls.suspects:
                group = doubtful
            else:
                continue
            if not self._pulls.is_resting(spot):
                group[spot] = _place(card, where)
        return self._lucky_first(changed), self._lucky_first(unread | doubtful)

    def in_turn(self, where: Where) -> Spots:
        """List all open pulls, the longest unread first: some things move without any trace."""
        tried_at = self._pulls.tried_at
        spots = {
            spot: place for spot, place in self.everything(where).items() if not self._pulls.is_resting(spot)
        }
        return dict(sorted(spots.items(), key=lambda item: tried_at.get(item[0], -math.inf)))

    def everything(self, where: Where) -> Spots:
        """List all open pulls, the last changed first."""
        return {spot_of(card): _place(card, where) for card in self._readable(where) if card.pull.is_open}

    async def read(self, spots: Spots, *, within_s: float = math.inf) -> Outcome:
        """Read these pulls, as far as that goes in so many seconds."""
        moved, begun_s = self._moved & spots.keys(), self._monotonic()
        self._moved -= moved
        outcome = await self._pulls.read(spots, within_s=within_s)
        self._keep(moved, begun_s)
        return outcome

    async def refresh(self, spots: Collection[Spot], where: Where) -> Outcome:
        """Read these pulls before all others; some may not be on the board yet."""
        places = dict[Spot, Place]()
        for spot in spots:
            card = self._flow.board.find(*spot)
            if spot[0] in where:
                node_id = '' if card is None else card.pull.node_id
                places[spot] = Place(repository=where[spot[0]], number=spot[1], node_id=node_id)
        return await self._pulls.read(places, is_urgent=True)

    async def read_listed(self, each: TrackedRepository, listed: Collection[Listed]) -> tuple[set[int], bool]:
        """Read what a list names; give the keys of the pulls that are not what they were.

        Gives also whether the list has done its part. Of a pull that could not be read, or of which an old
        copy answered, it is kept that the list says more; one that is not on the board is known to the list
        alone.

        Raises:
            ReviewFlowError: something is wrong with more than a pull.
        """
        spots = {
            (each.id, one.number): Place(repository=each.repository, number=one.number, node_id=one.node_id)
            for one in listed
        }
        outcome = await self._pulls.read(spots, is_held=True)
        self.read_for_lists += outcome.read
        if outcome.stopped is not None:
            raise outcome.stopped
        cards = {one.number: self._flow.board.find(each.id, one.number) for one in listed}
        await self._flow.owe(
            {
                card.key: one.updated_at
                for one in listed
                if (card := cards[one.number]) is not None and card.is_older_than(one)
            }
        )
        return set(outcome.changed), all(card is not None for card in cards.values())

    async def feel_pulses(self, where: Where, *, begun: int) -> Outcome:
        """Find the open pulls whose checks, conflicts or queues moved, where the host tells that cheaply.

        Those that were read since this turn ``begun``, by the numbers of reads, are as they are.
        """
        for spot in [spot for spot in self._unfelt if self._flow.board.find(*spot) is None]:
            del self._unfelt[spot]
        cards = [card for card in self._readable(where) if _has_pulse(card) and card.detail_read < begun]
        cards = [card for card in cards if not self._unfelt.is_on(spot_of(card))]
        before_s, self._felt_at_s = self._felt_at_s, self._monotonic()
        failed = dict[Spot, ReviewFlowError]()
        for card, answer in zip(cards, await self._pulses.ask(*cards), strict=True):
            if isinstance(answer, ReviewFlowError):
                failed[spot_of(card)] = answer
            else:
                self._unfelt.pop(spot_of(card), None)
                self._compare(spot_of(card), *answer, before_s)
        error = next((each for each in failed.values() if isinstance(each, STOPPING)), None)
        if failed and error is None and len(failed) < len(cards):
            self._read_instead(failed)
            return Outcome()
        return Outcome(error=error or next(iter(failed.values()), None))

    def _read_instead(self, spots: Iterable[Spot]) -> None:
        """Read those whose pulses cannot be felt, though others can; each would cost many requests."""
        for spot in spots:
            self._unfelt.begin(spot, UNFELT_S, UNFELT_MAX_S)
            self._moved.add(spot)

    def _keep(self, spots: Iterable[Spot], since_s: float) -> None:
        """Keep in mind that these moved, unless they were read since."""
        read_at = self._pulls.read_at
        self._moved.update(
            spot
            for spot in spots
            if read_at.get(spot, -math.inf) < since_s and self._flow.board.find(*spot) is not None
        )

    async def _load_pulses(self, cards: Sequence[Card]) -> list[tuple[int, Pulse | None] | ForgeError]:
        read = self._flow.next_read()
        pulses = await self._forge.pulses([card.pull.node_id for card in cards])
        if pulses is None:  # the host has none, so nothing moved
            pulses = [Pulse.of(card.pull.detail) if card.pull.detail else None for card in cards]
        return [pulse if isinstance(pulse, ForgeError) else (read, pulse) for pulse in pulses]

    def _compare(self, spot: Spot, read: int, pulse: Pulse | None, before_s: float) -> None:
        card = self._flow.board.find(*spot)
        if card is None or card.pull.detail is None or card.detail_read > read:
            return
        if pulse is None or pulse.has_moved_since(card.pull.detail):
            self._moved.add(spot)
            if self._pulls.read_at.get(spot, -math.inf) > before_s and not self._pulls.is_resting(spot):
                self._pulls.rest(spot)  # it was read since, and was another one all the same

    def _lucky_first(self, spots: Spots) -> Spots:
        """Let those that could not be read the last time not keep the others from their turn."""
        return dict(sorted(spots.items(), key=lambda item: self._pulls.has_rested(item[0])))

    def _readable(self, where: Where) -> Iterable[Card]:
        board = self._flow.board
        cards = (board.cards[key] for key in board.ranking(LAST_CHANGED_FIRST))
        return (card for card in cards if card.repository_id in where)


def spot_of(card: Card) -> Spot:
    """Say where a card's pull is."""
    return card.repository_id, card.pull.number


def _place(card: Card, where: Where) -> Place:
    return Place(repository=where[card.repository_id], number=card.pull.number, node_id=card.pull.node_id)


def _has_pulse(card: Card) -> bool:
    return card.pull.is_open and card.pull.detail is not None and bool(card.pull.node_id)
