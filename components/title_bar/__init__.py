"""The head of a list."""

from components.title_bar.title_bar import TitleBar

__all__ = ['TitleBar']
