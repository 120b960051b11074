"""Which of what GitHub called to say never came, and was fetched."""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'deliveries', sa.Column('is_fetched', sa.Boolean(), server_default=sa.false(), nullable=False)
    )
