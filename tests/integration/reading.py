"""Whoever reads a code host, and tells what a test says."""

from collections.abc import Sequence
from dataclasses import replace

from reviewflow.syncs import HostHealth, Reconciliation, RepositoryHealth, Trouble
from tests.integration.rest_client import Syncing

USUAL = HostHealth(title='GitHub', means='REST', budgets={}, interval_s=30, wanted_interval_s=30)


class Reading(Syncing):
    """Somebody who reads two repositories."""

    host = USUAL
    repositories: Sequence[RepositoryHealth] = ()
    found: Reconciliation | None = None

    async def reconcile(self) -> Reconciliation | None:
        if self.error is not None:
            raise self.error
        return self.found

    def health(self) -> tuple[HostHealth, Sequence[RepositoryHealth]]:
        return self.host, self.repositories


class Failing(Reading):
    """Somebody who did not find a repository."""

    host = replace(USUAL, errors=(Trouble(says='acme/gone cannot be found', advice='Correct its name'),))
