"""The tags of the pages that let people in."""

from html.parser import HTMLParser

from httpx import Response


class Html(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def field(self, name: str) -> dict[str, str | None]:
        return next(attributes for attributes in self.all('input') if attributes.get('name') == name)
