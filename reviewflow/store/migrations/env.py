"""How Alembic runs: always on the connection that reviewflow.store.database hands over."""

from alembic import context

from reviewflow.store.tables import metadata

connection = context.config.attributes['connection']
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
