"""A talk with one person in a chat: what comes in and what goes out, whatever program carries it."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.message import Buttons

#: A person can read this many characters in a chat at a glance; a message stays below.
MOST_CHARACTERS = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One thing a person said or pressed, as the far side numbered it."""

    number: int
    #: The address of the chat.
    chat: str
    #: Whether nobody else reads along. We talk to one person at a time.
    is_private: bool
    #: What was typed; "" where a button was pressed or something else was sent.
    text: str = ""
    #: What the pressed button stands for; "" where none was.
    pressed: str = ""
    #: Names the press, so that the far side can be told that it was seen.
    press: str = ""
    #: Number of the message whose button was pressed; 0 for none.
    under: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One thing said back. The words are the few tags of HTML that chats know, with everything else escaped."""

    html: str
    buttons: Buttons = ()
    #: Number of the message that this one takes the place of; 0 for a new one.
    instead_of: int = 0
    #: A document that comes with it, and its name; "" for none.
    document: str = ""
    document_name: str = ""
