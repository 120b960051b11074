"""What a list says of a pull that could not be read yet."""

import sqlalchemy as sa
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('pulls', sa.Column('owes_at', sa.DateTime(timezone=True), nullable=True))
