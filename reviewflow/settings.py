"""Every setting, its default and its meaning; ``docs/configuration.md`` is generated from here.

Sources, the strongest first: flags, ``<NAME>_FILE``, the environment, ``.env``, defaults.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from reviewflow.errors import SettingsError
from reviewflow.public import LOOPBACK_NETWORKS, Proxies, PublicUrl, path_of
from reviewflow.sections import GITHUB_API, Admin, GitHub, Limits, Sync
from reviewflow.sources import check_text, env_file_values, in_words, put, secret_file

__all__ = [
    'GITHUB_API',
    'Admin',
    'GitHub',
    'Limits',
    'Setting',
    'Settings',
    'Sync',
    'all_settings',
    'load',
    'unknown_variables',
]

PREFIX = 'REVIEWFLOW_'
SQLITE_FILE = re.compile(r'sqlite\+aiosqlite:///(?!:memory:)[^?]+')


class Settings(BaseSettings):
    """All there is to set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter='__',
        extra='forbid',
        frozen=True,
    )

    host: str = Field('127.0.0.1', pattern=r'^[A-Za-z0-9._:%-]{1,253}$', description='Address to listen on.')
    port: int = Field(8000, ge=1, le=65_535, description='Port to listen on.')
    data_dir: Path = Field(
        Path('data'), description='SQLite file, logs and `server.json`; created with mode 0700.'
    )
    database_url: SecretStr | None = Field(None, description='Default: a SQLite file in the data directory.')
    log_level: Literal['debug', 'info', 'warning'] = Field(
        'info', description='How much of our own goes to the log: `debug`, `info` or `warning`.'
    )
    public_url: PublicUrl | None = Field(
        None,
        max_length=200,
        description='The address people use (tunnel, proxy), also with a path: origin checks, links, QR code,'
        ' secure cookie.',
    )
    trusted_proxies: Proxies | None = Field(
        None,
        description='Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` count: addresses or networks,'
        ' comma separated. Default: this machine, once there is a public address; else none.',
    )
    github: GitHub = GitHub()
    sync: Sync = Sync()
    admin: Admin = Admin()
    demo: bool | None = Field(
        None,
        description='The pretend team. Default: on while no repository is set; never mixed with real pulls.',
    )
    limits: Limits = Limits()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what :func:`load` hands over: it alone knows all the sources and their order."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @field_validator('database_url')
    @classmethod
    def _is_sqlite(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not SQLITE_FILE.fullmatch(url.get_secret_value()):
            raise ValueError('must be like sqlite+aiosqlite:///FILE (PostgreSQL comes with scale-out)')
        return url

    @model_validator(mode='after')
    def _do_not_mix(self) -> Self:
        if self.demo and self.github.repositories:
            raise ValueError(
                'demo: the pretend team is never mixed with real pulls; unset it or the repositories'
            )
        return self

    @property
    def is_demo(self) -> bool:
        """Whether the pretend team is shown."""
        return not self.github.repositories if self.demo is None else self.demo

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f'sqlite+aiosqlite:///{quote(str((self.data_dir / "reviewflow.db").absolute()))}'

    @property
    def origin(self) -> str:
        """The address people use, without a path."""
        if self.public_url is None:
            host = f'[{self.host}]' if ':' in self.host else self.host
            return f'http://{host}:{self.port}'
        return self.public_url.removesuffix(self.prefix)

    @property
    def prefix(self) -> str:
        """The path below which people see all of it; mostly there is none."""
        return path_of(self.public_url)

    @property
    def proxies(self) -> tuple[str, ...]:
        """Whose word counts about where a request comes from."""
        if self.trusted_proxies is None:
            return LOOPBACK_NETWORKS if self.public_url else ()
        return self.trusted_proxies


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting with all its names."""

    path: tuple[str, ...]
    """Names from the outside in: ``('github', 'api_url')``."""
    field: FieldInfo

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return PREFIX + '__'.join(self.path).upper()

    @property
    def flag(self) -> str:
        """Its name on the command line."""
        return '--' + '.'.join(self.path).replace('_', '-')

    @property
    def is_secret(self) -> bool:
        """Whether it may never be printed, nor be given as a flag."""
        return 'SecretStr' in str(self.field.annotation)


def all_settings(model: type[BaseModel] = Settings, path: tuple[str, ...] = ()) -> Iterator[Setting]:
    """List every setting, sections flattened."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from all_settings(field.annotation, (*path, name))
        else:
            yield Setting(path=(*path, name), field=field)


def load(
    flags: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    env_file: Path = Path('.env'),
) -> Settings:
    """Gather the settings from all their sources; ``flags`` maps names like ``--github.api-url`` to values.

    Raises:
        SettingsError: with one line that names the setting and what is wrong.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    known = {setting.variable: setting for setting in all_settings()}
    given = {**env_file_values(env_file, _names()), **environ}
    variables = {name.upper(): value for name, value in given.items() if value}
    for name, setting in known.items():
        for each in (name, f'{name}_FILE'):
            check_text(each, variables.get(each, ''))
        if name in variables:
            put(values, setting.path, variables[name])
        if setting.is_secret and (file := variables.get(f'{name}_FILE')):
            put(values, setting.path, secret_file(f'{name}_FILE', Path(file)))
    by_flag = {setting.flag: setting for setting in known.values() if not setting.is_secret}
    for flag, value in (flags or {}).items():
        check_text(flag, value)
        put(values, by_flag[flag].path, value)
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(in_words(error, PREFIX)) from None


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Name the variables that look like ours but are none: worth a warning."""
    known = _names()
    return sorted(name for name in environ if name.upper().startswith(PREFIX) and name.upper() not in known)


def _names() -> set[str]:
    settings = list(all_settings())
    files = {f'{setting.variable}_FILE' for setting in settings if setting.is_secret}
    return files | {setting.variable for setting in settings}
