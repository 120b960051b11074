"""Whoever could read a code host, and has nothing to tell of it."""

from collections.abc import Sequence

from reviewflow.syncs import HostHealth, Reconciliation, RepositoryHealth


class Quiet:
    """Half of a :class:`reviewflow.syncs.Syncs`, for tests of the other half."""

    async def reconcile(self) -> Reconciliation | None:
        return None

    def health(self) -> tuple[HostHealth, Sequence[RepositoryHealth]]:
        return HostHealth(title='Fake', means='', budgets={}, interval_s=30, wanted_interval_s=30), ()
