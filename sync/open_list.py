"""The list of a repository's open pulls: how far it was read, and whether it is to be read once more."""

from reviewflow.forge import Ask, Page
from reviewflow.models import Repository
from sync.trail import Trail


class OpenList:
    """Read from its top to its end, in as many goes as that takes.

    One of several pages is read twice: what closes meanwhile hides another.
    """

    def __init__(self) -> None:
        self.is_read = False
        """Whether it was read so often that what it lacks is known."""
        self.numbers: set[int] = set()
        """The pulls that it had so far."""
        self._trail = Trail()
        self._times = 0
        self._is_outdated = False  # it was begun before somebody wanted it to be read again

    @property
    def is_begun(self) -> bool:
        """Whether it was left amid its pages."""
        return self._trail.after is not None

    def ask(self, repository: Repository) -> Ask:
        """Ask for the page where it goes on, or for the first one."""
        if not self.is_begun:
            self._is_outdated, self.numbers = False, set()
        return Ask(repository=repository, is_for_open=True, after=self._trail.after)

    def note(self, page: Page) -> None:
        """Note what a page lists."""
        self.numbers |= {listed.number for listed in page.listed}

    def goes_on(self, page: Page) -> bool:
        """Go on behind a page; tell whether there is more.

        Raises:
            ForgeUnavailable: the list has no end.
        """
        return self._trail.goes_on(page)

    def restart(self) -> None:
        """Begin it again at its top: it cannot be followed from here."""
        self._trail, self.numbers = Trail(), set()

    def finish(self) -> None:
        """Note that it came to its end; what was begun too early does not count."""
        self._times += not self._is_outdated
        self.is_read = self._times > (1 if self.is_begun else 0)
        self.restart()

    def read_again(self) -> None:
        """Have it read once more, from its top: its first page may be on its way, and say what was before."""
        self.is_read, self._times, self._is_outdated = False, 0, True
