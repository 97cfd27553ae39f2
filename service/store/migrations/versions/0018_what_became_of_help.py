"""Which alerts named which help, how often it was opened, and what firms say of their use of it."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "alert_help",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("programme", text(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "programme"),
    )
    op.create_index("ix_alert_help_programme", "alert_help", ["programme"])
    op.create_table(
        "programme_opening",
        sa.Column("programme", text(), nullable=False),
        sa.Column("day", text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("programme", "day"),
    )
    op.create_table(
        "programme_use",
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("programme", text(), nullable=False),
        sa.Column("use", text(), nullable=False),
        sa.Column("at", text(), nullable=False),
        sa.PrimaryKeyConstraint("firm_id", "programme", "use"),
    )
    op.create_index("ix_programme_use_programme", "programme_use", ["programme"])


def downgrade() -> None:
    op.drop_table("programme_use")
    op.drop_table("programme_opening")
    op.drop_table("alert_help")
