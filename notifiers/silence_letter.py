"""The silence receipt in words: that we looked, what kept the rest away, what would have helped, what was down."""

from __future__ import annotations

from notifiers.facts import one_line, safe_link
from notifiers.render import html_of, text_of
from service.domain.message import Links, Written
from service.domain.silence import SHOWN, Receipt, checked_words, closed_words, heading_words, helps_words
from service.domain.source_health import trouble_words
from service.domain.wording import count_words

_TROUBLES_SHOWN = 5


def write_silence(receipt: Receipt, links: Links) -> Written:
    """Write the letter. `links`: where this firm changes, pauses and stops its alerts."""
    checked = f"{count_words(receipt.notices, 'notice', 'notices')} checked"
    heading = heading_words(receipt)
    rest = len(receipt.troubles) - _TROUBLES_SHOWN
    words = {
        "heading": heading,
        "checked": checked_words(receipt),
        "closed": [closed_words(gate, count) for gate, count in receipt.weighed.closed[:SHOWN]],
        "helps": helps_words(receipt.weighed.helps) if receipt.weighed.helps else "",
        "troubles": [
            one_line(trouble_words(name, spell, now=receipt.until))
            for name, spell in receipt.troubles[:_TROUBLES_SHOWN]
        ],
        "more_troubles": f"And {count_words(rest, 'more time', 'more times')}: see our sources page."
        if rest > 0
        else "",
        "month": receipt.span,
        "is_quiet": receipt.told == 0,
        "is_asked_for": bool(receipt.days),
        "is_on": receipt.is_on,
        "page": safe_link(f"{links.manage}/silence"),
        "why_not": safe_link(f"{links.manage}/why-not"),
        "links": links,
    }
    return Written(
        subject=one_line(f"{heading}: {checked}"),
        text=text_of("silence.txt", words),
        html=html_of("silence.html", words),
    )
