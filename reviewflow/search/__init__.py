"""Finding pulls: free words and GitHub's operators, what they mean, and what could be typed next."""

from reviewflow.search.index import Index
from reviewflow.search.query import LENGTH_MAX, Search, parse
from reviewflow.search.suggestion import Suggestion, suggest

__all__ = ['LENGTH_MAX', 'Index', 'Search', 'Suggestion', 'parse', 'suggest']
