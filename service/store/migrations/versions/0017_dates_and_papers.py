"""When a posting is to be published, and the papers that go with it."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.add_column("posting", sa.Column("due", text(), nullable=False, server_default=""))
    op.add_column("posting", sa.Column("due_by", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_posting_due", "posting", ["due"])
    op.create_table(
        "posting_file",
        sa.Column("id", text(), nullable=False),
        sa.Column("posting_id", text(), nullable=False),
        sa.Column("name", text(), nullable=False),
        sa.Column("kind", text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha", text(), nullable=False),
        sa.Column("at", text(), nullable=False),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_posting_file_posting_id", "posting_file", ["posting_id"])


def downgrade() -> None:
    op.drop_index("ix_posting_file_posting_id", table_name="posting_file")
    op.drop_table("posting_file")
    op.drop_index("ix_posting_due", table_name="posting")
    op.drop_column("posting", "due_by")
    op.drop_column("posting", "due")
