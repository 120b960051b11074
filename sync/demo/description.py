"""What the authors of the pretend team write below their titles: by hand, in ``texts/``.

It takes nothing from the dice of the story, which goes on as it would without.
"""

from functools import cache
from html import escape
from pathlib import Path
from random import Random

from reviewflow.models import Description
from sync.demo.team import OWNER, Project

_FOLDER = Path(__file__).parent / 'texts'
_FIXES = (
    'Close files when reading is broken off',
    'Do not fail on an empty configuration',
    'Handle paths that contain spaces',
    'Keep the order of entries that have the same name',
    'Name the line of a syntax error',
    'Release memory after large inputs',
    'Respect the proxy of the environment',
    'Stop retrying when the caller has given up',
)
_FEATURES = (
    'Add a setting for the number of workers',
    'Add types for the public interface',
    'Read the configuration from standard input, too',
    'Say which version is needed when one is not supported',
    'Support the newest version of the platform',
)


@cache
def texts(name: str) -> dict[str, str]:
    """Read a file of texts: title → Markdown."""
    parts = ('\n' + (_FOLDER / f'{name}.md').read_text('utf-8')).split('\n# ')[1:]
    return {title: text.strip() for title, _, text in (part.partition('\n') for part in parts)}


def of_task(text: str, project: Project, number: int) -> Description:
    """Describe a person's pull; the issue that it mentions was there before the story began."""
    issue = project.first_number - _dice(project, number).randint(3, 300)
    return Description.of(text.replace('#ISSUE', f'#{issue}'))


def of_bump(project: Project, number: int, package: str, *, old: str, new: str) -> Description:
    """Describe a pull of the bot, in its own way."""
    dice = _dice(project, number)
    is_patch = old.rpartition('.')[0] == new.rpartition('.')[0]
    news = {'Features': [] if is_patch else dice.sample(_FEATURES, 2), 'Fixes': dice.sample(_FIXES, 3)}
    address = f'https://packages.{OWNER}.example/{package}'
    commits = [
        f'- [`{sha[:7]}`]({address}/commit/{sha}) {subject}'
        for subject in (f'Release {new}', *news['Fixes'], *news['Features'])
        for sha in [f'{dice.getrandbits(160):040x}']
    ]
    values = {
        'PACKAGE': package,
        'OLD': old,
        'NEW': new,
        'NOTES': '\n'.join(_listed(heading, lines) for heading, lines in news.items() if lines),
        'COMMITS': '\n'.join(commits),
        'KIND': 'patch' if is_patch else 'minor',
        'REPOSITORY': project.repository.name,
        'SCORE': str(dice.randint(91, 100)),
    }
    text = (_FOLDER / 'bump.md').read_text('utf-8')
    for name, value in values.items():
        text = text.replace(name, value)
    return Description.of(text)


def _listed(heading: str, lines: list[str]) -> str:
    items = '\n'.join(f'<li>{escape(line)}</li>' for line in lines)
    return f'<h3>{heading}</h3>\n<ul>\n{items}\n</ul>'


def _dice(project: Project, number: int) -> Random:
    return Random(f'{project.repository.name}#{number}')  # noqa: S311  # a story, no secret
