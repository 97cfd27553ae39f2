"""Keys with which programs of organisations ask."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "api_key",
        sa.Column("id", text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", text(), nullable=False),
        sa.Column("label", text(), nullable=False),
        sa.Column("secret_hash", text(), nullable=False),
        sa.Column("made", text(), nullable=False),
        sa.Column("used", text(), nullable=False),
        sa.Column("revoked", text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_api_key_organisation_id", "api_key", ["organisation_id"])


def downgrade() -> None:
    op.drop_index("ix_api_key_organisation_id", table_name="api_key")
    op.drop_table("api_key")
