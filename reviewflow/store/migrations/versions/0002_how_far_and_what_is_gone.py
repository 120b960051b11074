"""How far back was read, and which pulls are gone."""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('pulls', sa.Column('is_gone', sa.Boolean(), nullable=True))
    op.add_column('sync_states', sa.Column('read_back_to', sa.DateTime(timezone=True), nullable=True))
