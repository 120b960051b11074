"""Descriptions."""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('descriptions',
    sa.Column('pull_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['pull_id'], ['pulls.id'], ),
    sa.PrimaryKeyConstraint('pull_id')
    )
    op.add_column('pulls', sa.Column('description_digest', sa.String(length=32), nullable=True))
    op.execute('DELETE FROM sync_states')  # the lists have them: all are read once more, as at the beginning
