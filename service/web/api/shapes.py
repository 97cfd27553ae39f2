"""The shapes of the small API, from which its description (OpenAPI) is made too. They only ever gain fields."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from service.domain.source_health import Health, Permission

Verdict = Literal["suits", "might", "unlikely", "unknown"]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MoneyShape(_Shape):
    """A sum."""

    amount: str = Field(description="Decimal number as text, so that no penny is lost.")
    currency: str = Field(description="ISO 4217 code.")


class SectorShape(_Shape):
    """A trade the opportunity belongs to."""

    key: str
    label: str
    probability: float | None = Field(ge=0, le=1, description="How sure we are; null where no number was given.")
    reasons: list[str]


class SizeShape(_Shape):
    """Whom it suits."""

    micro: Verdict = Field(description="Firms of under 10 people.")
    small: Verdict = Field(description="10 to 49 people.")
    medium: Verdict = Field(description="50 to 249 people.")
    reasons: list[str]


class OpportunityShape(_Shape):
    """One opportunity, as it stands now."""

    id: str
    title: str
    buyer: str
    place: str = Field(description="Where the work is, in words.")
    areas: list[str] = Field(description="GSS codes of London authorities, where known.")
    status: str
    value_min: MoneyShape | None = Field(description="Null where the notice gives none.")
    value_max: MoneyShape | None = Field(description="Null where the notice gives none.")
    value_words: str
    starts: date | None
    ends: date | None
    closes: datetime | None = Field(description="Deadline with its offset; null where none is stated.")
    published: datetime | None
    changed: datetime | None = Field(description="When the latest revision was made by its source.")
    sectors: list[SectorShape]
    size: SizeShape
    language: str = Field(description='Two letters (ISO 639-1) of the language of the title; "" for English.')
    gpa: bool | None = Field(
        description="Whether the buyer says that the Government Procurement Agreement covers it; null: not said. "
        "It tells nobody that they may bid."
    )
    attribution: str = Field(description="What the source asks to be said with what is taken from it.")
    official_notice: str | None = Field(description="Address of the official notice.")
    page: str = Field(description="Address of our page.")


class ListShape(_Shape):
    """One page of a list, in the order asked for."""

    items: list[OpportunityShape]
    total: int = Field(ge=0, description="How many fit the filters in all.")
    next: str | None = Field(description="Address of the next page; null at the end.")
    licence: str = "Contains public sector information licensed under the Open Government Licence v3.0."


class PermitShape(_Shape):
    """That an operator permitted a source."""

    basis: str
    robots_read: date
    terms_read: date
    by: str = Field(description="A role, never a person.")
    given: datetime


class SourceShape(_Shape):
    """A source and how it fares."""

    key: str
    name: str
    home: str | None
    health: Health
    reason: str = Field(description="Why it is not well; empty where it is.")
    since: datetime | None = Field(description="Since when it fares as it does.")
    last_poll: datetime | None
    last_good: datetime | None
    last_new: datetime | None
    national: bool = Field(description="Whether every London authority publishes there by law.")
    authorities: list[str] = Field(description="GSS codes of those whose own listing it is.")
    permission: Permission
    permit: PermitShape | None
    licence: str


class CoverageShape(_Shape):
    """How one authority is covered; the two ways are told apart and never added up."""

    gss: str
    name: str
    national: list[str] = Field(description="National services that were read well within 30 days.")
    own: list[str] = Field(description="Its own listings that were read well within 30 days.")
    own_last_good: datetime | None


class SourcesShape(_Shape):
    """Every source, and the 33 London authorities."""

    sources: list[SourceShape]
    authorities: list[CoverageShape]


class ErrorShape(_Shape):
    """What went wrong, in a sentence."""

    error: str
    status: int


class PostingShape(_Shape):
    """What an organisation buys, as its own program sees it."""

    id: str
    ocid: str = Field(description="Number of its procurement in the Open Contracting Data Standard.")
    state: str = Field(description="draft, waiting, scheduled, published, withdrawn, closed or awarded.")
    version: int
    fields: dict[str, str] = Field(description="As it is written now, by the names of the columns of a file.")
    has_unpublished_changes: bool
    note: str = Field(description="Why it was sent back, withdrawn or ended; empty where nobody said.")
    published: datetime | None
    publishes: datetime | None = Field(description="When it is to be published; null where nobody said.")
    changed: datetime
    page: str | None = Field(description="Address of our page, once it is published.")


class PostingListShape(_Shape):
    """The postings of an organisation, the newest change first."""

    items: list[PostingShape]


class ProblemsShape(ErrorShape):
    """What is wrong with what was sent, in a sentence for each field."""

    problems: dict[str, str]
