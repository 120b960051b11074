"""The search with its filters."""

from components.search_bar.search_bar import SearchBar

__all__ = ['SearchBar']
