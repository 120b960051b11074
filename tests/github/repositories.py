"""What people do with repositories, their labels and milestones."""

from typing import Any

from tests.github import shape, shape_of_parts
from tests.github.holding import Holding, Pull, Repo
from tests.github.shape import Json


class Repositories(Holding):
    """Repositories come, go, move, and have labels and milestones."""

    def add_repository(self, name: str, *, is_private: bool = False, is_archived: bool = False) -> int:
        """Create a repository; gives its id."""
        id_ = next(self._ids)
        data = shape.repository(id_, name, is_private=is_private, is_archived=is_archived)
        data['owner'] = self.owner(name.partition('/')[0])
        repo = Repo(data=data, branches={'main': shape.sha(name, 'main')})
        self.repos.append(repo)
        self._tell('repository', 'created', repo)
        return id_

    def owner(self, login: str) -> Json:
        """Say whose repositories these are: a person's or an organisation's."""
        return shape.user(login, 'Organization' if login in self.organisations else None)

    def rename(self, name: str, new: str) -> None:
        """Rename a repository; its old addresses redirect."""
        self._move(name, new)
        changes = {'repository': {'name': {'from': name.partition('/')[2]}}}
        self._tell('repository', 'renamed', self.repo(new), changes=changes)

    def transfer(self, name: str, owner: str) -> None:
        """Give a repository to somebody else; its old addresses redirect."""
        new = f'{owner}/{name.partition("/")[2]}'
        before = self.repo(name).data['owner']
        self._move(name, new)
        changes = {'owner': {'from': {before['type'].lower(): before}}}
        self._tell('repository', 'transferred', self.repo(new), changes=changes)

    def _move(self, name: str, new: str) -> None:
        data = self.repo(name).data
        self.moved[name] = data['id']
        owner, _, short = new.partition('/')
        data.update(full_name=new, name=short, owner=self.owner(owner), html_url=f'{shape.WEB}/{new}')

    def archive(self, name: str) -> None:
        """Make a repository read-only."""
        repo = self.repo(name)
        repo.data['archived'] = True
        self._tell('repository', 'archived', repo)

    def unarchive(self, name: str) -> None:
        """Make it writable again."""
        repo = self.repo(name)
        repo.data['archived'] = False
        self._tell('repository', 'unarchived', repo)

    def delete_repository(self, name: str) -> None:
        """Delete a repository with all that is in it."""
        repo = self.repo(name)
        self.repos.remove(repo)
        self._tell('repository', 'deleted', repo)

    def refuse(self, name: str, status: int | None = 404) -> None:
        """Make a repository missing (404), forbidden (403), blocked (451) or, with None, there again."""
        self.repo(name).refusal = status

    def require_reviews(self, name: str) -> None:
        """Protect the base branch: from now on pulls have a review decision."""
        self.repo(name).requires_reviews = True

    def add_label(self, name: str, label: str, *, color: str = 'ededed') -> Json:
        """Create a label of the repository, or give the one there is."""
        repo = self.repo(name)
        if label not in repo.labels:
            repo.labels[label] = shape_of_parts.label(repo.data, label, color=color)
            self._tell('label', 'created', repo, label=repo.labels[label])
        return repo.labels[label]

    def edit_label(self, name: str, label: str, /, **fields: Any) -> None:
        """Rename or recolour a label, of all pulls that have it; no pull's ``updated_at`` moves."""
        repo = self.repo(name)
        before = self.add_label(name, label)
        after = before | fields
        del repo.labels[label]
        repo.labels[after['name']] = after
        for pull in _having(repo, label):
            pull.listed['labels'] = [
                after if known['name'] == label else known for known in pull.listed['labels']
            ]
        changes = {key: {'from': before[key]} for key in fields if before[key] != after[key]}
        self._tell('label', 'edited', repo, label=after, changes=changes)

    def delete_label(self, name: str, label: str) -> None:
        """Delete a label, of all pulls that have it; no pull's ``updated_at`` moves."""
        repo = self.repo(name)
        gone = self.add_label(name, label)
        del repo.labels[label]
        for pull in _having(repo, label):
            pull.listed['labels'] = [known for known in pull.listed['labels'] if known['name'] != label]
        self._tell('label', 'deleted', repo, label=gone)

    def add_milestone(self, name: str, title: str) -> Json:
        """Create a milestone; give it to a pull by ``edit(…, milestone=…)``."""
        repo = self.repo(name)
        number = max(repo.milestones, default=0) + 1
        made = shape_of_parts.milestone(repo.data, next(self._ids), number, title=title, at=self._time())
        repo.milestones[number] = made
        self._tell('milestone', 'created', repo, milestone=made)
        return made

    def edit_milestone(self, name: str, number: int, /, **fields: Any) -> None:
        """Change a milestone, of all pulls that have it; no pull's ``updated_at`` moves."""
        repo = self.repo(name)
        repo.milestones[number] |= fields  # the pulls hold the same object
        repo.milestones[number]['updated_at'] = self._time()
        action = {'closed': 'closed', 'open': 'opened'}.get(fields.get('state', ''), 'edited')
        self._tell('milestone', action, repo, milestone=repo.milestones[number])


def _having(repo: Repo, label: str) -> list[Pull]:
    pulls = list(repo.pulls.values())
    return [pull for pull in pulls if any(known['name'] == label for known in pull.listed['labels'])]
