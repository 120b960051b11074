"""The totals, as tiles and as counts of the channels."""

from components.live_numbers.live_numbers import LiveNumbers

__all__ = ['LiveNumbers']
