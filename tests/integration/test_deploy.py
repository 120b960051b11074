"""The page about deployment shows what works; its nginx is run by ``tests/browser/test_proxy.py``."""

import getpass
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = (ROOT / 'docs/deploy.md').read_text('utf-8')


@pytest.fixture
def unit() -> str:
    """The documented service."""
    (unit,) = re.findall(r'```ini\n(.*?)```', DEPLOY, re.DOTALL)
    return str(unit)


@pytest.mark.wants('systemd-analyze')
def test_systemd_finds_nothing_wrong_with_the_service(unit: str, tmp_path: Path) -> None:
    for shown, here in (
        ('/opt/reviewflow/.venv/bin/python', sys.executable),
        ('/opt/reviewflow/main.py', str(ROOT / 'main.py')),
        ('User=reviewflow', f'User={getpass.getuser()}'),
    ):
        assert shown in unit
        unit = unit.replace(shown, here)
    file = tmp_path / 'reviewflow.service'
    file.write_text(unit)
    checked = subprocess.run(
        ['systemd-analyze', 'verify', '--man=no', file], capture_output=True, text=True, check=False
    )
    said = [line for line in checked.stderr.splitlines() if 'reviewflow.service' in line]
    assert (checked.returncode, said) == (0, [])


def test_the_service_gives_up_on_a_wrong_setting_and_keeps_secrets_from_others(unit: str) -> None:
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as the module's documentation has it
    parser.read_string(unit)
    service = parser['Service']
    assert service['RestartPreventExitStatus'] == '2'
    assert (service['UMask'], service['StateDirectoryMode']) == ('0077', '0700')
    assert service['ProtectSystem'] == 'strict'
