"""The event feed: what changes, for programs and pages of others, over ``WS /dashboard/ws``."""

from reviewflow.web.feed.feed import Feed

__all__ = ['Feed']
