"""``make demo-github`` starts our own GitHub by hand."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.usefixtures('npm')
def test_it_says_where_it_is_and_what_to_type_and_ends_on_ctrl_c() -> None:
    command = [sys.executable, '-m', 'tests.github', '--quiet', '--pulls', '60', '--token', 'mine']
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            said = [process.stdout.readline() for _ in range(6)]
            (line,) = [line for line in said if 'make run' in line]
            settings = dict(re.findall(r"REVIEWFLOW_(\w+)='?([^' ]+)", line))
            url, headers = settings['GITHUB__API_URL'], {'authorization': 'Bearer mine'}
            query = {'query': '{ repository(owner: "acme", name: "api") { pullRequests { totalCount } } }'}
            with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60) as http:
                names = http.get('/orgs/acme/repos').json()
                refused = http.post('/graphql', json=query).json()
        finally:
            os.kill(process.pid, signal.SIGINT)
    assert process.returncode == 0
    assert 'REVIEWFLOW_PORT=8001' in said[5]
    assert settings['GITHUB__TOKEN'] == 'mine'
    assert settings['GITHUB__REPOSITORIES'] == 'acme/*'
    assert len(names) == 8
    assert refused['errors'][0]['type'] == 'MISSING_PAGINATION_BOUNDARIES'
