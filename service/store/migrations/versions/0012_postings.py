"""What buyers post, and at which mail domains their people are."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "posting",
        sa.Column("id", text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("ocid", text(), nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("live", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("live_version", sa.Integer(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published", text(), nullable=False),
        sa.Column("changed", text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ocid"),
    )
    op.create_index("ix_posting_organisation_id", "posting", ["organisation_id"])
    op.create_table(
        "organisation_domain",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("domain", text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "domain"),
    )


def downgrade() -> None:
    op.drop_table("organisation_domain")
    op.drop_index("ix_posting_organisation_id", table_name="posting")
    op.drop_table("posting")
