"""People, sessions, consent, profile, audit and suppression; each firm's consent moves to rows of its own."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_AUDIT_IS_KEPT = "the audit log is only ever added to"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def upgrade() -> None:
    _people()
    _doors()
    _rights()
    _keep_the_audit()
    _bring_over()
    # not in batch mode: SQLite would make the table anew, which rows that point at it forbid
    op.drop_column("firm", "consent")
    op.drop_column("firm", "consented")


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), primary_key=True),
        _text("address"),
        _text("address_key"),
        _text("created"),
        sa.UniqueConstraint("address_key"),
        sqlite_autoincrement=True,  # numbers are in the audit log and in events: none is used twice
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), primary_key=True),
        _text("kind"),
        _text("key"),
        _text("name"),
        _text("created"),
        sa.UniqueConstraint("kind", "key"),
        sqlite_autoincrement=True,  # numbers are in the audit log and in events: none is used twice
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=False, index=True),
        _text("role"),
        _text("since"),
        sa.UniqueConstraint("person_id", "organisation_id"),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), nullable=False),
        _text("role"),
        _text("address"),
        _text("address_key"),
        _text("token_hash"),
        _number("invited_by"),
        _text("created"),
        _text("ends"),
        sa.UniqueConstraint("organisation_id", "address_key"),
        sa.UniqueConstraint("token_hash"),
        sqlite_autoincrement=True,  # numbers are in the audit log and in events: none is used twice
    )
    op.create_table(
        "address_change",
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), primary_key=True),
        _text("address"),
        _text("old_hash"),
        _text("new_hash"),
        _text("old_confirmed"),
        _text("new_confirmed"),
        _text("created"),
        _text("ends"),
        sa.UniqueConstraint("old_hash"),
        sa.UniqueConstraint("new_hash"),
    )


def _doors() -> None:
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), primary_key=True),
        _text("address"),
        _text("nonce_hash"),
        _text("number"),
        sa.Column("person_id", sa.Integer(), nullable=False, index=True),
        sa.Column("token_hash", sa.String(), nullable=False, index=True),
        _text("created"),
        sa.Column("ends", sa.String(), nullable=False, index=True),
        _text("used"),
        _number("wrong_numbers"),
        sa.UniqueConstraint("nonce_hash"),
        sqlite_autoincrement=True,  # numbers are in the audit log and in events: none is used twice
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), primary_key=True),
        _text("token_hash"),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("person.id"), nullable=False, index=True),
        _text("created"),
        _text("seen"),
        _number("idle"),
        sa.Column("ends", sa.String(), nullable=False, index=True),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_table(
        "draft",
        sa.Column("token_hash", sa.String(), primary_key=True),
        _text("form"),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("changed", sa.String(), nullable=False, index=True),
    )


def _rights() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("firm_id", sa.Integer(), sa.ForeignKey("firm.id"), nullable=False, index=True),
        _number("person_id"),
        _text("level"),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _text("at"),
    )
    op.create_table(
        "profile",
        sa.Column("firm_id", sa.Integer(), sa.ForeignKey("firm.id"), primary_key=True),
        sa.Column("profile", sa.Text(), nullable=False),
        _text("changed"),
    )
    op.create_table(
        "suppression", sa.Column("address_hash", sa.String(), primary_key=True), _text("reason"), _text("since")
    )
    op.create_table("salt", sa.Column("name", sa.String(), primary_key=True), _text("salt"))
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.String(), nullable=False, index=True),
        _number("person_id"),
        sa.Column("organisation_id", sa.Integer(), nullable=False, index=True),
        _text("act"),
        _text("subject"),
        sa.Column("detail", sa.Text(), nullable=False),
    )


def _keep_the_audit() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_is_kept_{verb.lower()} BEFORE {verb} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{_AUDIT_IS_KEPT}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_AUDIT_IS_KEPT}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"
    )


def _bring_over() -> None:
    """Every firm that confirmed becomes an organisation with one person; its consent becomes a row; one salt is made."""
    op.bulk_insert(
        sa.table("salt", sa.column("name"), sa.column("salt")),
        [{"name": "suppression", "salt": secrets.token_hex(32)}],
    )
    op.execute(
        "INSERT INTO consent (firm_id, person_id, level, given, text, at) "
        "SELECT id, 0, 'alerts', true, consent, consented FROM firm WHERE consent <> ''"
    )
    op.execute(
        "INSERT INTO person (address, address_key, created) "
        "SELECT min(d.address), lower(d.address), min(f.confirmed) FROM destination d JOIN firm f ON f.id = d.firm_id "
        "WHERE d.channel = 'email' AND f.state IN ('active', 'paused') GROUP BY lower(d.address)"
    )
    op.execute(
        "INSERT INTO organisation (kind, key, name, created) "
        "SELECT 'firm', CAST(id AS VARCHAR), name, created FROM firm WHERE state IN ('active', 'paused')"
    )
    op.execute(
        "INSERT INTO membership (person_id, organisation_id, role, since) "
        "SELECT p.id, min(o.id), 'member', min(f.confirmed) FROM destination d JOIN firm f ON f.id = d.firm_id "
        "JOIN person p ON p.address_key = lower(d.address) "
        "JOIN organisation o ON o.kind = 'firm' AND o.key = CAST(f.id AS VARCHAR) "
        "WHERE d.channel = 'email' AND f.state IN ('active', 'paused') GROUP BY p.id"
    )
    _in_small_letters()


def _in_small_letters() -> None:
    """As Python makes them: SQLite knows small letters of ASCII only."""
    person = sa.table("person", sa.column("id"), sa.column("address_key"))
    for row in op.get_bind().execute(sa.select(person)).all():
        if row.address_key != row.address_key.lower():
            op.execute(sa.update(person).where(person.c.id == row.id).values(address_key=row.address_key.lower()))


def downgrade() -> None:
    op.add_column("firm", sa.Column("consent", sa.Text(), nullable=False, server_default=""))
    op.add_column("firm", sa.Column("consented", sa.String(), nullable=False, server_default=""))
    latest = "(SELECT max(c.id) FROM consent c WHERE c.firm_id = firm.id AND c.level = 'alerts' AND c.given)"
    op.execute(
        f"UPDATE firm SET consent = coalesce((SELECT text FROM consent WHERE id = {latest}), ''), "
        f"consented = coalesce((SELECT at FROM consent WHERE id = {latest}), '')"
    )
    for name in ("audit", "salt", "suppression", "profile", "consent", "draft", "session", "sign_in"):
        op.drop_table(name)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_is_kept()")
    for name in ("address_change", "invitation", "membership", "organisation", "person"):
        op.drop_table(name)
