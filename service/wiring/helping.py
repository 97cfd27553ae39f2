"""Asking a person for help, and answering."""

from __future__ import annotations

from typing import TypedDict

from service.usecases.helping.answer import GiveHelp
from service.usecases.helping.ask import AskForHelp
from service.usecases.helping.carry import Carry
from service.usecases.helping.overdue import OverdueHelp
from service.wiring.means import Means


class HelpCases(TypedDict):
    """The use cases of questions to people, by their names in `Accounts`."""

    ask_for_help: AskForHelp
    give_help: GiveHelp
    overdue_help: OverdueHelp


def help_cases(means: Means, *, operator: str) -> HelpCases:
    """All of them; `operator`: who is told of questions that nobody takes, "" for nobody."""
    ledger, clock, links = means.ledger, means.clock, means.links
    carry = Carry(clock=clock, write=means.write, message_id=means.message_id, links=links, operator=operator)
    return HelpCases(
        ask_for_help=AskForHelp(ledger=ledger, clock=clock, carry=carry, links=links),
        give_help=GiveHelp(ledger=ledger, clock=clock, carry=carry, links=links),
        overdue_help=OverdueHelp(ledger=ledger, clock=clock, carry=carry),
    )
