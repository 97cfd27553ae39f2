"""What firms answer to alerts, when they want to hear that there was nothing, and how the canary fares."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("firm_id", sa.Integer(), nullable=False, index=True),
        sa.Column("opportunity_id", sa.String(), nullable=False, index=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tags_version", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("undone", sa.String(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.UniqueConstraint("firm_id", "opportunity_id"),
    )
    op.create_table(
        "receipt_choice",
        sa.Column("firm_id", sa.Integer(), sa.ForeignKey("firm.id"), primary_key=True, autoincrement=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("changed", sa.String(), nullable=False),
    )
    op.create_table(
        "canary",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("good", sa.String(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    for name in ("canary", "receipt_choice", "feedback"):
        op.drop_table(name)
