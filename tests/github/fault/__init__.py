"""What can go wrong between GitHub and us: hand these to :meth:`FakeGitHub.fail` or ``always``.

>>> github.fail(None, fault.status(502))  # the second request from now
>>> github.fail(fault.lost_nodes(0), on='Detail')  # the next of this GraphQL operation
>>> github.always(fault.hang(), on='/pulls')  # every request of this path, until …
>>> github.calm()
"""

from tests.github.fault.of_graphql import (
    graphql_limit,
    graphql_secondary_limit,
    graphql_timeout,
    lost_nodes,
    refused_document,
    resources_exceeded,
    too_many_nodes,
    went_wrong,
)
from tests.github.fault.plain import (
    Fault,
    drop,
    endless,
    gzip_bomb,
    half_json,
    hang,
    html,
    primary_limit,
    redirect,
    secondary_limit,
    status,
    text,
    trickle,
)
from tests.github.fault.true_answer import (
    after,
    altered,
    before,
    cut,
    drip,
    signed_pictures,
    slow,
    wrong_date,
)

__all__ = [
    'Fault',
    'after',
    'altered',
    'before',
    'cut',
    'drip',
    'drop',
    'endless',
    'graphql_limit',
    'graphql_secondary_limit',
    'graphql_timeout',
    'gzip_bomb',
    'half_json',
    'hang',
    'html',
    'lost_nodes',
    'primary_limit',
    'redirect',
    'refused_document',
    'resources_exceeded',
    'secondary_limit',
    'signed_pictures',
    'slow',
    'status',
    'text',
    'too_many_nodes',
    'trickle',
    'went_wrong',
    'wrong_date',
]
