"""GitHub's GraphQL over the same state as its REST, executed over GitHub's own SDL.

A field of the SDL that nobody taught us is an error in the answer, and in the log, which fails the test.
"""

from tests.github.graphql.answer import GraphQL
from tests.github.graphql.asking import Allowance

__all__ = ['Allowance', 'GraphQL']
