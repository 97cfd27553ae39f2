"""When firms hear from us, what waits for their next letter, and what they do about what they heard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rhythm",
        sa.Column("firm_id", sa.Integer(), sa.ForeignKey("firm.id"), primary_key=True),
        sa.Column("pace", sa.String(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("working_days_only", sa.Boolean(), nullable=False),
        sa.Column("remind_days", sa.Integer(), nullable=False),
        sa.Column("changed", sa.String(), nullable=False),
    )
    op.create_table(
        "digest_run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("made", sa.String(), nullable=False),
        sa.UniqueConstraint("firm_id", "slot"),
    )
    op.create_index("digest_run_due", "digest_run", ["made", "due", "id"])
    op.create_table(
        "digest_part",
        sa.Column("alert_id", sa.Integer(), primary_key=True),
        sa.Column("run_id", sa.Integer(), nullable=False, index=True),
    )
    op.create_table(
        "pursuit",
        sa.Column("firm_id", sa.Integer(), sa.ForeignKey("firm.id"), primary_key=True),
        sa.Column("opportunity_id", sa.String(), primary_key=True, index=True),
        sa.Column("course", sa.String(), nullable=False, index=True),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("changed", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    for name in ("pursuit", "digest_part", "digest_run", "rhythm"):
        op.drop_table(name)
