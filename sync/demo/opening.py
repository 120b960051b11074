"""How a pull of the pretend team comes into the world."""

from dataclasses import replace
from random import Random

from reviewflow.models import Detail, Person, PullRequest
from sync.demo import aside
from sync.demo.backlog import Task
from sync.demo.changes import Moment, new_head, started_checks
from sync.demo.description import of_bump, of_task
from sync.demo.team import BOT, LABELS, OWNER, Project

_SMALL_WORDS = """
    a above after all an and any around as at back be before behind but by every for from has how in instead
    into is it its may more no not of on one only or so stay than that the their them then through to too two
    under until was what when where which while why with
"""


def task(project: Project, number: int, work: Task, now: Moment) -> PullRequest:
    """Open a pull that a person wrote."""
    author, *others = now.random.sample(project.people, len(project.people))
    added = int(now.random.lognormvariate(4, 1.2)) + 1
    deleted = int(added * now.random.uniform(0, 1.2))
    pull = _opened(
        project, number, now, title=work.title, head=branch(work.title), author=author, lines=(added, deleted)
    )
    is_draft = now.random.random() < 0.2
    return replace(
        pull,
        is_draft=is_draft,
        labels=work.labels,
        description=of_task(work.text, project, number),
        assignees=(author,) if now.random.random() < 0.3 else (),
        requested_reviewers=() if is_draft else tuple(others[: now.random.randint(0, 2)]),
        requested_teams=(project.team,) if now.random.random() < 0.15 else (),
        milestone=aside.milestone(project, number),
    )


def bump(project: Project, number: int, package: str, now: Moment, *, old: str, new: str) -> PullRequest:
    """Open a pull in which the bot brings a package up to date."""
    title, head = f'Bump {package} from {old} to {new}', f'deps/{package}-{new}'
    lines = now.random.randint(1, 14)
    return replace(
        _opened(project, number, now, title=title, head=head, author=BOT, lines=(lines, lines)),
        labels=(LABELS['dependencies'],),
        description=of_bump(project, number, package, old=old, new=new),
        requested_reviewers=(now.random.choice(project.people),),
    )


def next_version(version: str, random: Random) -> str:
    """Release a package: mostly a patch, sometimes a minor version."""
    major, minor, patch = map(int, version.split('.'))
    return f'{major}.{minor}.{patch + 1}' if random.random() < 0.6 else f'{major}.{minor + 1}.0'


def branch(title: str) -> str:
    """Name a branch after the first telling words of a title, its verb left out."""
    words = ''.join(letter if letter.isalnum() else ' ' for letter in title.replace("'", '').lower()).split()
    small = _SMALL_WORDS.split()
    return '-'.join([word for word in words[1:] if word not in small][:3])


def _opened(
    project: Project,
    number: int,
    now: Moment,
    *,
    title: str,
    head: str,
    author: Person,
    lines: tuple[int, int],
) -> PullRequest:
    name = project.repository.name
    head_sha = new_head(now.random)
    return PullRequest(
        repository=name,
        number=number,
        title=title,
        url=f'https://git.{OWNER}.example/{name}/pull/{number}',
        author=author,
        is_open=True,
        is_draft=False,
        base='main',
        head=head,
        head_sha=head_sha,
        created_at=now.at,
        updated_at=now.at,
        detail=Detail(
            head_sha=head_sha,
            additions=lines[0],
            deletions=lines[1],
            changed_files=1 + int(sum(lines) ** 0.5) // 3,
            comments=0,
            mergeable=True,
            reviews=(),
            checks=started_checks(project, now.at),
            threads=0,
            open_threads=0,
        ),
    )
