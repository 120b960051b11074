"""Asks our own GitHub over GraphQL, as a client does."""

from typing import Any

import httpx

from tests.github import FakeGitHub


class Asker:
    """Sends documents with the token, or whatever headers are said."""

    def __init__(self, github: FakeGitHub) -> None:
        self.github = github
        self.http = httpx.AsyncClient(
            transport=github.transport,
            base_url=github.url,
            headers={'authorization': f'Bearer {github.token}'},
        )

    async def send(self, query: str, /, **variables: Any) -> httpx.Response:
        """Send a document."""
        return await self.http.post('/graphql', json={'query': query, 'variables': variables})

    async def ask(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """Send a document; gives the whole answer."""
        response = await self.send(query, **variables)
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """Send a document; gives the data, there being no errors."""
        answer = await self.ask(query, **variables)
        assert 'errors' not in answer, answer['errors']
        data: dict[str, Any] = answer['data']
        return data

    async def errors(self, query: str, /, **variables: Any) -> list[dict[str, Any]]:
        """Send a document; gives the errors, without their locations."""
        answer = await self.ask(query, **variables)
        return [
            {key: value for key, value in error.items() if key != 'locations'} for error in answer['errors']
        ]

    async def rest(self, path: str) -> Any:
        """Ask over REST."""
        response = await self.http.get(path)
        response.raise_for_status()
        return response.json()
