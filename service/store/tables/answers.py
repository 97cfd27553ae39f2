"""What firms answer to alerts, when they want to hear that there was nothing, and how the canary fares."""

from __future__ import annotations

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class FeedbackRow(SQLModel, table=True):
    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("firm_id", "opportunity_id"),)

    id: int | None = Field(default=None, primary_key=True)
    firm_id: int = Field(index=True)
    opportunity_id: str = Field(index=True)
    #: A `Reason` of `service.domain.not_for_me`.
    reason: str
    said: str = Field(default="", sa_type=Text)
    #: The revision it was said of, and the version of the tags that were shown.
    revision: int
    tags_version: str = ""
    at: str
    #: When it was taken back; "" while it holds.
    undone: str = ""
    #: JSON list of [interest, its JSON before, its JSON after, what changed in words].
    changes: str = Field(default="[]", sa_type=Text)


class ReceiptChoiceRow(SQLModel, table=True):
    __tablename__ = "receipt_choice"

    firm_id: int = Field(primary_key=True, foreign_key="firm.id")
    #: quiet (in a month without alerts), monthly or never.
    choice: str
    changed: str


class CanaryRow(SQLModel, table=True):
    __tablename__ = "canary"

    #: "walk" for the sample notice that goes through every step.
    name: str = Field(primary_key=True)
    at: str
    #: The last time all was well; "" for never.
    good: str = ""
    #: What is wrong, in a sentence; "" where nothing is.
    trouble: str = Field(default="", sa_type=Text)
