"""The rows. The unique keys here are the promises of the flow: "insert, on conflict do nothing" is the de-duplication.

Moments are stored as UTC text in ISO 8601 with microseconds, which sorts and compares alike on every database.
"""

from __future__ import annotations

from service.store.tables.answers import CanaryRow, FeedbackRow, ReceiptChoiceRow
from service.store.tables.api_keys import ApiKeyRow
from service.store.tables.chats import (
    ChannelChoiceRow,
    ChatAnswerRow,
    ChatInboxRow,
    ChatLinkRow,
    ChatRow,
    ChatUpdateRow,
)
from service.store.tables.doors import DraftRow, SessionRow, SignInRow
from service.store.tables.firms import DestinationRow, FirmRow, InterestRow
from service.store.tables.flow import ChangesRow, EventRow, TickRow
from service.store.tables.helping import HelplineRow, HelpRequestRow, HelpStepRow
from service.store.tables.inbound import BounceRow, InboundRow
from service.store.tables.learning import BuyerDayRow
from service.store.tables.people import AddressChangeRow, InvitationRow, MembershipRow, OrganisationRow, PersonRow
from service.store.tables.polling import (
    BookmarkRow,
    PaceRow,
    PollLeaseRow,
    SourceHealthRow,
    SourcePermitRow,
    SourceSpellRow,
)
from service.store.tables.posting import (
    OrganisationDomainRow,
    PostingFileRow,
    PostingQuestionRow,
    PostingReplyRow,
    PostingRow,
)
from service.store.tables.programmes import (
    LinkCheckRow,
    ProgrammeChangeRow,
    ProgrammeCheckRow,
    ProgrammeEntryRow,
)
from service.store.tables.radar import ContractEndRow
from service.store.tables.recorded import ApartRow, NoticeRow, OpportunityKeyRow, OpportunityRow, RevisionRow
from service.store.tables.returning import AlertHelpRow, ProgrammeOpeningRow, ProgrammeUseRow
from service.store.tables.rights import AuditRow, ConsentRow, ProfileRow, SaltRow, SuppressionRow
from service.store.tables.searching import SearchRow
from service.store.tables.teaching import CorrectionRow
from service.store.tables.telling import AlertRow, DeliveryRow, LetterRow, MessageRow
from service.store.tables.when import DigestPartRow, DigestRunRow, PursuitRow, RhythmRow

__all__ = [
    "AddressChangeRow",
    "AlertHelpRow",
    "AlertRow",
    "ApartRow",
    "ApiKeyRow",
    "AuditRow",
    "BookmarkRow",
    "BounceRow",
    "BuyerDayRow",
    "CanaryRow",
    "ChangesRow",
    "ChannelChoiceRow",
    "ChatAnswerRow",
    "ChatInboxRow",
    "ChatLinkRow",
    "ChatRow",
    "ChatUpdateRow",
    "ConsentRow",
    "ContractEndRow",
    "CorrectionRow",
    "DeliveryRow",
    "DestinationRow",
    "DigestPartRow",
    "DigestRunRow",
    "DraftRow",
    "EventRow",
    "FeedbackRow",
    "FirmRow",
    "HelpRequestRow",
    "HelpStepRow",
    "HelplineRow",
    "InboundRow",
    "InterestRow",
    "InvitationRow",
    "LetterRow",
    "LinkCheckRow",
    "MembershipRow",
    "MessageRow",
    "NoticeRow",
    "OpportunityKeyRow",
    "OpportunityRow",
    "OrganisationDomainRow",
    "OrganisationRow",
    "PaceRow",
    "PersonRow",
    "PollLeaseRow",
    "PostingFileRow",
    "PostingQuestionRow",
    "PostingReplyRow",
    "PostingRow",
    "ProfileRow",
    "ProgrammeChangeRow",
    "ProgrammeCheckRow",
    "ProgrammeEntryRow",
    "ProgrammeOpeningRow",
    "ProgrammeUseRow",
    "PursuitRow",
    "ReceiptChoiceRow",
    "RevisionRow",
    "RhythmRow",
    "SaltRow",
    "SearchRow",
    "SessionRow",
    "SignInRow",
    "SourceHealthRow",
    "SourcePermitRow",
    "SourceSpellRow",
    "SuppressionRow",
    "TickRow",
]
