"""What a token turned out to be, in words; pure."""

from urllib.parse import urlsplit

from reviewflow.connection import Seen, TokenReport
from reviewflow.settings import GITHUB_API
from reviewflow.text import shown
from reviewflow.words import counted

USUAL_HOST = urlsplit(GITHUB_API).hostname


def account_line(report: TokenReport) -> str:
    """Say whose token it is, what it may do and what is left: "Signed in as ann · …"."""
    budget = report.budget
    parts = [
        f'Signed in as {shown(report.login)}' if report.login else 'The token works, and is of an app',
        _scopes(report),
        '' if report.host in {'', USUAL_HOST} else f'at {report.host}',
        f'until {report.expires_at:%-d %B %Y}' if report.expires_at else '',
        f'{budget.remaining:,} of {budget.limit:,} requests left' if budget else '',
    ]
    return ' · '.join(part for part in parts if part)


def warnings(report: TokenReport, seen: Seen) -> list[str]:
    """Say what one might miss, and why."""
    found = []
    if report.sees_public_only:
        found.append('Without the scope repo this token sees public repositories only')
    if report.sees_no_teams:
        found.append('Without the scope read:org this token is not told which teams are asked for a review')
    if seen.hidden_organisations:
        hide = 'hides its' if seen.hidden_organisations == 1 else 'hide their'
        organisations = counted(seen.hidden_organisations, 'organisation')
        found.append(
            f'{organisations} {hide} repositories until the token is approved for single sign-on (SSO)'
        )
    if seen.has_more:
        found.append(f'The {len(seen.repositories):,} last pushed to are listed; add others by name')
    return found


def _scopes(report: TokenReport) -> str:
    if report.scopes is None:
        return 'fine-grained' if report.login else ''
    return f'scopes {shown(", ".join(report.scopes))}' if report.scopes else 'no scopes'
