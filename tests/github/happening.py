"""All that can happen to a pull, by name: for random histories, and for a GitHub that lives."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.github import shape
from tests.github.state import Pull, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that somebody does to a pull; ``flag`` chooses between two ways to do it."""

    github: State
    name: str
    number: int
    by: str
    flag: bool

    @property
    def pull(self) -> Pull:
        return self.github.pull(self.name, self.number)

    @property
    def is_open(self) -> bool:
        return bool(self.pull.listed['state'] == 'open')


def happen(what: str, happening: Happening) -> None:
    """Let it happen, as far as it can: a merged pull is not merged again."""
    HAPPENINGS[what](happening)


def _label(it: Happening) -> None:
    labels = it.pull.listed['labels']
    it.github.edit(it.name, it.number, labels=[*labels[-1:], {'name': f'of {it.by}', 'color': 'ff0000'}])


def _recolour(it: Happening) -> None:
    for label in it.pull.listed['labels'][:1]:
        it.github.edit_label(it.name, label['name'], color='00ff00' if it.flag else '0000ff')


def _delete_label(it: Happening) -> None:
    for label in it.pull.listed['labels'][:1]:
        it.github.delete_label(it.name, label['name'])


def _rename_label(it: Happening) -> None:
    for label in it.pull.listed['labels'][-1:]:
        name = f'{"more" if it.flag else "less"} of {it.by}'
        if name not in it.github.repo(it.name).labels:
            it.github.edit_label(it.name, label['name'], name=name)


def _rename_milestone(it: Happening) -> None:
    if (milestone := it.pull.listed['milestone']) is not None:
        title = f'{"More" if it.flag else "Fewer"} of {it.by}'
        it.github.edit_milestone(it.name, milestone['number'], title=title)


def _milestone(it: Happening) -> None:
    milestone = it.github.add_milestone(it.name, f'Wish of {it.by}') if it.flag else None
    it.github.edit(it.name, it.number, milestone=milestone)


def _ask_people(it: Happening) -> None:
    logins = [it.by, 'dependabot[bot]'] if it.flag else [it.by]
    it.github.request_review(it.name, it.number, *dict.fromkeys(logins), as_code_owner=it.flag)


def _ask_team(it: Happening) -> None:
    it.github.request_team(it.name, it.number, 'core', *(['api'] if it.flag else []), as_code_owner=it.flag)


def _review(it: Happening) -> None:
    state = 'APPROVED' if it.flag else 'CHANGES_REQUESTED'
    it.github.review(it.name, it.number, by=it.by, state=state)


def _dismiss(it: Happening) -> None:
    for review in it.pull.reviews[-1:]:
        it.github.dismiss(it.name, it.number, review['id'])


def _thread(it: Happening) -> None:
    thread = it.github.open_thread(it.name, it.number, by=it.by)
    if it.flag:
        it.github.reply(it.name, it.number, thread, by='ann')


def _resolve(it: Happening) -> None:
    for thread in it.pull.threads[:1]:
        change = it.github.resolve_thread if it.flag else it.github.unresolve_thread
        change(it.name, it.number, thread['id'], by=it.by)


def _merge(it: Happening) -> None:
    if it.is_open:
        it.github.merge(it.name, it.number)


def _close(it: Happening) -> None:
    if it.is_open:
        it.github.close(it.name, it.number)


def _reopen(it: Happening) -> None:
    if not it.is_open and it.pull.listed['merged_at'] is None:
        it.github.reopen(it.name, it.number)


def _check(it: Happening) -> None:
    it.github.check(it.name, it.number, f'test of {it.by}', 'failure' if it.flag else None)


def _pass(it: Happening) -> None:
    it.github.check(it.name, it.number, f'test of {it.by}', 'success')


def _status(it: Happening) -> None:
    it.github.status(
        it.name, it.number, f'build of {it.by}', 'error' if it.flag else 'pending', description='Well'
    )


def _draft(it: Happening) -> None:
    change = it.github.convert_to_draft if it.flag else it.github.mark_ready
    change(it.name, it.number)


def _retarget(it: Happening) -> None:
    it.github.retarget(it.name, it.number, 'next' if it.flag else 'main')


def _retitle(it: Happening) -> None:
    it.github.edit(it.name, it.number, title=f'{it.by.title()} has a better title', body=f'Of {it.by}')


def _queue(it: Happening) -> None:
    if it.flag and it.is_open:
        it.github.enqueue(it.name, it.number, by=it.by)
    elif it.pull.queued_at is not None:
        it.github.dequeue(it.name, it.number, by=it.by)


HAPPENINGS: dict[str, Callable[[Happening], None]] = {
    'ask people': _ask_people,
    'ask team': _ask_team,
    'assign': lambda it: it.github.edit(it.name, it.number, assignees=[shape.user(it.by)]),
    'check': _check,
    'close': _close,
    'comment': lambda it: _ignore(it.github.comment(it.name, it.number, by=it.by)),
    'delete label': _delete_label,
    'dismiss': _dismiss,
    'draft': _draft,
    'label': _label,
    'lock': lambda it: it.github.edit(it.name, it.number, locked=it.flag),
    'merge': _merge,
    'mergeable': lambda it: it.github.set_mergeable(it.name, it.number, None if it.flag else False),
    'milestone': _milestone,
    'pass': _pass,
    'push': lambda it: _ignore(it.github.push(it.name, it.number, forced=it.flag)),
    'queue': _queue,
    'recolour': _recolour,
    'rename label': _rename_label,
    'rename milestone': _rename_milestone,
    'reopen': _reopen,
    'resolve': _resolve,
    'retarget': _retarget,
    'retitle': _retitle,
    'review': _review,
    'status': _status,
    'thread': _thread,
}


def _ignore(_: object) -> None:
    """Ids are nobody's business here."""
