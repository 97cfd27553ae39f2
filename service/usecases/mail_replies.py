"""What we answer to mail, in words."""

from __future__ import annotations

from service.domain.message import AccountLetter

EXAMPLE = "cleaning, Hackney and Newham, up to 50k"
ORDERS = (
    "Reply with one word: LIST what you hear of, PAUSE, RESUME, STOP for good, WHY you got an alert, "
    "RECEIPT of what we checked, or HELP."
)
_WHY_MAIL = "You get this because a mail from this address came to us."
_LINKED = "We cannot see that this mail truly came from you, so the link has to be pressed. Until then nothing changes."


def understood_letter(understood: str, notes: tuple[str, ...], url: str, hours: int) -> AccountLetter:
    """Says back what was understood, with the one link that begins the alerts."""
    return AccountLetter(
        subject="Confirm, and we tell you of public work",
        heading="Is this what you want to hear of?",
        said=(f"{understood}.", *notes),
        button="Yes, send me alerts",
        url=url,
        after=(
            f"The link works for {hours} hours. Once you confirm, you will get e-mails about public work like this.",
            "Not right? Write again in other words; only the last counts. You can change it after you confirm.",
            "If you did not write to us, do nothing: you get no alerts.",
        ),
        why=_WHY_MAIL,
    )


def not_understood_letter(notes: tuple[str, ...]) -> AccountLetter:
    """Nothing to hear of was understood."""
    return AccountLetter(
        subject="We did not understand which work you do",
        heading="Which work do you do?",
        said=("Your mail came, but we could not find a trade in it, so nothing was set up.", *notes),
        after=(f"Write what you do, where, and how big it may be. For example: {EXAMPLE}", ORDERS),
        why=_WHY_MAIL,
    )


def help_letter() -> AccountLetter:
    """How to write to us."""
    return AccountLetter(
        subject="How to write to Bowbell",
        heading="How to write to Bowbell",
        said=(
            "Bowbell tells small London firms of the public work they can win.",
            f"To begin, write what you do, where, and how big it may be. For example: {EXAMPLE}",
            "Leave things out with NOT: not hospitals. Words in double quotes are looked for as they are.",
            ORDERS,
        ),
        after=("Anything that changes your alerts needs a link that only you get, or a reply to one of our letters.",),
        why=_WHY_MAIL,
    )


def listed_letter(asked: tuple[str, ...], state: str, url: str) -> AccountLetter:
    """What a firm hears of, and whether its alerts are on."""
    return AccountLetter(
        subject="What you hear of",
        heading="Your alerts are paused" if state == "paused" else "Your alerts are on",
        said=tuple(f"{each}." for each in asked),
        button="Change it",
        url=url,
        after=(ORDERS,),
        why=_WHY_MAIL,
    )


def turned_letter(state: str, url: str) -> AccountLetter:
    """A pause or its end, done."""
    is_paused = state == "paused"
    return AccountLetter(
        subject="Your alerts are paused" if is_paused else "Your alerts are on again",
        heading="Your alerts are paused" if is_paused else "Your alerts are on again",
        said=(
            "You hear nothing until you start them again. Reply RESUME when you want to."
            if is_paused
            else "You hear of new work from now on. What came meanwhile is on your page.",
        ),
        button="Your page",
        url=url,
        why=_WHY_MAIL,
    )


def press_letter(what: str, url: str) -> AccountLetter:
    """Something was asked that only the owner of the address may do."""
    return AccountLetter(
        subject=f"One press to {what}",
        heading=f"Do you want to {what}?",
        said=(f"A mail in your name asked us to {what}.", _LINKED),
        button=f"Go on: {what}",
        url=url,
        after=("If it was not you, do nothing.",),
        why=_WHY_MAIL,
    )


def reasons_letter(lines: tuple[str, ...], url: str) -> AccountLetter:
    """Why an alert came."""
    return AccountLetter(
        subject="Why you got it",
        heading="Why you got it",
        said=lines or ("We find no alert that your mail answers. Reply WHY to the alert itself.",),
        button="Change what you hear of",
        url=url,
        why=_WHY_MAIL,
    )


def known_letter(asked: tuple[str, ...], understood: str, url: str) -> AccountLetter:
    """Somebody who has alerts wrote what they want to hear of."""
    would_be = (f"Your mail would mean: {understood}.",) if understood else ()
    return AccountLetter(
        subject="You have alerts already; nothing has changed",
        heading="You have alerts already",
        said=("Nothing has changed. You hear of:", *(f"{each}." for each in asked), *would_be),
        button="Add or change on your page",
        url=url,
        after=(ORDERS,),
        why=_WHY_MAIL,
    )


def nothing_here_letter() -> AccountLetter:
    """Somebody without alerts gave an order about them."""
    return AccountLetter(
        subject="There are no alerts for this address",
        heading="There are no alerts for this address",
        said=(
            "So there is nothing to change or stop. Did you sign up with another address? Then write from that one.",
        ),
        after=(f"To begin, write what you do and where. For example: {EXAMPLE}",),
        why=_WHY_MAIL,
    )
