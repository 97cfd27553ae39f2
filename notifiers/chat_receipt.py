"""The silence receipt as a chat shows it: the words of the letter, and what can be pressed."""

from __future__ import annotations

from html import escape

from notifiers.chat_card import plain_of
from notifiers.facts import cut, one_line
from service.domain.message import Button, Links, Written
from service.domain.silence import SHOWN, Receipt, checked_words, closed_words, heading_words, helps_words
from service.domain.source_health import trouble_words
from service.domain.wording import count_words

#: A phone shows some twenty lines.
_TROUBLES_SHOWN = 3
_LONGEST_LINE = 240


def chat_silence(receipt: Receipt, links: Links) -> Written:
    """Write the message for a chat; the same arguments as the letter's."""
    del links  # in a chat a word does what a link does in mail
    heading = heading_words(receipt)
    lines = [f"<b>{escape(heading)}</b>", escape(checked_words(receipt))]
    closed = [closed_words(gate, count) for gate, count in receipt.weighed.closed[:SHOWN]]
    lines += _listed("What kept the rest away", closed)
    if receipt.weighed.helps:
        lines += ["", "<b>One change would have helped</b>", _line(helps_words(receipt.weighed.helps))]
    troubles = [trouble_words(name, spell, now=receipt.until) for name, spell in receipt.troubles[:_TROUBLES_SHOWN]]
    lines += _listed("Not everything could be read all the time", troubles)
    if (more := len(receipt.troubles) - _TROUBLES_SHOWN) > 0:
        lines.append(f"And {count_words(more, 'more time', 'more times')}: see our sources page.")
    if receipt.is_on:
        lines += ["", "Your alerts are on. You hear from us when something fits."]
    else:
        lines += ["", "Your alerts are paused. /resume starts them again."]
    html = "\n".join(lines)
    buttons = ((Button(label="What you hear of", pressed="list"), Button(label="How often", pressed="receipt:when")),)
    return Written(subject=one_line(heading), text=plain_of(html) + "\n", html=html, buttons=buttons)


def _listed(heading: str, said: list[str]) -> list[str]:
    """A heading with a line for each; nothing where there is none."""
    return ["", f"<b>{heading}</b>", *(f"• {_line(each)}" for each in said)] if said else []


def _line(words: str) -> str:
    return escape(cut(one_line(words), _LONGEST_LINE))
