"""When contracts end"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('contract_end',
    sa.Column('opportunity_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('ends', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('sectors', sa.Text(), nullable=False),
    sa.Column('areas', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('opportunity_id')
    )
    with op.batch_alter_table('contract_end', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_end_ends'), ['ends'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('contract_end', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contract_end_ends'))
    op.drop_table('contract_end')
