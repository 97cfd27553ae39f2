"""What firms say of alerts that were not for them, as rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, delete, func, select

from service.domain.codec import interest_from_json, interest_to_json
from service.domain.correction import MOST_OF_ONE_PERSON
from service.domain.not_for_me import Reason
from service.domain.pursuit import course_in
from service.store.database import known_moment, moment, stored
from service.store.session import Part, table
from service.store.tables import CorrectionRow, FeedbackRow
from service.usecases.feedback import Answer, Changed

FEEDBACK = table(FeedbackRow)
_CORRECTION = table(CorrectionRow)


class Feedbacks(Part):
    """Answers to alerts."""

    async def keep_answer(self, answer: Answer) -> None:
        """Keep what a firm said, instead of what it said before of the same."""
        mine = (FEEDBACK.c.firm_id == answer.firm) & (FEEDBACK.c.opportunity_id == answer.opportunity)
        await self.connection.execute(delete(FEEDBACK).where(mine))
        changes = [
            [each.interest, interest_to_json(each.before).decode(), interest_to_json(each.after).decode(), each.words]
            for each in answer.changes
        ]
        await self.connection.execute(
            FEEDBACK.insert().values(
                firm_id=answer.firm,
                opportunity_id=answer.opportunity,
                reason=answer.reason,
                said=answer.said,
                revision=answer.revision,
                tags_version=answer.tags_version,
                at=stored(answer.at),
                undone=stored(answer.undone),
                changes=json.dumps({"interests": changes, "course": answer.course}, ensure_ascii=False),
            )
        )

    async def answer_on(self, firm: int, opportunity: str) -> Answer | None:
        """What a firm said of an opportunity; None: nothing."""
        asked = select(FEEDBACK).where(FEEDBACK.c.firm_id == firm, FEEDBACK.c.opportunity_id == opportunity)
        row = (await self.connection.execute(asked)).one_or_none()
        return _answer(row) if row is not None else None

    async def answers_since(self, firm: int, since: datetime) -> int:
        """How many answers a firm gave since a moment."""
        asked = select(func.count()).where(FEEDBACK.c.firm_id == firm, FEEDBACK.c.at >= stored(since))
        return (await self.connection.execute(asked)).scalar_one()

    async def answers_to_judge_by(self) -> Sequence[Answer]:
        """Every answer that holds, the newest first, at most as many of one firm as of one person are learnt from."""
        asked = select(FEEDBACK).where(FEEDBACK.c.undone == "").order_by(FEEDBACK.c.at.desc(), FEEDBACK.c.id.desc())
        taken: dict[int, int] = {}
        kept = []
        for row in await self._all(asked):
            taken[row.firm_id] = taken.get(row.firm_id, 0) + 1
            if taken[row.firm_id] <= MOST_OF_ONE_PERSON:
                kept.append(_answer(row))
        return kept

    async def take_back_correction(self, opportunity: str, person: str) -> None:
        """Forget what somebody said of the trade of an opportunity."""
        mine = (_CORRECTION.c.opportunity_id == opportunity) & (_CORRECTION.c.person == person)
        await self.connection.execute(delete(_CORRECTION).where(mine))


def _answer(row: Row[Any]) -> Answer:
    kept = json.loads(row.changes)
    if isinstance(kept, list):  # written before lists were changed too
        kept = {"interests": kept, "course": None}
    return Answer(
        firm=row.firm_id,
        opportunity=row.opportunity_id,
        reason=cast("Reason", row.reason),
        said=row.said,
        revision=row.revision,
        tags_version=row.tags_version,
        at=known_moment(row.at),
        changes=tuple(
            Changed(interest=number, before=interest_from_json(before), after=interest_from_json(after), words=words)
            for number, before, after, words in kept["interests"]
        ),
        course=course_in(kept["course"] or ""),
        undone=moment(row.undone),
    )
