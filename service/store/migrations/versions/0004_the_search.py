"""The search: what lists go by in a table of its own, the words under an index of the database"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from hashlib import blake2b

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.engine import Connection

from service.domain.search_words import indexed_words
from service.domain.words import tokens
from service.store.search import as_tsvector

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

_BATCH = 500
_OLD_WORDS = ('sector_words', 'area_words', 'size_words', 'search_words')
_OPPORTUNITY = sa.table(
    'opportunity',
    *(sa.column(name) for name in ('id', 'redirect_to', 'status', 'closes', 'first_published', 'state', 'tagged_revision', *_OLD_WORDS)),
)


def upgrade() -> None:
    op.create_table('search_row',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('opportunity_id', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('joined', sa.Boolean(), nullable=False),
    sa.Column('status', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('published', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('closes', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('source', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('below_threshold', sa.Boolean(), nullable=False),
    sa.Column('worth_from', sa.BigInteger(), nullable=False),
    sa.Column('worth_to', sa.BigInteger(), nullable=False),
    sa.Column('sectors', sa.Text(), nullable=False),
    sa.Column('areas', sa.Text(), nullable=False),
    sa.Column('sizes', sa.Text(), nullable=False),
    sa.Column('words_hash', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('changed', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('number'),
    sa.UniqueConstraint('opportunity_id')
    )
    with op.batch_alter_table('search_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_row_changed'), ['changed'], unique=False)

    connection = op.get_bind()
    if connection.dialect.name == 'sqlite':
        op.execute("CREATE VIRTUAL TABLE search_words USING fts5(words, tokenize = \"ascii tokenchars '_'\")")
    else:
        op.execute('CREATE TABLE search_words (number bigint PRIMARY KEY, words tsvector NOT NULL)')
        # Not compressed: a vector is looked into far more often than it is written.
        op.execute('ALTER TABLE search_words ALTER COLUMN words SET STORAGE EXTERNAL')
    _fill(connection)
    if connection.dialect.name != 'sqlite':
        # Without a list of what waits: a search would read all of it each time.
        op.execute('CREATE INDEX ix_search_words_words ON search_words USING gin (words) WITH (fastupdate = off)')
    with op.batch_alter_table('opportunity', schema=None) as batch_op:
        for name in _OLD_WORDS:
            batch_op.drop_column(name)


def downgrade() -> None:
    with op.batch_alter_table('opportunity', schema=None) as batch_op:
        for name in _OLD_WORDS:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=''))
    connection = op.get_bind()
    search = sa.table('search_row', *(sa.column(name) for name in ('opportunity_id', 'sectors', 'areas', 'sizes')))
    for row, state in _opportunities(connection, _OPPORTUNITY.c.tagged_revision > 0):
        kept = connection.execute(sa.select(search).where(search.c.opportunity_id == row.id)).one_or_none()
        words = tokens(' '.join(_texts(state)))[:4000]
        connection.execute(
            sa.update(_OPPORTUNITY).where(_OPPORTUNITY.c.id == row.id).values(
                sector_words=_padded(kept.sectors if kept else ''), area_words=_padded(kept.areas if kept else ''),
                size_words=_padded(kept.sizes if kept else ''), search_words=_padded(' '.join(words)),
            )
        )
    with op.batch_alter_table('opportunity', schema=None) as batch_op:
        for name in _OLD_WORDS:
            batch_op.alter_column(name, server_default=None)
    op.drop_table('search_words')
    with op.batch_alter_table('search_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_row_changed'))
    op.drop_table('search_row')


def _fill(connection: Connection) -> None:
    """Put everything that was judged into the new tables."""
    search = sa.table('search_row', *(sa.column(name) for name in (
        'number', 'opportunity_id', 'joined', 'status', 'published', 'closes', 'source', 'below_threshold',
        'worth_from', 'worth_to', 'sectors', 'areas', 'sizes', 'words_hash', 'changed',
    )))
    sqlite = connection.dialect.name == 'sqlite'
    index = sa.text(
        'INSERT INTO search_words (rowid, words) VALUES (:number, :words)' if sqlite else
        'INSERT INTO search_words (number, words) VALUES (:number, CAST(CAST(:words AS text) AS tsvector))'
    )
    for row, state in _opportunities(connection, _OPPORTUNITY.c.tagged_revision > 0):
        title, buyer, description = _texts(state)
        words = indexed_words(title=title, buyer=buyer, description=description)
        low, high = _pence(state.get('details', {}))
        number = connection.execute(
            sa.insert(search).values(
                opportunity_id=row.id, joined=row.redirect_to != '', status=row.status, published=row.first_published,
                closes=row.closes, source=state.get('source', ''),
                below_threshold=state.get('details', {}).get('below_threshold') is True, worth_from=low, worth_to=high,
                sectors=row.sector_words.strip(), areas=row.area_words.strip(), sizes=row.size_words.strip(),
                words_hash=blake2b(words.encode(), digest_size=12).hexdigest(), changed=1,
            ).returning(search.c.number)
        ).scalar_one()
        connection.execute(index, {'number': number, 'words': words if sqlite else as_tsvector(words)})


def _opportunities(connection: Connection, where: sa.ColumnElement[bool]) -> Iterator[tuple[sa.Row, dict]]:
    after = ''
    while True:
        rows = connection.execute(
            sa.select(_OPPORTUNITY).where(where, _OPPORTUNITY.c.id > after).order_by(_OPPORTUNITY.c.id).limit(_BATCH)
        ).all()
        for row in rows:
            yield row, json.loads(bytes(row.state).decode('utf-8', 'surrogatepass'))
        if len(rows) < _BATCH:
            return
        after = rows[-1].id


def _texts(state: dict) -> tuple[str, str, str]:
    details = state.get('details', {})
    return details.get('title', ''), (details.get('buyer') or {}).get('name', ''), details.get('description', '')


def _pence(details: dict) -> tuple[int, int]:
    whole, lots = _pounds(details.get('value')), [_pounds(lot.get('value')) for lot in details.get('lots', ())]
    known = [amount for amount in (whole, *lots) if amount is not None]
    stated = any(Decimal((details.get('value') or {}).get(name) or 0) for name in ('net', 'gross', 'minimum'))
    if not known or (whole is None and (None in lots or stated)):
        return -1, -1
    sums = [min(max(int(amount * 100), 0), 10**17) for amount in known]
    return min(sums), max(sums)


def _pounds(value: dict | None) -> Decimal | None:
    value = value or {}
    best = next((value[name] for name in ('net', 'gross', 'minimum') if value.get(name) is not None), None)
    return Decimal(best) if best is not None and Decimal(best) and value.get('currency', 'GBP') == 'GBP' else None


def _padded(words: str) -> str:
    return f' {words} ' if words else ''
