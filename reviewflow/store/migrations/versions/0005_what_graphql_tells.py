"""What only GraphQL tells, and how far a list was read that is still being read."""

import sqlalchemy as sa
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('repositories', sa.Column('node_id', sa.String(length=255), nullable=True))
    op.add_column('sync_states', sa.Column('unread', sa.JSON(), nullable=True))
    op.add_column('pulls', sa.Column('milestone', sa.Text(), nullable=True))
    op.add_column('pulls', sa.Column('node_id', sa.String(length=255), nullable=True))
    op.add_column('pulls', sa.Column('is_doubtful', sa.Boolean(), nullable=True))
    op.add_column('pulls', sa.Column('threads', sa.Integer(), nullable=True))
    op.add_column('pulls', sa.Column('open_threads', sa.Integer(), nullable=True))
    op.add_column('pulls', sa.Column('code_owners', sa.JSON(), nullable=True))
    op.add_column('pulls', sa.Column('pulse', sa.String(length=64), nullable=True))
