"""How often a wrong password, or a wrong code, may be tried."""

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

PER_PAIR = RateLimitItemPerMinute(10, 15)
"""Of one account from one address: nobody can keep its owner out from elsewhere."""
PER_ACCOUNT = RateLimitItemPerMinute(100, 15)
PER_ADDRESS = RateLimitItemPerMinute(100, 15)
DELAY_S = 0.3
DELAY_MAX_S = 3.0


class FailureLimits:
    """Counts failures by account and by address, in memory: a restart forgets them."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def allow(self, account: str, address: str) -> bool:
        """Whether another try is due."""
        return all(self._limiter.test(item, *names) for item, names in _items(account, address))

    def count(self, account: str, address: str) -> float:
        """Note a failure; gives the seconds that its answer should take, more for each."""
        for item, names in _items(account, address):
            self._limiter.hit(item, *names)
        left = self._limiter.get_window_stats(PER_ACCOUNT, 'account', account).remaining
        return min(DELAY_S * (PER_ACCOUNT.amount - left), DELAY_MAX_S)

    def forget(self, account: str, address: str) -> None:
        """Begin anew for an account: its owner has just come in from there."""
        self._limiter.clear(PER_ACCOUNT, 'account', account)
        self._limiter.clear(PER_PAIR, 'pair', account, address)


def _items(account: str, address: str) -> tuple[tuple[RateLimitItem, tuple[str, ...]], ...]:
    """Each limit, with what it counts by."""
    return (
        (PER_PAIR, ('pair', account, address)),
        (PER_ACCOUNT, ('account', account)),
        (PER_ADDRESS, ('address', address)),
    )
