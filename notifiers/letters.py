"""Word about the account in words: one thing said, one button, why it came. Text first, then HTML."""

from __future__ import annotations

from notifiers.facts import one_line, safe_link
from notifiers.render import html_of, text_of
from service.domain.message import AccountLetter, Written


def write_letter(letter: AccountLetter, *, public_url: str) -> Written:
    """Write one.

    Args:
        letter: what to say; its sentences are put on one line each, its link is only used if it is a web address.
        public_url: the front door of this Bowbell.
    """
    words = {
        "heading": one_line(letter.heading),
        "said": [one_line(each) for each in letter.said],
        "button": one_line(letter.button),
        "url": safe_link(letter.url) if letter.button else "",
        "after": [one_line(each) for each in letter.after],
        "why": one_line(letter.why),
        "public_url": safe_link(public_url),
    }
    return Written(
        subject=one_line(letter.subject), text=text_of("letter.txt", words), html=html_of("letter.html", words)
    )
