"""Changes of interests are counted, and procurements that were split are kept apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.changes import stop_watching, watch

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("subject", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    op.create_table(
        "apart",
        sa.Column("one", sa.String(), primary_key=True),
        sa.Column("other", sa.String(), primary_key=True, index=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
    )
    watch(op.get_bind())


def downgrade() -> None:
    stop_watching(op.get_bind())
    op.drop_table("apart")
    op.drop_table("changes")
