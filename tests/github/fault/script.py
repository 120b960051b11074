"""Faults by name, for playing them by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.github.fault import of_graphql, plain, true_answer
from tests.github.fault.plain import Fault

SOON = timedelta(seconds=20)
SCRIPT: dict[str, Callable[[], Fault]] = {
    '502': lambda: plain.status(502),
    '504': lambda: of_graphql.graphql_timeout(504),
    'half': true_answer.cut,
    'hang': plain.hang,
    'html': plain.html,
    'limit': lambda: plain.primary_limit(datetime.now(UTC) + SOON),
    'limit-by-graphql': lambda: of_graphql.graphql_limit(datetime.now(UTC) + SOON),
    'lost-nodes': of_graphql.lost_nodes,
    'secondary': lambda: plain.secondary_limit(SOON),
    'secondary-by-graphql': lambda: of_graphql.graphql_secondary_limit(SOON),
    'slow': lambda: true_answer.slow(8),
    'too-heavy': of_graphql.resources_exceeded,
    'went-wrong': of_graphql.went_wrong,
    'wrong-clock': lambda: true_answer.wrong_date(timedelta(hours=2)),
}
"""Name → what goes wrong with every request while it is played."""
ONLY_GRAPHQL = {'504', 'limit-by-graphql', 'lost-nodes', 'secondary-by-graphql', 'too-heavy', 'went-wrong'}
"""What makes no sense over REST."""
DOWN = 'down'
"""Nobody listens: no fault of an answer, as there is none."""
