"""The benchmark still runs, whatever its figures are."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.usefixtures('npm')
def test_everything_is_measured_and_nothing_gets_lost(tmp_path: Path) -> None:
    out = tmp_path / 'figures.json'

    done = subprocess.run(
        [sys.executable, '-m', 'benchmarks', '--quick', '--pages', '20', '--out', out],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(out.read_text())
    assert set(figures['pages']['20']) == {'opening', 'push', 'idle', 'steady', 'burst', 'faults', 'restart'}
    assert max(figures['soak']['left'].values()) <= 0
    assert set(figures['feeds']['20']) == {'title', 'merge', 'burst', 'memory_kb', 'idle'}
    assert figures['feeds']['20']['idle']['messages_per_quiet_tick'] == 0
    assert {name: figures['pages']['20']['faults'][name] for name in ('lost', 'doubled', 'stale')} == {
        'lost': 0,
        'doubled': 0,
        'stale': 0,
    }
    quiet = figures['sync']['tick']['quiet']
    assert (quiet['writes'], quiet['told']) == (0, 0)
    assert quiet['points'] <= 5
    assert figures['hook']['pages'] == 20
