"""Programmes that organisations enter, their changes, checks of shipped ones and of links."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "programme_entry",
        sa.Column("id", text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("key", text(), nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("live", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("live_version", sa.Integer(), nullable=False),
        sa.Column("capacity", text(), nullable=False),
        sa.Column("last_checked", text(), nullable=False),
        sa.Column("review_by", text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("published", text(), nullable=False),
        sa.Column("changed", text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_programme_entry_organisation_id", "programme_entry", ["organisation_id"])
    op.create_index("ix_programme_entry_state", "programme_entry", ["state"])
    op.create_table(
        "programme_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", text(), nullable=False),
        sa.Column("at", text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("field", text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["programme_entry.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_programme_change_entry_id", "programme_change", ["entry_id"])
    op.create_table(
        "programme_check",
        sa.Column("key", text(), nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("last_checked", text(), nullable=False),
        sa.Column("review_by", text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "link_check",
        sa.Column("url", text(), nullable=False),
        sa.Column("checked", text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("since", text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("url"),
    )
    op.create_index("ix_link_check_checked", "link_check", ["checked"])


def downgrade() -> None:
    op.drop_index("ix_link_check_checked", table_name="link_check")
    op.drop_table("link_check")
    op.drop_table("programme_check")
    op.drop_index("ix_programme_change_entry_id", table_name="programme_change")
    op.drop_table("programme_change")
    op.drop_index("ix_programme_entry_state", table_name="programme_entry")
    op.drop_index("ix_programme_entry_organisation_id", table_name="programme_entry")
    op.drop_table("programme_entry")
