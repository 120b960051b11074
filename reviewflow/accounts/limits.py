"""How often a wrong password, or a wrong code, may be tried."""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

PER_ACCOUNT = RateLimitItemPerMinute(10, 15)
PER_ADDRESS = RateLimitItemPerMinute(100, 15)
DELAY_S = 0.3
DELAY_MAX_S = 3.0


class FailureLimits:
    """Counts failures by account and by address, in memory: a restart forgets them."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def allow(self, account: str, address: str) -> bool:
        """Whether another try is due."""
        return self._limiter.test(PER_ACCOUNT, account) and self._limiter.test(PER_ADDRESS, address)

    def count(self, account: str, address: str) -> float:
        """Note a failure; gives the seconds that its answer should take, more for each."""
        self._limiter.hit(PER_ADDRESS, address)
        self._limiter.hit(PER_ACCOUNT, account)
        left = self._limiter.get_window_stats(PER_ACCOUNT, account).remaining
        return min(DELAY_S * (PER_ACCOUNT.amount - left), DELAY_MAX_S)

    def forget(self, account: str) -> None:
        """Begin anew for an account: its owner has just come in."""
        self._limiter.clear(PER_ACCOUNT, account)
