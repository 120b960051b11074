"""Write ``docs/configuration.md`` from the settings; a test fails when it is out of date."""

from pathlib import Path

from pydantic_core import PydanticUndefined

from reviewflow.settings import Setting, all_settings

TARGET = Path(__file__).parent / 'configuration.md'
HEAD = """# Configuration

Generated from `reviewflow/settings.py` by `make docs`.

Every setting has a name in the environment and, unless it is a secret, a flag.
The strongest source wins: flags, then `<NAME>_FILE` (secrets only), then the environment, then a file `.env` in the working directory, then the default.
A malformed value, an unknown flag or an unknown name in `.env` stops the start with one line and exit status 2; an unknown `REVIEWFLOW_*` in the environment is a warning.

| variable | flag | default | meaning |
|---|---|---|---|
"""


def markdown() -> str:
    """Give the page."""
    return HEAD + ''.join(row(setting) for setting in all_settings())


def row(setting: Setting) -> str:
    """Give the line of one setting."""
    flag = 'secret' if setting.is_secret else f'`{setting.flag}`'
    default = setting.field.default
    shown = '–' if default in {None, PydanticUndefined, ()} else f'`{default}`'
    return f'| `{setting.variable}` | {flag} | {shown} | {setting.field.description} |\n'


if __name__ == '__main__':
    TARGET.write_text(markdown(), 'utf-8')
