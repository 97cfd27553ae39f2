"""When a firm hears from us, what waits for its next letter, and what it does about what it heard."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel


class RhythmRow(SQLModel, table=True):
    __tablename__ = "rhythm"

    firm_id: int = Field(primary_key=True, foreign_key="firm.id")
    #: at_once, daily or weekly.
    pace: str
    #: Hours of the day in London; -1 for none.
    quiet_from: int = -1
    quiet_until: int = -1
    working_days_only: bool = False
    remind_days: int
    changed: str


class DigestRunRow(SQLModel, table=True):
    """A letter to come, or that was made: one for each firm and slot."""

    __tablename__ = "digest_run"
    __table_args__ = (UniqueConstraint("firm_id", "slot"), Index("digest_run_due", "made", "due", "id"))

    id: int | None = Field(default=None, primary_key=True)
    firm_id: int
    #: "day:2026-11-24", "week:2026-W48", or "held:<moment>" for what could not be told at once.
    slot: str
    due: str
    #: "" until it is.
    made: str = ""


class DigestPartRow(SQLModel, table=True):
    """An alert that waits for a letter, or went with it."""

    __tablename__ = "digest_part"

    alert_id: int = Field(primary_key=True)
    run_id: int = Field(index=True)


class PursuitRow(SQLModel, table=True):
    __tablename__ = "pursuit"

    firm_id: int = Field(primary_key=True, foreign_key="firm.id")
    opportunity_id: str = Field(primary_key=True, index=True)
    #: A course of `service.domain.pursuit`.
    course: str = Field(index=True)
    since: str
    changed: str
    #: The revision that was current when it was put on the list.
    revision: int
