"""The use cases of people and accounts, together, as the web and the commands are given them."""

from __future__ import annotations

from dataclasses import dataclass

from service.usecases.advise import Advise
from service.usecases.api_keys import ApiKeys
from service.usecases.buyer_days import BuyerDayList
from service.usecases.chat.account import ChatLinks
from service.usecases.correct import Correcting
from service.usecases.drafts import Drafts
from service.usecases.feedback import Feedback
from service.usecases.firm_account import FirmAccount
from service.usecases.helping.answer import GiveHelp
from service.usecases.helping.ask import AskForHelp
from service.usecases.helping.overdue import OverdueHelp
from service.usecases.past_letters import PastLetters
from service.usecases.people import Membering
from service.usecases.permit import Permitting
from service.usecases.posting.approve import PostingApproval
from service.usecases.posting.care import PostingCare
from service.usecases.posting.dates import PostingDates
from service.usecases.posting.end import PostingEnd
from service.usecases.posting.many import PostingMany
from service.usecases.posting.papers import PostingPapers
from service.usecases.posting.preview import PostingPreview
from service.usecases.posting.talk import PostingConversation
from service.usecases.posting.write import Post
from service.usecases.programmes import Programmes
from service.usecases.programmes_moderation import Moderation
from service.usecases.pursue import Lists
from service.usecases.returns import ProgrammeReturns
from service.usecases.rights import Rights
from service.usecases.see_as_supplier import SeeAsSupplier
from service.usecases.sign_in import SignIn
from service.usecases.silence import ReceiptChoices
from service.usecases.subscribe import Subscribe
from service.usecases.take_down import TakeDown
from service.usecases.team import Team
from service.usecases.timing import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """What may be done about people, whatever they belong to."""

    sign_in: SignIn
    membering: Membering
    drafts: Drafts
    subscribe: Subscribe
    firm: FirmAccount
    team: Team
    rights: Rights
    chat_links: ChatLinks
    feedback: Feedback
    correcting: Correcting
    receipts: ReceiptChoices
    timing: Timing
    lists: Lists
    past_letters: PastLetters
    post: Post
    posting_preview: PostingPreview
    posting_approval: PostingApproval
    posting_end: PostingEnd
    advise: Advise
    see_as_supplier: SeeAsSupplier
    posting_care: PostingCare
    posting_dates: PostingDates
    posting_many: PostingMany
    posting_papers: PostingPapers
    posting_talk: PostingConversation
    api_keys: ApiKeys
    ask_for_help: AskForHelp
    give_help: GiveHelp
    overdue_help: OverdueHelp
    programmes: Programmes
    moderation: Moderation
    returns: ProgrammeReturns
    buyer_days: BuyerDayList
    take_down: TakeDown
    permitting: Permitting

    async def tidy(self) -> None:
        """Keep nothing longer than promised in docs/privacy-and-retention.md."""
        await self.subscribe.tidy()
        await self.sign_in.tidy()
        await self.drafts.tidy()
        await self.rights.tidy()
        await self.posting_talk.tidy()
