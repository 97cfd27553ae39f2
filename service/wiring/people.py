"""What people may do, whatever they belong to: signing in, firms, and the subjects that have files of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from service.ports import Clock, Tagger
from service.registry import all_sources, the_tagger
from service.store.ledger import SqlLedger
from service.usecases.accounts import Accounts
from service.usecases.api_keys import ApiKeys
from service.usecases.chat.account import ChatLinks
from service.usecases.correct import Correcting
from service.usecases.drafts import Drafts
from service.usecases.feedback import Feedback
from service.usecases.firm_account import FirmAccount
from service.usecases.links import Links
from service.usecases.organisations import Organisations
from service.usecases.past_letters import PastLetters
from service.usecases.people import Membering
from service.usecases.pursue import Lists
from service.usecases.rights import Rights
from service.usecases.sign_in import SignIn
from service.usecases.silence import ReceiptChoices
from service.usecases.subscribe import Subscribe, WriteConfirmation
from service.usecases.take_down import TakeDown
from service.usecases.team import Team
from service.usecases.timing import Timing
from service.wiring.helping import help_cases
from service.wiring.means import Means
from service.wiring.parts import Parts
from service.wiring.postings import posting_cases
from service.wiring.sources import permitting_of
from service.wiring.support import support_cases


def accounts_of(
    ledger: SqlLedger,
    *,
    clock: Clock,
    links: Links,
    message_id: Callable[[], str],
    write_confirmation: WriteConfirmation | None = None,
    tagger: Callable[[], Tagger] = the_tagger,
    operator: str = "",
    files: Path = Path("files"),
) -> Accounts:
    """The use cases of people over a ledger."""
    from notifiers import render  # noqa: PLC0415 - Jinja loads only where mail is written
    from notifiers.chat_letter import chat_letter  # noqa: PLC0415 - the same
    from notifiers.letters import write_letter  # noqa: PLC0415 - the same

    write = partial(write_letter, public_url=links.public_url)
    means = Means(
        ledger=ledger,
        clock=clock,
        links=links,
        write=write,
        message_id=message_id,
        write_by_channel={"telegram": chat_letter},
    )
    postings, support = posting_cases(means, tagger=tagger, files=files), support_cases(means)
    ending, moderation = postings["posting_end"], support["moderation"]
    return Accounts(
        sign_in=SignIn(
            ledger=ledger, flow=ledger, clock=clock, write=write, message_id=message_id, public_url=links.public_url
        ),
        membering=Membering(ledger=ledger, clock=clock),
        drafts=Drafts(ledger=ledger, clock=clock),
        subscribe=Subscribe(
            ledger=ledger,
            links=links,
            clock=clock,
            write_confirmation=write_confirmation or render.write_confirmation,
            write=write,
            message_id=message_id,
            channel="email",
        ),
        firm=FirmAccount(ledger=ledger, clock=clock),
        team=Team(ledger=ledger, clock=clock, write=write, message_id=message_id, public_url=links.public_url),
        rights=Rights(ledger=ledger, clock=clock),
        chat_links=ChatLinks(ledger=ledger, clock=clock),
        feedback=Feedback(ledger=ledger, clock=clock),
        correcting=Correcting(ledger=ledger, clock=clock),
        receipts=ReceiptChoices(ledger=ledger, clock=clock),
        timing=Timing(ledger=ledger, clock=clock),
        lists=Lists(ledger=ledger, clock=clock),
        past_letters=PastLetters(ledger=ledger, clock=clock),
        api_keys=ApiKeys(ledger=ledger, clock=clock),
        permitting=permitting_of(ledger, clock=clock, sources=all_sources),
        take_down=TakeDown(ledger=ledger, clock=clock, ending=ending, moderation=moderation),
        **postings,
        **help_cases(means, operator=operator),
        **support,
    )


def organisations(parts: Parts) -> Organisations:
    """Who may be let in to buy."""
    return Organisations(ledger=parts.ledger, clock=parts.clock, membering=parts.accounts.membering)
