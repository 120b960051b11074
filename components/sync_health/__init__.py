"""How everything is read, to the last repository."""

from components.sync_health.sync_health import SyncHealth

__all__ = ['SyncHealth']
