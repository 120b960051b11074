"""The tables. Portable: nothing here knows whether SQLite or PostgreSQL is underneath."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time; SQLite itself would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Store UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

Key = BigInteger().with_variant(Integer, 'sqlite')  # only an INTEGER primary key counts by itself in SQLite

repositories = Table(
    'repositories',
    metadata,
    Column('id', Key, primary_key=True),
    Column('forge', String(255), nullable=False),
    Column('forge_id', BigInteger, nullable=False),
    Column('name', String(255), nullable=False),
    Column('pattern', String(255), nullable=False),  # the setting that it was found by
    Column('node_id', String(255)),
    UniqueConstraint('forge', 'forge_id'),
)

sync_states = Table(
    'sync_states',
    metadata,
    Column('repository_id', ForeignKey('repositories.id'), primary_key=True),
    Column('mark', String(255)),  # see forge.Page.mark
    Column('read_to', Moment),  # every pull updated up to then is stored
    Column('read_back_to', Moment),  # closed pulls untouched since before then were not read
    Column('unread', JSON),  # what of that is still to be read
)

pulls = Table(
    'pulls',
    metadata,
    Column('id', Key, primary_key=True),
    Column('repository_id', ForeignKey('repositories.id'), nullable=False),
    Column('number', Integer, nullable=False),
    Column('read', BigInteger, nullable=False),
    Column('is_gone', Boolean),  # the code host no longer has it; none: written before this was known
    Column('title', Text, nullable=False),
    Column('url', Text, nullable=False),
    Column('author', JSON, nullable=False),
    Column('is_open', Boolean, nullable=False),
    Column('is_draft', Boolean, nullable=False),
    Column('base', Text, nullable=False),
    Column('head', Text, nullable=False),
    Column('head_sha', String(64), nullable=False),
    Column('assignees', JSON, nullable=False),
    Column('requested_reviewers', JSON, nullable=False),
    Column('requested_teams', JSON, nullable=False),
    Column('created_at', Moment, nullable=False),
    Column('updated_at', Moment, nullable=False),
    Column('closed_at', Moment),
    Column('merged_at', Moment),
    Column('description_digest', String(32)),  # none: written before there were descriptions
    Column('milestone', Text),
    Column('node_id', String(255)),
    Column('is_doubtful', Boolean),
    Column('owes_at', Moment),  # when it last changed by the word of a list, while this is older
    # from here on: only known once the single pull was read
    Column('detail_read', BigInteger, nullable=False),
    Column('detail_of', Moment),
    Column('detail_sha', String(64)),
    Column('additions', Integer),
    Column('deletions', Integer),
    Column('changed_files', Integer),
    Column('comments', Integer),
    Column('mergeable', Boolean),
    Column('review_decision', String(32)),
    Column('is_queued', Boolean),
    Column('checks', JSON(none_as_null=True)),
    Column('threads', Integer),
    Column('open_threads', Integer),
    Column('code_owners', JSON(none_as_null=True)),
    Column('pulse', String(64)),
    UniqueConstraint('repository_id', 'number'),
    sqlite_autoincrement=True,  # a key is never used again
)

reviews = Table(
    'reviews',
    metadata,
    Column('pull_id', ForeignKey('pulls.id'), primary_key=True),
    Column('id', BigInteger, primary_key=True, autoincrement=False),
    Column('reviewer', JSON, nullable=False),
    Column('state', String(32), nullable=False),
    Column('submitted_at', Moment),
    Column('association', String(32)),
    Column('commit_sha', String(64)),
)

labels = Table(
    'labels',
    metadata,
    Column('pull_id', ForeignKey('pulls.id'), primary_key=True),
    Column('position', Integer, primary_key=True, autoincrement=False),
    Column('name', Text, nullable=False),
    Column('color', String(6), nullable=False),
)

descriptions = Table(
    'descriptions',
    metadata,
    Column('pull_id', ForeignKey('pulls.id'), primary_key=True, autoincrement=False),
    Column('text', Text, nullable=False),
)

users = Table(
    'users',
    metadata,
    Column('id', Key, primary_key=True),
    Column('name', String(64), nullable=False),
    Column('folded_name', String(64), nullable=False, unique=True),  # "Ana" and "ana" are one person
    Column('password_hash', Text, nullable=False),
    Column('role', String(16), nullable=False),
    Column('created_at', Moment, nullable=False),
    Column('disabled_at', Moment),
    sqlite_autoincrement=True,
)

sessions = Table(
    'sessions',
    metadata,
    Column('token_hash', String(64), primary_key=True),  # SHA-256, hexadecimal; the token itself is nowhere
    Column('user_id', ForeignKey('users.id')),  # none: somebody who only looks at the demo
    Column('created_at', Moment, nullable=False),
    Column('expires_at', Moment, nullable=False),
)

connections = Table(
    'connections',
    metadata,
    Column('id', Integer, primary_key=True),  # there is one at the most
    Column('api_url', Text, nullable=False),
    Column('token', Text),  # locked up, see reviewflow.keys
    Column('token_since', Moment),
    Column('repositories', JSON, nullable=False),
    Column('set_by', String(64), nullable=False),
    Column('set_at', Moment, nullable=False),
)

deliveries = Table(
    'deliveries',
    metadata,
    Column('id', String(100), primary_key=True),  # the code host's
    Column('event', String(100), nullable=False),
    Column('action', String(64), nullable=False),
    Column('forge_id', BigInteger),  # of the repository; none for an event of an organisation
    Column('repository', String(255), nullable=False),
    Column('numbers', JSON, nullable=False),
    Column('shas', JSON, nullable=False),
    Column('hints', JSON, nullable=False),  # the rest of delivery.Hints
    Column('newer_than', Moment),
    Column('received_at', Moment, nullable=False),
    Column('handled_at', Moment),
    Column('is_fetched', Boolean, nullable=False, server_default=false()),  # it never came by itself
    Index('deliveries_by_time', 'handled_at', 'received_at'),
)
