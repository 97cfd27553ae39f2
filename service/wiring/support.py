"""Programmes of support: entered, checked, kept right, read in from elsewhere, and what became of them."""

from __future__ import annotations

from functools import partial
from typing import TypedDict

from service.domain.learning import links as learning_links
from service.usecases.buyer_days import BuyerDayList
from service.usecases.programmes import Programmes
from service.usecases.programmes_care import Care
from service.usecases.programmes_import import Importing
from service.usecases.programmes_moderation import Moderation
from service.usecases.returns import ProgrammeReturns
from service.wiring.means import Means
from service.wiring.parts import Parts


class SupportCases(TypedDict):
    """The use cases of support, by their names in `Accounts`."""

    programmes: Programmes
    moderation: Moderation
    returns: ProgrammeReturns
    buyer_days: BuyerDayList


def support_cases(means: Means) -> SupportCases:
    """All of them."""
    ledger, clock = means.ledger, means.clock
    return SupportCases(
        programmes=Programmes(ledger=ledger, clock=clock),
        moderation=Moderation(ledger=ledger, clock=clock),
        returns=ProgrammeReturns(ledger=ledger, clock=clock),
        buyer_days=BuyerDayList(ledger=ledger, clock=clock),
    )


def care(parts: Parts) -> Care:
    """Reminds owners of review dates, and asks pages whether they are there."""
    from notifiers.letters import write_letter  # noqa: PLC0415 - Jinja loads only where mail is written

    return Care(
        ledger=parts.ledger,
        clock=parts.clock,
        http=parts.http,
        write=partial(write_letter, public_url=parts.settings.public_address),
        message_id=parts.message_id,
        public_url=parts.settings.public_address,
        catalogue=parts.catalogue,
        others=(learning_links,),
    )


def importing(parts: Parts) -> Importing:
    """Takes in programmes that were read elsewhere."""
    return Importing(ledger=parts.ledger, clock=parts.clock)
