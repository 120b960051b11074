"""The cast: who works at Harborline, on what, with which checks. All of it is invented."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reviewflow.models import Label, Person, Repository
from reviewflow.picture import Picture

OWNER = 'harborline'
PATTERN = f'{OWNER}/*'
PORTRAITS = Path(__file__).parent / 'portraits'


def _person(id_: int, login: str, *, is_bot: bool = False) -> Person:
    return Person(id=id_, login=login, avatar_url=f'/dashboard/avatars/{id_}', is_bot=is_bot)


ANA = _person(1001, 'ana-kovacic')
ELIF = _person(1002, 'elif-aydin')
FREYA = _person(1003, 'freya-holm')
JONAS = _person(1004, 'jonas-weissbach')
KWAME = _person(1005, 'kwame-boadu')
LUCA = _person(1006, 'luca-ferrante')
MEI = _person(1007, 'mei-tanabe')
NOAH = _person(1008, 'noah-lindqvist')
PRIYA = _person(1009, 'priya-raman')
TOMAS = _person(1010, 'tomas-vidal')
BOT = _person(1099, 'deps-bot', is_bot=True)

CAST = {person.id: person for person in (ANA, ELIF, FREYA, JONAS, KWAME, LUCA, MEI, NOAH, PRIYA, TOMAS, BOT)}

LABELS = {
    name: Label(name=name, color=color)
    for name, color in {
        'a11y': '0e8a16',
        'android': '3ddc84',
        'breaking': 'b60205',
        'bug': 'd73a4a',
        'capacity': 'f9d0c4',
        'checkout': 'bfd4f2',
        'dependencies': '0366d6',
        'documentation': '0075ca',
        'domain': '006b75',
        'enhancement': 'a2eeef',
        'ios': '1d76db',
        'migration': 'c5def5',
        'payments': '5319e7',
        'performance': 'fbca04',
        'regression': 'd93f0b',
        'reports': 'fef2c0',
        'security': 'ee0701',
        'tests': 'c2e0c6',
        'tooling': 'ededed',
        'ux': 'd4c5f9',
    }.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One repository and the people around it."""

    repository: Repository
    first_number: int
    people: tuple[Person, ...]
    """Who writes and reviews here."""
    team: str
    """Slug of the team that may be asked as a whole."""
    checks: tuple[str, ...]
    packages: dict[str, str]
    """What the bot keeps up to date → the version in use at the beginning; each name in one project only."""
    owners: tuple[Person, ...]
    """Who is asked because they own the code."""
    milestones: tuple[str, ...]
    has_queue: bool
    """Whether pulls wait in a merge queue."""


def _project(
    name: str,
    number: int,
    *,
    first_number: int,
    team: str,
    people: tuple[Person, ...],
    checks: str,
    packages: str,
    milestones: str,
    has_queue: bool = False,
) -> Project:
    return Project(
        repository=Repository(id=number, name=f'{OWNER}/{name}'),
        first_number=first_number,
        people=people,
        team=team,
        checks=tuple(checks.split()),
        packages=dict(package.split('==') for package in packages.split()),
        owners=people[:2],
        milestones=tuple(milestones.split(', ')),
        has_queue=has_queue,
    )


PROJECTS = {
    project.repository.name: project
    for project in (
        _project(
            'payments-api',
            101,
            first_number=4071,
            team='payments',
            people=(TOMAS, MEI, PRIYA, KWAME, ANA),
            checks='build unit integration contract lint types security-scan',
            packages='httpx==0.27.2 pydantic==2.9.1 alembic==1.13.2 uvicorn==0.30.6 structlog==24.4.0',
            milestones='Provider switch, Refunds without a ticket',
            has_queue=True,
        ),
        _project(
            'web',
            102,
            first_number=2284,
            team='storefront',
            people=(ELIF, ANA, MEI, LUCA, JONAS),
            checks='build unit e2e-chromium e2e-firefox e2e-webkit lint types bundle-size',
            packages='vite==6.2.1 vitest==3.0.5 typescript==5.6.2 eslint==9.12.0 msw==2.4.9 zod==3.23.8',
            milestones='Checkout in one page, Spring sale',
            has_queue=True,
        ),
        _project(
            'ledger',
            103,
            first_number=881,
            team='ledger',
            people=(PRIYA, KWAME, TOMAS, NOAH),
            checks='build unit property-tests replay lint',
            packages='sqlalchemy==2.0.35 hypothesis==6.112.1 psycopg==3.2.2 orjson==3.10.7',
            milestones='Audit 2026, Month end without a freeze',
        ),
        _project(
            'infra',
            104,
            first_number=1421,
            team='platform',
            people=(NOAH, JONAS, KWAME, FREYA),
            checks='plan validate policy cost-estimate',
            packages='opentofu==1.8.2 helm==3.16.1 cert-manager==1.15.3 argo-cd==2.12.4',
            milestones='Third zone, Keys that rotate',
        ),
        _project(
            'design-system',
            105,
            first_number=587,
            team='design',
            people=(FREYA, ELIF, LUCA, ANA),
            checks='build unit visual-diff a11y lint',
            packages='storybook==8.3.4 stylelint==16.9.0 postcss==8.4.47 axe-core==4.10.0',
            milestones='2.0, Accessible by default',
        ),
        _project(
            'mobile',
            106,
            first_number=1763,
            team='mobile',
            people=(LUCA, MEI, FREYA, JONAS),
            checks='build-ios build-android unit snapshots device-farm lint',
            packages='react-native==0.75.3 fastlane==2.222.0 detox==20.27.2 kotlin==2.0.20',
            milestones='7.3, Offline first',
            has_queue=True,
        ),
        _project(
            'docs',
            107,
            first_number=331,
            team='writers',
            people=(ANA, JONAS, PRIYA, FREYA),
            checks='build links spelling',
            packages='mkdocs==1.6.1 mkdocs-material==9.5.39 vale==3.7.1',
            milestones='Guides for 2.0',
        ),
    )
}
"""``owner/name`` → the project."""


@cache
def portrait(person: Person) -> Picture | None:
    """Read the drawing of somebody; None for people who do not work here."""
    known = CAST.get(person.id)
    if known is None:
        return None
    return Picture(content=(PORTRAITS / f'{known.login}.svg').read_bytes(), media_type='image/svg+xml')
