"""Questions to people: helplines, help requests and what was done with them."""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sqlmodel.sql.sqltypes.AutoString
    op.create_table(
        "helpline",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("audience", text(), nullable=False),
        sa.Column("address", text(), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("sizes", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("changed", text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation_id", "audience"),
    )
    op.create_table(
        "help_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("firm_id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", text(), nullable=False),
        sa.Column("audience", text(), nullable=False),
        sa.Column("subject", text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("size", text(), nullable=False),
        sa.Column("passed", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("consented", text(), nullable=False),
        sa.Column("state", text(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("since", text(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("secret", text(), nullable=False),
        sa.Column("once", text(), nullable=False),
        sa.Column("useful", text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("once"),
        sqlite_autoincrement=True,
    )
    for column in ("firm_id", "asker_id", "organisation_id"):
        op.create_index(f"ix_help_request_{column}", "help_request", [column])
    op.create_index("help_request_open", "help_request", ["state", "since"])
    op.create_table(
        "help_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", text(), nullable=False),
        sa.Column("held_by", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("request_id", "version"),
    )
    op.create_index("ix_help_step_organisation_id", "help_step", ["organisation_id"])


def downgrade() -> None:
    op.drop_table("help_step")
    op.drop_table("help_request")
    op.drop_table("helpline")
