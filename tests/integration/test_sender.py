"""Our own GitHub's webhooks: what its REST says of them, and how its deliveries go."""

import hashlib
import hmac
import json
from random import Random
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from tests.github import FakeGitHub, sender, serve
from tests.github.delivering import delivering
from tests.integration.github_client import TOKEN
from tests.integration.hook_stand import SECRET, URL, Taker, make_github
from tests.waiting import until

NAME = 'acme/api'
CONFIG = {'url': URL, 'content_type': 'json', 'insecure_ssl': '0', 'secret': SECRET}


@pytest.fixture
def github() -> FakeGitHub:
    return make_github()


@pytest.fixture
def taker(github: FakeGitHub) -> Taker:
    return Taker(github)


async def ask(github: FakeGitHub, method: str, path: str, body: Any = None) -> httpx.Response:
    headers = {'Authorization': f'Bearer {TOKEN}'}
    async with httpx.AsyncClient(transport=github.transport, base_url=github.url, headers=headers) as client:
        return await client.request(method, f'/repos/{NAME}/{path}', json=body)


# REST


async def test_a_hook_has_what_github_presets_and_its_secret_is_masked(
    github: FakeGitHub, taker: Taker
) -> None:
    answer = await ask(github, 'POST', 'hooks', {'config': {'url': URL, 'secret': SECRET}})

    hook = answer.json()
    assert answer.status_code == 201
    assert (hook['type'], hook['name'], hook['active'], hook['events']) == (
        'Repository',
        'web',
        True,
        ['push'],
    )
    assert hook['config'] == {'url': URL, 'content_type': 'form', 'insecure_ssl': '0', 'secret': '********'}
    assert (await ask(github, 'GET', f'hooks/{hook["id"]}')).json()['last_response']['code'] == 202
    assert taker.events == ['ping']


async def test_a_new_config_forgets_the_secret_and_other_fields_stay(github: FakeGitHub) -> None:
    id_ = github.add_hook(NAME, URL, content_type='json', secret=SECRET, events=('push',))

    hook = (await ask(github, 'PATCH', f'hooks/{id_}', {'config': {'url': URL}})).json()

    assert hook['config'] == {'url': URL, 'content_type': 'form', 'insecure_ssl': '0'}
    assert (hook['events'], hook['active']) == (['push'], True)


@pytest.mark.parametrize(
    ('second', 'status'),
    [
        ({'config': CONFIG, 'events': ['push', 'star']}, 422),
        ({'config': CONFIG, 'events': ['*']}, 422),
        ({'config': CONFIG, 'events': ['star']}, 201),
        ({'config': CONFIG | {'content_type': 'form'}, 'events': ['push']}, 201),
        ({'config': CONFIG | {'url': f'{URL}/2'}, 'events': ['push']}, 201),
        ({'config': {}, 'events': ['push']}, 422),
        ({'config': CONFIG, 'events': ['nonsense']}, 422),
        ({'config': CONFIG, 'name': 'email'}, 422),
    ],
)
async def test_a_double_and_nonsense_are_refused(
    github: FakeGitHub, taker: Taker, second: Any, status: int
) -> None:
    del taker
    await ask(github, 'POST', 'hooks', {'config': CONFIG, 'events': ['push']})

    assert (await ask(github, 'POST', 'hooks', second)).status_code == status


async def test_a_deleted_hook_is_gone_and_hears_nothing(github: FakeGitHub, taker: Taker) -> None:
    id_ = github.add_hook(NAME, URL, secret=SECRET)

    assert (await ask(github, 'DELETE', f'hooks/{id_}')).status_code == 204
    assert (await ask(github, 'DELETE', f'hooks/{id_}')).status_code == 404
    github.open_pull(NAME)
    assert await github.sender.flush() == 0
    assert taker.taken == []


async def test_without_rights_there_are_no_hooks(github: FakeGitHub) -> None:
    id_ = github.add_hook(NAME, URL)
    github.may_manage_hooks = False

    answers = [await ask(github, 'GET', 'hooks'), await ask(github, 'PATCH', f'hooks/{id_}', {})]
    async with httpx.AsyncClient(transport=github.transport, base_url=github.url) as client:
        answers.append(await client.get(f'/repos/{NAME}/hooks'))

    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_deliveries_are_listed_newest_first_page_by_page(github: FakeGitHub, taker: Taker) -> None:
    del taker
    id_ = github.add_hook(NAME, URL, secret=SECRET)
    for _ in range(5):
        github.open_pull(NAME)
    await github.sender.flush()

    seen: list[int] = []
    path = f'hooks/{id_}/deliveries?per_page=2'
    for _ in range(3):
        answer = await ask(github, 'GET', path)
        seen += [item['id'] for item in answer.json()]
        path = answer.links.get('next', {}).get('url', '').partition(f'{NAME}/')[2]

    assert path == ''
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5


async def test_a_redelivery_has_the_same_guid_and_says_the_same(github: FakeGitHub, taker: Taker) -> None:
    id_ = github.add_hook(NAME, URL, content_type='json', secret=SECRET)
    github.open_pull(NAME)
    await github.sender.flush()
    (first,) = (await ask(github, 'GET', f'hooks/{id_}/deliveries')).json()

    again = await ask(github, 'POST', f'hooks/{id_}/deliveries/{first["id"]}/attempts')

    assert again.status_code == 202
    assert taker.taken[0] == taker.taken[1] == ('pull_request', first['guid'])
    assert taker.payloads[0] == taker.payloads[1]
    (second, _) = (await ask(github, 'GET', f'hooks/{id_}/deliveries')).json()
    assert (second['redelivery'], second['guid']) == (True, first['guid'])
    whole = (await ask(github, 'GET', f'hooks/{id_}/deliveries/{first["id"]}')).json()
    assert whole['request']['payload'] == taker.payloads[0]
    assert whole['request']['headers']['X-GitHub-Delivery'] == first['guid']


# Deliveries


async def numbers(github: FakeGitHub, taker: Taker, *, shuffled_by: Random | None = None) -> list[int]:
    """Flush; give the numbers of the pulls that were told of."""
    taker.payloads.clear()
    arrived = await github.sender.flush(shuffled_by)
    assert arrived == len(taker.payloads)
    return [payload['number'] for payload in taker.payloads]


async def test_deliveries_go_as_planned(github: FakeGitHub, taker: Taker) -> None:
    github.add_hook(NAME, URL, content_type='json', secret=SECRET)
    plan = sender.DROP, sender.DOUBLE, sender.HOLD, sender.late(2), sender.LOSE
    github.sender.plan(*plan)
    for _ in range(6):
        github.open_pull(NAME)

    assert await numbers(github, taker) == [2, 2, 6]
    assert await numbers(github, taker) == []
    assert await numbers(github, taker) == [4]
    assert github.sender.waiting == 1
    github.sender.release()
    assert await numbers(github, taker) == [3]
    assert [each.answer[0] for each in github.sender.deliveries] == [502, 202, 202, 200, 202, 202, 202]


async def test_deliveries_are_shuffled_by_chance_that_can_be_repeated(
    github: FakeGitHub, taker: Taker
) -> None:
    github.add_hook(NAME, URL, content_type='json', secret=SECRET)
    orders = []
    for _ in range(2):
        first = len(github.repo(NAME).pulls) + 1
        for _ in range(9):
            github.open_pull(NAME)
        orders.append([each - first for each in await numbers(github, taker, shuffled_by=Random(4))])

    assert orders[0] == orders[1] != list(range(9))
    assert sorted(orders[0]) == list(range(9))


async def test_each_hook_hears_what_it_wants_under_one_guid(github: FakeGitHub, taker: Taker) -> None:
    github.organisations.add('acme')
    github.add_hook(NAME, URL, events=('pull_request',), secret=SECRET)
    github.add_hook('acme', URL, secret=SECRET)
    github.add_hook(NAME, URL, active=False, secret=SECRET)
    number = github.open_pull(NAME)
    github.review(NAME, number)
    github.add_repository('other/one')
    github.open_pull('other/one')
    await github.sender.flush()

    assert taker.events == ['pull_request', 'pull_request', 'pull_request_review']
    assert len({guid for _, guid in taker.taken}) == 2


@pytest.mark.parametrize('content_type', ['json', 'form'])
async def test_what_is_signed_are_the_bytes_that_travel(github: FakeGitHub, content_type: str) -> None:
    sent: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    github.sender.transport = httpx.MockTransport(take)
    hook = github.add_hook(NAME, URL, content_type=content_type, secret=SECRET)
    github.open_pull(NAME, 'Grüße \ud800')
    await github.sender.flush()

    (request,) = sent
    signature = hmac.new(SECRET.encode(), request.content, hashlib.sha256).hexdigest()
    assert request.headers['x-hub-signature-256'] == f'sha256={signature}'
    assert request.headers['user-agent'].startswith('GitHub-Hookshot/')
    assert request.headers['x-github-hook-id'] == str(hook)
    text = request.content.decode()
    payload = json.loads(text if content_type == 'json' else parse_qs(text)['payload'][0])
    assert payload['pull_request']['title'] == 'Grüße \ud800'


async def test_a_hook_without_a_secret_signs_nothing(github: FakeGitHub, taker: Taker) -> None:
    github.add_hook(NAME, URL)
    github.open_pull(NAME)

    assert await github.sender.flush() == 0
    assert taker.refused == 1


async def test_a_pull_full_of_rubbish_is_told_of_as_it_is(github: FakeGitHub, taker: Taker) -> None:
    github.add_hook(NAME, URL, content_type='json', secret=SECRET)
    number = github.open_pull(NAME, assignees='rubbish', milestone=7)
    github.edit(NAME, number, title={'no': 'title'}, user=3)
    await github.sender.flush()

    assert [payload['action'] for payload in taker.payloads] == ['opened', 'edited']
    assert taker.payloads[1]['pull_request']['title'] == {'no': 'title'}


async def test_over_the_network_a_ping_goes_out_of_the_served_thread(github: FakeGitHub) -> None:
    other = make_github()  # anything that listens will do: it answers 404
    with serve(other) as there, serve(github) as here:
        body = {'config': {'url': f'{there}/webhooks/github', 'secret': SECRET}}
        headers = {'Authorization': f'Bearer {TOKEN}'}
        async with httpx.AsyncClient(base_url=here, headers=headers, trust_env=False) as client:
            hook = (await client.post(f'/repos/{NAME}/hooks', json=body)).json()
            listed: list[Any] = []
            while not listed:
                listed = (await client.get(f'/repos/{NAME}/hooks/{hook["id"]}/deliveries')).json()

    assert [(each['event'], each['status_code']) for each in listed] == [('ping', 404)]


async def test_deliveries_at_once_come_while_others_wait_for_them(github: FakeGitHub) -> None:
    other = make_github()
    with serve(other) as there, delivering(github):
        github.add_hook(NAME, f'{there}/webhooks/github', secret=SECRET)
        numbers = [github.open_pull(NAME) for _ in range(3)]
        await until(lambda: len(github.sender.deliveries) == len(numbers))

    github.open_pull(NAME)
    assert github.sender.waiting == 1, 'nobody delivers any more'


async def test_nothing_leaves_this_machine(github: FakeGitHub) -> None:
    github.add_hook(NAME, URL, secret=SECRET)
    github.open_pull(NAME)

    assert await github.sender.flush() == 0
    assert [each.answer for each in github.sender.deliveries] == [(502, 'failed to connect to host')]
