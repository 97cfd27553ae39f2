"""One turn of a talk: what was said, where the talk stands, and what a turn leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from service.domain.chat import Answer, Incoming
from service.domain.message import Button, Buttons
from service.ports import Clock
from service.usecases.chat.book import ChatState, TalkBook
from service.usecases.firm_account import FirmAccount
from service.usecases.rights import Rights
from service.usecases.subscribe import Firm

#: The channel whose destinations are chats.
TELEGRAM = "telegram"
#: What is asked while somebody signs up, or changes or adds one thing.
SIGN_UP_STEPS = ("work", "places", "size", "check")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a reply is made of. The verbs of the account work within the open transaction."""

    book: TalkBook
    said: Incoming
    state: ChatState
    clock: Clock
    public_url: str
    account: FirmAccount
    rights: Rights
    #: The firm the chat belongs to; None: nobody's.
    firm: Firm | None = None
    #: The word of a command or button, and what came with it.
    verb: str = ""
    rest: str = ""

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.clock.now()

    @property
    def chat(self) -> str:
        """The address of the chat."""
        return self.said.chat

    @property
    def number(self) -> int:
        """The number that came with a command or button; 0 where there is none."""
        return int(self.rest) if self.rest.isascii() and self.rest.isdigit() and len(self.rest) < 16 else 0  # noqa: PLR2004

    def at(self, step: str, answers: Mapping[str, object] | None = None) -> ChatState:
        """The talk with another open question."""
        return replace(self.state, step=step, answers=self.state.answers if answers is None else answers)

    def done(self) -> ChatState:
        """The talk with no open question."""
        return replace(self.state, step="", answers={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a turn leads to: what is said, and where the talk stands. `state` None: as it stood."""

    answers: Sequence[Answer] = ()
    state: ChatState | None = None
    #: The chat is nobody's any more: nothing of the talk is kept.
    is_over: bool = False


def say(*lines: str, buttons: Buttons = (), instead_of: int = 0) -> Answer:
    """An answer of lines that are plain text."""
    return Answer(html="\n".join(escape(line, quote=False) for line in lines), buttons=buttons, instead_of=instead_of)


def press(label: str, pressed: str) -> Button:
    """A button."""
    return Button(label=label, pressed=pressed)


def rows(*each: Button) -> Buttons:
    """Buttons one below the other: their words are never cut off on a phone."""
    return tuple((button,) for button in each)
