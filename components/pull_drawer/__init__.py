"""One pull request beside the list."""

from components.pull_drawer.pull_drawer import PullDrawer

__all__ = ['PullDrawer']
