"""Mail that comes in, destinations that trouble was reported of, and which mail a message answers."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "inbound",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", text(), nullable=False),
        sa.Column("envelope_from", text(), nullable=False),
        sa.Column("recipient", text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("received", text(), nullable=False),
        sa.Column("sender", text(), nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("available", text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("fingerprint"),
    )
    op.create_index("inbound_waiting", "inbound", ["state", "available", "id"])
    op.create_index("inbound_sender", "inbound", ["sender", "received"])
    op.create_table(
        "bounce",
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("last", text(), nullable=False),
        sa.Column("until", text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("destination_id"),
    )
    op.add_column("message", sa.Column("in_reply_to", text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("message", "in_reply_to")
    op.drop_table("bounce")
    op.drop_table("inbound")
