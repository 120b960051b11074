"""What happens at our own GitHub happens whole, whoever asks meanwhile."""

from concurrent.futures import ThreadPoolExecutor, wait

import httpx

from tests.github import FakeGitHub, serve

NAME = 'acme/api'
PEEP_S = 0.2
"""So long an answer has to come too early."""


def test_nobody_sees_a_part_of_it() -> None:
    github = FakeGitHub()
    github.add_repository(NAME)
    number = github.open_pull(NAME)
    headers = {'Authorization': f'Bearer {github.token}'}
    with serve(github) as url, ThreadPoolExecutor() as others:
        path = f'{url}/repos/{NAME}/pulls/{number}'
        asked = []

        def ask(event: str, *_: object) -> None:
            assert event in {'push', 'pull_request'}
            if event == 'push':  # amid it: the head is set afterwards
                asked.append(others.submit(httpx.get, path, headers=headers, trust_env=False))
                wait(asked, PEEP_S)

        github.on_event(ask)
        commit = github.push(NAME, number)

        assert asked[0].result().json()['head']['sha'] == commit
