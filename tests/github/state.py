"""What our own GitHub holds, and what people do there: the parts, in the order in which they need each other.

``holding`` ← ``repositories`` ← ``pulls`` ← ``reviewing`` ← ``checking``.
"""

from tests.github.checking import Checking
from tests.github.holding import Pull, Repo

__all__ = ['Pull', 'Repo', 'State']


class State(Checking):
    """Repositories and their pulls; repositories are named ``owner/name``, pulls by repository and number."""
