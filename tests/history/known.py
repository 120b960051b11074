"""Histories that went wrong once, or that show alone what some line of ours is for."""

from tests.github.sender import DOUBLE, DROP, SEND, Fate
from tests.history.steps import Change, Crash, Do, Fail, Happen, Hear, Restart, Slow, Stamp, Step, Wait

History = tuple[Step, ...]
TICK = Do('tick')


def happen(what: str, number: int, fate: Fate = DROP, *, flag: bool = False) -> Happen:
    """Let something happen to a pull of the first repository."""
    return Happen(what, home=0, number=number, by='ann', flag=flag, fate=fate)


BY_GRAPH: dict[str, History] = {
    'a check that ran again ended as before': (
        TICK,
        Slow('tick', nth=0, is_found_late=True, meanwhile=(happen('pass', 4),)),
        happen('pass', 4),
    ),
    'a change got its time stamp late, behind others': (
        TICK,
        Wait(31),
        Wait(31),
        happen('retitle', 5),
        Wait(5),
        happen('retitle', 3),
        TICK,
        Wait(31),
        Stamp(home=0, number=9, ago_s=40, other=6),
    ),
    'a change fell into the second of the last read': (TICK, happen('retitle', 1), TICK, happen('draft', 1)),
    'a check moved, and nobody told': (TICK, Wait(31), TICK, happen('check', 1, flag=True)),
    'a delivery came twice': (TICK, happen('retitle', 1, DOUBLE), Hear(0)),
    'a pull was not found for a moment, and then read in doubt': (
        happen('status', 1, SEND),
        TICK,
        Fail((3, 3)),
        Hear(3),
    ),
    'a process was killed amid its first read': (Crash(200, seed=0, is_of_all=True),),
    'a process was killed while it read what a webhook named': (
        TICK,
        Wait(31),
        TICK,
        happen('recolour', 1, SEND),
        Crash(42, seed=0, is_of_all=True),
    ),
    'a repository is named, and gone': (
        TICK,
        Change('delete', home=0, fate=DROP),
        Restart(('acme/api', 'acme/web'), closed_days=2),
    ),
}
BY_REST: dict[str, History] = {
    'a list was sent before a pull was read, and found after that': (
        TICK,
        Wait(31),
        Slow(
            'tick',
            nth=3,
            is_found_late=True,
            meanwhile=(happen('retitle', 1, SEND), Wait(5), Hear(0), Wait(5), happen('draft', 1, flag=True)),
        ),
    ),
}
