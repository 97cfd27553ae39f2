"""What firms and a buyer say to each other about a posting, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, delete, select, update

from service.domain.posting import Posting
from service.domain.posting_talk import Question, QuestionState, Reply
from service.store.database import known_moment, moment, stored
from service.store.postings import POSTING, asked_postings, posting_of
from service.store.session import Part, table
from service.store.tables import OpportunityKeyRow, PostingQuestionRow, PostingReplyRow

QUESTION, REPLY, KEY = table(PostingQuestionRow), table(PostingReplyRow), table(OpportunityKeyRow)


class PostingTalk(Part):
    """Questions and replies."""

    async def posting_behind(self, opportunity: str) -> Posting | None:
        """The published posting an opportunity was made of, also where it was joined with others; None: of none."""
        asked = (
            asked_postings()
            .join(KEY, (KEY.c.scheme == "ocid") & (KEY.c.key == POSTING.c.ocid))
            .where(KEY.c.opportunity_id == opportunity, POSTING.c.live != "")
            .order_by(POSTING.c.published.desc())
        )
        row = (await self.connection.execute(asked)).first()
        return posting_of(row) if row else None

    async def opportunity_behind(self, posting: Posting) -> str:
        """The opportunity a posting has become; "" where it is not recorded yet."""
        asked = select(KEY.c.opportunity_id).where(KEY.c.scheme == "ocid", KEY.c.key == posting.ocid)
        return (await self.connection.execute(asked)).scalar() or ""

    async def keep_question(self, posting: str, *, firm: int, text: str, at: datetime) -> int:
        """Write a question that waits; its number."""
        values = {"posting_id": posting, "firm_id": firm, "text": text, "answer": "", "asked": stored(at)}
        waits = {"state": QuestionState.WAITING.value, "decided": ""}
        number = await self.insert_numbered(PostingQuestionRow, values | waits)
        if number is None:  # pragma: no cover - there is no unique key to collide with
            raise LookupError
        return number

    async def questions_of(self, posting: str) -> Sequence[Question]:
        """All questions about a posting, the oldest first."""
        asked = select(QUESTION).where(QUESTION.c.posting_id == posting).order_by(QUESTION.c.id)
        return [_question(row) for row in (await self.connection.execute(asked)).all()]

    async def decide_question(
        self, number: int, *, posting: str, state: QuestionState, answer: str, at: datetime
    ) -> bool:
        """Answer or decline a question that waits; False where it does not any more."""
        changed = await self.connection.execute(
            update(QUESTION)
            .where(QUESTION.c.id == number, QUESTION.c.posting_id == posting)
            .where(QUESTION.c.state == QuestionState.WAITING.value)
            .values(state=state.value, answer=answer, decided=stored(at))
        )
        return bool(changed.rowcount)

    async def keep_reply(self, reply: Reply) -> None:
        """Write that a firm replied, over what it said before."""
        values = {
            "posting_id": reply.posting,
            "firm_id": reply.firm,
            "text": reply.text,
            "price": reply.price,
            "contact": reply.contact,
            "at": stored(reply.at),
        }
        await self.put(PostingReplyRow, values)

    async def replies_to(self, posting: str) -> Sequence[Reply]:
        """Everything that came in for a posting, the oldest first."""
        asked = select(REPLY).where(REPLY.c.posting_id == posting).order_by(REPLY.c.at, REPLY.c.firm_id)
        return [_reply(row) for row in (await self.connection.execute(asked)).all()]

    async def drop_old_replies(self, *, before: datetime) -> int:
        """Take away replies to postings that were last changed before a moment; how many."""
        old = select(POSTING.c.id).where(POSTING.c.changed < stored(before))
        gone = await self.connection.execute(
            delete(REPLY).where(REPLY.c.posting_id.in_(old), REPLY.c.at < stored(before))
        )
        return int(gone.rowcount)


def _question(row: Row[tuple[object, ...]]) -> Question:
    return Question(
        identity=row.id,
        posting=row.posting_id,
        firm=row.firm_id,
        text=row.text,
        answer=row.answer,
        state=QuestionState(row.state),
        asked=known_moment(row.asked),
        decided=moment(row.decided),
    )


def _reply(row: Row[tuple[object, ...]]) -> Reply:
    return Reply(
        posting=row.posting_id,
        firm=row.firm_id,
        text=row.text,
        price=row.price,
        contact=row.contact,
        at=known_moment(row.at),
    )
