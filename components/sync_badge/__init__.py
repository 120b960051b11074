"""How the sync goes."""

from components.sync_badge.sync_badge import SyncBadge

__all__ = ['SyncBadge']
