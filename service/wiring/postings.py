"""What a buyer's people may do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from service.domain.posting_release import SOURCE
from service.ports import Tagger
from service.registry import source_named
from service.store.shelf import FolderShelf
from service.usecases.advise import Advise
from service.usecases.posting.approve import PostingApproval
from service.usecases.posting.care import PostingCare
from service.usecases.posting.dates import PostingDates
from service.usecases.posting.end import PostingEnd
from service.usecases.posting.letters import PostingLetters
from service.usecases.posting.many import PostingMany
from service.usecases.posting.notices import PostingNotices
from service.usecases.posting.papers import PostingPapers
from service.usecases.posting.preview import PostingPreview
from service.usecases.posting.talk import PostingConversation
from service.usecases.posting.write import Post
from service.usecases.see_as_supplier import SeeAsSupplier
from service.wiring.means import Means


class PostingCases(TypedDict):
    """The use cases of postings, by their names in `Accounts`."""

    post: Post
    posting_preview: PostingPreview
    posting_approval: PostingApproval
    posting_end: PostingEnd
    posting_care: PostingCare
    posting_dates: PostingDates
    posting_many: PostingMany
    posting_papers: PostingPapers
    posting_talk: PostingConversation
    advise: Advise
    see_as_supplier: SeeAsSupplier


def posting_cases(means: Means, *, tagger: Callable[[], Tagger], files: Path) -> PostingCases:
    """All of them; `files`: the folder of the papers."""
    ledger, clock = means.ledger, means.clock
    letters = PostingLetters(
        write=means.write,
        message_id=means.message_id,
        public_url=means.public_url,
        write_by_channel=means.write_by_channel,
    )
    notices = PostingNotices(source=source_named(SOURCE), clock=clock, public_url=means.public_url)
    post = Post(ledger=ledger, clock=clock, tagger=tagger)
    preview = PostingPreview(ledger=ledger, clock=clock, notices=notices, tagger=tagger)
    approval = PostingApproval(ledger=ledger, clock=clock, notices=notices, letters=letters)
    return PostingCases(
        post=post,
        posting_preview=preview,
        posting_approval=approval,
        posting_end=PostingEnd(ledger=ledger, clock=clock, notices=notices),
        posting_care=PostingCare(post=post, notices=notices, letters=letters),
        posting_dates=PostingDates(approval=approval),
        posting_many=PostingMany(post=post, preview=preview),
        posting_papers=PostingPapers(ledger=ledger, clock=clock, shelf=FolderShelf(files)),
        posting_talk=PostingConversation(ledger=ledger, clock=clock, letters=letters),
        advise=Advise(ledger=ledger, clock=clock),
        see_as_supplier=SeeAsSupplier(tagger=tagger, clock=clock),
    )
