"""Who looks after a posting, the questions firms ask about it, and that they replied."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.add_column("posting", sa.Column("held_by", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE posting SET held_by = made_by")
    op.create_table(
        "posting_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting_id", text(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("asked", text(), nullable=False),
        sa.Column("decided", text(), nullable=False),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_posting_question_posting_id", "posting_question", ["posting_id"])
    op.create_index("ix_posting_question_firm_id", "posting_question", ["firm_id"])
    op.create_table(
        "posting_reply",
        sa.Column("posting_id", text(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("price", text(), nullable=False),
        sa.Column("contact", text(), nullable=False),
        sa.Column("at", text(), nullable=False),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"]),
        sa.PrimaryKeyConstraint("posting_id", "firm_id"),
    )


def downgrade() -> None:
    op.drop_table("posting_reply")
    op.drop_index("ix_posting_question_firm_id", table_name="posting_question")
    op.drop_index("ix_posting_question_posting_id", table_name="posting_question")
    op.drop_table("posting_question")
    op.drop_column("posting", "held_by")
