"""How sources fare and fared, and whether they may be read"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('source_spell',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('health', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('began', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('ended', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('source_spell', schema=None) as batch_op:
        batch_op.create_index('source_spell_when', ['source', 'ended', 'began'], unique=False)
    op.create_table('source_permit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('robots_read', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('terms_read', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('by_role', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('given', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('withdrawn', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('why_withdrawn', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('source_permit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_source_permit_source'), ['source'], unique=False)
    for name in ('first_good', 'trouble_since', 'told'):
        op.add_column(
            'source_health',
            sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=''),
        )
    # The first good poll of a source that was read before this version is not known: the newest stands for it.
    op.execute("UPDATE source_health SET first_good = last_good")


def downgrade() -> None:
    with op.batch_alter_table('source_health', schema=None) as batch_op:
        for name in ('told', 'trouble_since', 'first_good'):
            batch_op.drop_column(name)
    with op.batch_alter_table('source_permit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_source_permit_source'))
    op.drop_table('source_permit')
    with op.batch_alter_table('source_spell', schema=None) as batch_op:
        batch_op.drop_index('source_spell_when')
    op.drop_table('source_spell')
