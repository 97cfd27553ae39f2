"""What people say of wrong tags."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "correction",
        sa.Column("opportunity_id", text(), nullable=False),
        sa.Column("person", text(), nullable=False),
        sa.Column("origin", text(), nullable=False),
        sa.Column("sectors", text(), nullable=False),
        sa.Column("not_sectors", text(), nullable=False),
        sa.Column("at", text(), nullable=False),
        sa.PrimaryKeyConstraint("opportunity_id", "person"),
    )


def downgrade() -> None:
    op.drop_table("correction")
