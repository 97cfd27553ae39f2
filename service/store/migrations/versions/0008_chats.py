"""Talks in chats, and what can be pressed under a message."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("buttons", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "chat",
        sa.Column("address", sa.String(), primary_key=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("changed", sa.String(), nullable=False, index=True),
        sa.Column("burst_since", sa.String(), nullable=False),
        sa.Column("burst", sa.Integer(), nullable=False),
    )
    op.create_table(
        "chat_inbox",
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("confirmed", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.Column("call_name", sa.String(), nullable=False),
    )
    op.create_table(
        "chat_update",
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("chat", sa.String(), nullable=False, index=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("received", sa.String(), nullable=False, index=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
    )
    op.create_index("chat_update_waiting", "chat_update", ["state", "number"])
    op.create_table(
        "chat_answer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("update_number", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False, index=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created", sa.String(), nullable=False, index=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("available", sa.String(), nullable=False),
        sa.Column("lease_until", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.UniqueConstraint("channel", "update_number", "place"),
    )
    op.create_table(
        "chat_link",
        sa.Column("token_hash", sa.String(), primary_key=True),
        sa.Column("firm_id", sa.Integer(), sa.ForeignKey("firm.id"), nullable=False, index=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False, index=True),
    )
    op.create_table(
        "channel_choice",
        sa.Column("firm_id", sa.Integer(), sa.ForeignKey("firm.id"), primary_key=True, autoincrement=False),
        sa.Column("channel", sa.String(), nullable=False),
    )


def downgrade() -> None:
    for name in ("channel_choice", "chat_link", "chat_answer", "chat_update", "chat_inbox", "chat"):
        op.drop_table(name)
    op.drop_column("message", "buttons")
