"""Mail that comes in: the door, and the step that deals with it."""

from __future__ import annotations

from functools import partial
from typing import cast

from service.store.ledger import JoinedLedger, SqlTransaction
from service.usecases.accounts import Accounts
from service.usecases.answer_mail import AnswerBook, Answering
from service.usecases.subscribe import WriteConfirmation
from service.usecases.take_in import TakingIn
from service.wiring.parts import Parts
from service.wiring.people import accounts_of


def taking_in(parts: Parts) -> TakingIn | None:
    """The door for mail; None where none is taken in."""
    if parts.marks is None:
        return None
    most = parts.settings.inbound_most_bytes
    return TakingIn(ledger=parts.ledger, clock=parts.clock, marks=parts.marks, most=most)


def answering(parts: Parts) -> Answering | None:
    """The step from mails that came in to what they ask; None where none is taken in."""
    if parts.marks is None:
        return None
    from notifiers.letters import write_letter  # noqa: PLC0415 - Jinja loads only where mail is written

    def joined(book: AnswerBook, write_confirmation: WriteConfirmation | None = None) -> Accounts:
        transaction = cast("SqlTransaction", book)
        return accounts_of(
            JoinedLedger(transaction),
            clock=parts.clock,
            links=parts.links,
            message_id=parts.message_id,
            write_confirmation=write_confirmation,
        )

    return Answering(
        ledger=parts.ledger,
        clock=parts.clock,
        marks=parts.marks,
        links=parts.links,
        joined=joined,
        write=partial(write_letter, public_url=parts.links.public_url),
        message_id=parts.message_id,
        trusted=parts.settings.inbound_trusted,
        an_hour=parts.settings.inbound_an_hour,
    )
