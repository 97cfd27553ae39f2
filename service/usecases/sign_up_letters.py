"""What somebody is told who signs up with an address that is known."""

from __future__ import annotations

from service.domain.message import AccountLetter

_WHY = "You get this because somebody, perhaps you, signed up with this address."


def signed_up_already_letter(manage: str) -> AccountLetter:
    """The address gets alerts; nothing of it changes."""
    return AccountLetter(
        subject="You are signed up already",
        heading="You are signed up already",
        said=("Somebody, perhaps you, signed up with this address. It has alerts already, and nothing has changed.",),
        button="Change or pause your alerts",
        url=manage,
        after=("You can stop them on the same page.", "If it was not you, there is nothing to do."),
        why=_WHY,
    )


def begin_again_letter(url: str, hours: int) -> AccountLetter:
    """Mail to the address came back for good, so nothing was sent there any more; its owner may open it again."""
    return AccountLetter(
        subject="Confirm, and your alerts begin again",
        heading="Shall your alerts begin again?",
        said=(
            "Mail to this address came back to us, so we stopped sending any.",
            "Somebody, perhaps you, has now signed up with it again.",
            "Press the button, and you will get e-mails again, about what you asked for before.",
        ),
        button="Start my alerts again",
        url=url,
        after=(f"The link works for {hours} hours.", "If you did not ask for this, do nothing: you get no alerts."),
        why=_WHY,
    )
