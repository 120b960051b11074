"""One pull request beside the list."""

from components.pull_drawer.pull_drawer import Pull, PullDrawer

__all__ = ['Pull', 'PullDrawer']
