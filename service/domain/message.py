"""What is sent: one message, to one destination, that carries one alert, a digest, or word about the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.domain.opportunity import FieldDifference, Opportunity
from service.domain.place import Place
from service.domain.programme import Suggestion
from service.domain.tagging import Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something to press under a message, where the channel has such buttons. Either `pressed` or `url` is given."""

    label: str
    #: What comes back when it is pressed, below 64 bytes: a word and perhaps a number, checked anew each time.
    pressed: str = ""
    url: str = ""


#: Rows of buttons.
Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertContent:
    """Everything one alert says."""

    #: "new", or a revision number as text, or "reminder:<date>".
    change: str
    opportunity: Opportunity
    tags: Tags
    place: Place
    reasons: tuple[str, ...]
    differences: tuple[FieldDifference, ...]
    #: "", "changed", "cancelled", "awarded" or "deadline": what to say first of a change.
    change_kind: str
    help: tuple[Suggestion, ...]
    #: Our own page of it.
    page_url: str
    #: Name and attribution line of the source.
    source_name: str
    attribution: str
    #: Number of the alert, for what is pressed under it; 0 where there is none.
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses for one firm: to change, pause or stop, and the one-click stop of RFC 8058."""

    manage: str
    unsubscribe: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message in words."""

    subject: str
    text: str
    html: str
    buttons: Buttons = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message ready to go. Fixed for ever once composed, so that a repeat can be recognised by its `message_id`."""

    #: RFC 5322 Message-ID with angle brackets.
    message_id: str
    #: "email" or "telegram"; later "webhook".
    channel: str
    #: The address of the channel.
    to: str
    subject: str
    text: str
    html: str
    #: "alert", "digest" or "account". Account mail carries no List-* headers.
    kind: str
    created: datetime
    #: One-click stop; "" on account mail.
    unsubscribe_url: str = ""
    #: What can be pressed; only chats show them.
    buttons: Buttons = ()
    #: Message-ID of the mail that this answers; "" where it answers none.
    in_reply_to: str = ""
    #: Where answers go, and where what cannot be delivered comes back to; "" for the sender's address.
    reply_to: str = ""
    return_path: str = ""


def account_mail(
    written: Written, *, message_id: str, to: str, at: datetime, channel: str = "email", in_reply_to: str = ""
) -> Message:
    """Word about an account, to one address: nothing that one subscribes to, so nothing to stop."""
    return Message(
        message_id=message_id,
        channel=channel,
        to=to,
        subject=written.subject,
        text=written.text,
        html=written.html,
        kind="account",
        created=at,
        in_reply_to=in_reply_to,
        buttons=written.buttons,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the far side said when it took a message."""

    at: datetime
    #: For SMTP the reply line.
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLetter:
    """Word about the account, before it is written: one thing said, one button, and why it came."""

    subject: str
    heading: str
    said: tuple[str, ...]
    #: "" where there is nothing to press.
    button: str = ""
    url: str = ""
    after: tuple[str, ...] = ()
    why: str
