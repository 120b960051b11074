"""What we ask GitHub by GraphQL; a test holds every document against GitHub's own schema.

Sources:
    https://docs.github.com/en/graphql/reference/objects#pullrequest
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
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
  ... on EnterpriseUserAccount { user { databaseId } }
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

DETAIL = f"""
query Detail($ids: [ID!]!, $reviews: String, $threads: String, $contexts: String) {{
  nodes(ids: $ids) {{ ... on PullRequest {{ ...Pull }} }}
{RATE}}}
{PULL}{PERSON}"""
"""A point for about sixteen pulls; with the cursors of one pull, what lies behind its first pages."""

NUMBERED = f"""
query Numbered($id: ID!, $number: Int!, $reviews: String, $threads: String, $contexts: String) {{
  node(id: $id) {{ ... on Repository {{ pullRequest(number: $number) {{ ...Pull }} }} }}
{RATE}}}
{PULL}{PERSON}"""
"""As Detail, for one pull of which we know only the number."""

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
