"""What we ask GitHub by GraphQL; a test holds every document against GitHub's own schema.

Sources:
    https://docs.github.com/en/graphql/reference/objects#pullrequest
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    https://github.com/cli/cli/issues/812 (fields of a team need a scope of their own)
    https://github.com/mntnr/name-your-contributors/issues/72 (so do those of an organisation)
"""

RATE = """
  rateLimit { cost limit remaining resetAt }
"""

CHANGED = f"""
query Changed($ids: [ID!]!, $first: Int!, $after: String, $states: [PullRequestState!]) {{
  nodes(ids: $ids) {{
    ... on Repository {{
      id
      databaseId
      nameWithOwner
      pullRequests(
        first: $first, after: $after, states: $states, orderBy: {{field: UPDATED_AT, direction: DESC}}
      ) {{
        totalCount
        pageInfo {{ hasNextPage endCursor }}
        nodes {{ id number state updatedAt }}
      }}
    }}
  }}
{RATE}}}
"""
"""One point for up to a hundred repositories."""

PERSON = """
fragment Person on Actor {
  __typename
  login
  avatarUrl
  ... on Bot { databaseId }
  ... on Mannequin { databaseId }
  ... on Organization { databaseId }
  ... on User { databaseId }
}
"""

PULL = """
fragment Pull on PullRequest {
  id
  fullDatabaseId
  number
  title
  url
  body
  state
  isDraft
  baseRefName
  headRefName
  headRefOid
  createdAt
  updatedAt
  closedAt
  mergedAt
  additions
  deletions
  changedFiles
  totalCommentsCount
  mergeable
  reviewDecision
  isInMergeQueue
  repository { databaseId nameWithOwner }
  author { ...Person }
  milestone { title }
  labels(first: 100) { nodes { name color } }
  assignees(first: 20) { nodes { ...Person } }
  reviewRequests(first: 100) {
    nodes {
      asCodeOwner
      requestedReviewer {
        ... on Bot { ...Person }
        ... on Mannequin { ...Person }
        ... on Team { slug }
        ... on User { ...Person }
      }
    }
  }
  reviews(last: 100, before: $reviews) {
    pageInfo { hasPreviousPage startCursor }
    nodes {
      fullDatabaseId
      state
      submittedAt
      authorAssociation
      author { ...Person }
      commit { oid }
    }
  }
  reviewThreads(first: 100, after: $threads) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { isResolved }
  }
  statusCheckRollup {
    state
    contexts(first: 100, after: $contexts) {
      checkRunCountsByState { state count }
      statusContextCountsByState { state count }
      pageInfo { hasNextPage endCursor }
      nodes {
        ... on CheckRun {
          databaseId
          name
          status
          conclusion
          startedAt
          completedAt
          detailsUrl
          permalink
          checkSuite { app { slug name } }
        }
        ... on StatusContext { context state createdAt targetUrl }
      }
    }
  }
}
"""

OF_ORGANISATIONS = ('... on Organization { databaseId }', '... on Team { slug }')
"""What a classic token without ``read:org`` may not ask for: for one such line all is refused."""


def detail(*, may_read_org: bool) -> str:
    """Ask for pulls, a point for about sixteen; with the cursors of one, for what is behind its first pages.

    Unless the token may read organisations, teams that are asked are left out.
    """
    return f"""
query Detail($ids: [ID!]!, $reviews: String, $threads: String, $contexts: String) {{
  nodes(ids: $ids) {{ ... on PullRequest {{ ...Pull }} }}
{RATE}}}
{_fragments(may_read_org=may_read_org)}"""


def numbered(*, may_read_org: bool) -> str:
    """As :func:`detail`, for one pull of which we know only the number."""
    return f"""
query Numbered($id: ID!, $number: Int!, $reviews: String, $threads: String, $contexts: String) {{
  node(id: $id) {{ ... on Repository {{ pullRequest(number: $number) {{ ...Pull }} }} }}
{RATE}}}
{_fragments(may_read_org=may_read_org)}"""


HEARTBEAT = f"""
query Heartbeat($ids: [ID!]!) {{
  nodes(ids: $ids) {{
    ... on PullRequest {{
      id
      updatedAt
      state
      isDraft
      headRefOid
      totalCommentsCount
      mergeable
      reviewDecision
      isInMergeQueue
      statusCheckRollup {{
        state
        contexts(first: 1) {{
          checkRunCountsByState {{ state count }}
          statusContextCountsByState {{ state count }}
        }}
      }}
    }}
  }}
{RATE}}}
"""
"""A point for a hundred pulls."""


def _fragments(*, may_read_org: bool) -> str:
    lines = (PULL + PERSON).splitlines(keepends=True)
    return ''.join(line for line in lines if may_read_org or line.strip() not in OF_ORGANISATIONS)
