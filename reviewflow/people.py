"""Everybody on the board: the only people whose pictures may be asked for."""

from collections.abc import Iterable, Iterator

from reviewflow.board import Board
from reviewflow.models import Person, PullRequest


class People:
    """Name of a picture → whom it shows, by what the code host said last.

    Nobody is forgotten who leaves the board: an open page may still draw them.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._people: dict[str, Person] = {}
        self._note(board.cards)
        board.on_change(self._note)

    def find(self, picture: str) -> Person | None:
        """Say whom a picture shows; the name may come from anybody."""
        if picture not in self._people:
            self._note(self._board.held)
        return self._people.get(picture)

    def _note(self, keys: Iterable[int]) -> None:
        cards = self._board.cards
        pulls = [cards[key].pull for key in keys if key in cards]
        for pull in sorted(pulls, key=lambda pull: pull.updated_at):
            for person in everybody(pull):
                if (name := person.picture) is not None:
                    self._people[name] = person


def everybody(pull: PullRequest) -> Iterator[Person]:
    """Go through all who have to do with a pull; some of them more than once."""
    yield pull.author
    yield from pull.assignees
    yield from pull.requested_reviewers
    if pull.detail is not None:
        yield from (review.reviewer for review in pull.detail.reviews)
