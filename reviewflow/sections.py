"""The settings that belong together; :mod:`reviewflow.settings` puts them into one model."""

from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import NoDecode

from reviewflow.forge import SHARE
from reviewflow.loopback import is_loopback
from reviewflow.models import REPOSITORY
from reviewflow.sources import split_address, split_names

GITHUB_API = 'https://api.github.com'
SECRET_MIN = 16


class Section(BaseModel):
    """A group of settings."""

    model_config = ConfigDict(extra='forbid', frozen=True, hide_input_in_errors=True)


class GitHub(Section):
    """Where pull requests are read from."""

    token: SecretStr | None = Field(
        None, description='None: public repositories, read only, within 60 requests an hour.'
    )
    api_url: str = Field(
        GITHUB_API,
        max_length=200,
        description='GitHub Enterprise: `https://HOST/api/v3`. Plain http on loopback only.',
    )
    graphql_url: str | None = Field(
        None,
        max_length=200,
        description='Default: derived, `https://HOST/api/graphql` for an Enterprise server.',
    )
    repositories: Annotated[tuple[str, ...], NoDecode, BeforeValidator(split_names)] = Field(
        (), description='`owner/name` or `owner/*`, comma separated or a JSON list.'
    )
    webhook_secret: SecretStr | None = Field(
        None, description='What webhooks are signed with, 16 characters or more. None: none are received.'
    )

    @field_validator('token')
    @classmethod
    def _is_plain(cls, token: SecretStr | None) -> SecretStr | None:
        plain = token.get_secret_value().strip() if token is not None else ''
        if not plain.isascii() or not plain.isprintable():
            raise ValueError('has a character that no token has; was it copied whole?')
        return SecretStr(plain) if plain else None

    @field_validator('webhook_secret')
    @classmethod
    def _is_hard_to_guess(cls, secret: SecretStr | None) -> SecretStr | None:
        plain = secret.get_secret_value().strip() if secret is not None else None
        if plain is not None and len(plain) < SECRET_MIN:
            raise ValueError(f'must have {SECRET_MIN} characters or more')
        return None if plain is None else SecretStr(plain)

    @field_validator('api_url', 'graphql_url')
    @classmethod
    def _is_safe(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = split_address(url, example=GITHUB_API)
        if parts.scheme == 'http' and not is_loopback(parts.hostname or ''):
            raise ValueError('must begin with https:// (plain http is for loopback only)')
        return url.rstrip('/')

    @field_validator('repositories')
    @classmethod
    def _are_named(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if not REPOSITORY.fullmatch(name):
                raise ValueError(f'{name!r} is not like owner/name or owner/*')
        return tuple({name.lower(): name for name in names}.values())

    @property
    def graphql_address(self) -> str:
        """Where GraphQL is asked; an Enterprise server has it beside REST, others below."""
        if self.graphql_url is not None:
            return self.graphql_url
        if self.api_url.endswith('/api/v3'):
            return self.api_url.removesuffix('v3') + 'graphql'
        return f'{self.api_url}/graphql'


class Sync(Section):
    """How often, and how far back."""

    interval_s: float = Field(
        30,
        ge=1,
        le=86_400,
        description='Seconds between polls; the first poll is at once. For the pretend team 2, unless set.',
    )
    closed_days: int = Field(
        90,
        ge=0,
        le=36_500,
        description='Closed and merged pulls untouched for longer are not read; open ones always are.',
    )
    share: float = Field(
        SHARE,
        ge=0.05,
        le=1,
        description="How much of the code host's allowance ReviewFlow may use, 0.05 to 1.",
    )


class Admin(Section):
    """The first administrator; used only while there is none."""

    username: str | None = Field(
        None, min_length=1, max_length=64, description='Name of the first administrator.'
    )
    password: SecretStr | None = Field(
        None, min_length=12, description='Password of the first administrator, 12 characters or more.'
    )

    @model_validator(mode='after')
    def _come_together(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError('username and password belong together')
        return self


class Limits(Section):
    """Caps that no person reaches."""

    sockets_per_user: int = Field(200, ge=1, description='Open pages of one person.')
    pages_per_minute: int = Field(
        300, ge=1, description='Pages fetched by one session; reconnects do not count.'
    )
    events_per_10_s: int = Field(
        100, ge=1, description='Clicks and keystrokes of one page within ten seconds.'
    )
