"""The list of pull requests."""

from components.pull_list.pull_list import PAGE_MAX, PullList

__all__ = ['PAGE_MAX', 'PullList']
