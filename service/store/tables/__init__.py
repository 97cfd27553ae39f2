"""The rows. The unique keys here are the promises of the flow: "insert, on conflict do nothing" is the de-duplication.

Moments are stored as UTC text in ISO 8601 with microseconds, which sorts and compares alike on every database.
"""

from __future__ import annotations

from service.store.tables.firms import DestinationRow, FirmRow, InterestRow
from service.store.tables.flow import EventRow, TickRow
from service.store.tables.polling import BookmarkRow, PaceRow, PollLeaseRow, SourceHealthRow
from service.store.tables.recorded import NoticeRow, OpportunityKeyRow, OpportunityRow, RevisionRow
from service.store.tables.telling import AlertRow, DeliveryRow, LetterRow, MessageRow

__all__ = [
    "AlertRow",
    "BookmarkRow",
    "DeliveryRow",
    "DestinationRow",
    "EventRow",
    "FirmRow",
    "InterestRow",
    "LetterRow",
    "MessageRow",
    "NoticeRow",
    "OpportunityKeyRow",
    "OpportunityRow",
    "PaceRow",
    "PollLeaseRow",
    "RevisionRow",
    "SourceHealthRow",
    "TickRow",
]
