"""GitHub by GraphQL: pulls that are too much for it, and are read by REST."""

import pytest

from reviewflow.forge import Pulse
from reviewflow.models import Repository
from sync.github.forge import GitHubForge
from tests.builders import NOW
from tests.github import FakeGitHub, fault
from tests.integration.asking import read_pull
from tests.integration.graph.conftest import NAME

pytestmark = pytest.mark.usefixtures('npm')


async def test_what_moves_while_rest_reads_a_pull_is_no_part_of_its_pulse(
    forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull(NAME)
    node_id = (await read_pull(forge, api, number)).node_id
    before = await forge.pulses([node_id])
    github.fail(fault.resources_exceeded(), on='Detail')
    github.fail(fault.after(lambda: github.check(NAME, number)), on='/reviews')

    pull = await read_pull(forge, api, number, node_id)

    assert pull.detail is not None
    assert before == [Pulse(digest=pull.detail.pulse, mergeable=pull.detail.mergeable)]
    assert await forge.pulses([node_id]) != before


@pytest.mark.parametrize('trouble', [
    fault.went_wrong(), fault.status(503), fault.status(403), fault.status(404), fault.lost_nodes(0),
    fault.graphql_limit(NOW),
], ids=['too much', 'in trouble', 'forbidden', 'no GraphQL', 'null', 'used up'])  # fmt: skip
async def test_a_pull_whose_pulse_is_not_to_be_had_is_read_by_rest_all_the_same(
    trouble: fault.Fault, forge: GitHubForge, github: FakeGitHub, api: Repository
) -> None:
    number = github.open_pull(NAME)
    node_id = (await read_pull(forge, api, number)).node_id
    github.fail(fault.resources_exceeded(), on='Detail')
    github.fail(*[trouble] * 4, on='Heartbeat')

    pull = await read_pull(forge, api, number, node_id)

    assert pull.detail is not None
    assert pull.detail.pulse == ''
